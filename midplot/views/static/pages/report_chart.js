// The chart of the report page: one stream, or a part of it. The page holds the data of each stream as JSON, which is
// parsed when the stream is first shown.

import { button } from "../dom.js";
import { styled } from "./report_figure.js";

const ALL_PARTS = -1;

export const byId = (id) => document.getElementById(id);

export function chartOfPage() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const looks = JSON.parse(byId("looks").textContent);
  const parsed = new Map();
  let shown = null; // the number of the stream, and of its part

  function chartOf(number) {
    if (!parsed.has(number)) parsed.set(number, JSON.parse(byId(`chart-${number}`).textContent));
    return parsed.get(number);
  }

  function draw() {
    const { figure, about } = chartOf(shown.number);
    const look = dark.matches ? looks.dark : looks.light;
    const [data, layout] = styled(figure, look, about.windows[shown.window]);
    byId("plot").style.setProperty("--added", `${about.added}px`);
    layout.uirevision = `${shown.number} ${shown.window}`; // plotly remembers the zoom of each part separately
    window.Plotly.react(byId("plot"), data, layout, looks.config);
  }

  function windowButton(label, number) {
    const choose = () => {
      shown.window = number;
      nameWindows();
      draw();
    };
    return button(label, { "aria-pressed": String(number === shown.window), onclick: choose });
  }

  function nameWindows() {
    const { windows } = chartOf(shown.number).about;
    const buttons = windows.map((each, i) => windowButton(each.label, i));
    byId("windows").replaceChildren(...(windows.length ? [windowButton("All parts", ALL_PARTS), ...buttons] : []));
  }

  // Shows the names of the stream and its parts. The caller draws it later, once the page has its final layout.
  function choose(number) {
    const { title, words, opening } = chartOf(number).about;
    shown = { number, window: opening };
    byId("chart").hidden = false;
    byId("name").textContent = title;
    byId("words").textContent = words.join(" · ");
    nameWindows();
  }

  dark.addEventListener("change", () => shown && draw());
  return { choose, draw };
}
