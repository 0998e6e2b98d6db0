// The chart of the report page: one stream, a part of it, or the surroundings of a trade. The page holds the data of each
// stream as JSON, which is parsed when the stream is first shown.

import { button } from "../dom.js";
import { drawPlot, onLook } from "./drawn.js";
import { endsOf, figureOf, rangeAround, styled } from "./report_figure.js";

const ALL_PARTS = -1;
const NARROW = 600; // the pixels that the whole name of the panel of prices takes
const PAPER_HEIGHT = 430; // as in the style sheet
const SELECTED = 1; // the place of the trace of selected points
const [PRICE, PRICE_AXIS] = [0, "yaxis2"];

// The first annotation is the name of the panel of prices.
const withName = ([price, ...others], text) => [{ ...price, text }, ...others];

export const byId = (id) => document.getElementById(id);

export function chartOfPage() {
  const looks = JSON.parse(byId("looks").textContent);
  const parsed = new Map();
  let shown = null; // the number of the stream, and of its part, and the trade that is marked

  function chartOf(number) {
    if (!parsed.has(number)) {
      const chart = JSON.parse(byId(`chart-${number}`).textContent);
      parsed.set(number, { about: chart.about, figure: figureOf(chart, looks) });
    }
    return parsed.get(number);
  }

  function markTrade(data, layout) {
    const { first, last } = shown.trade;
    Object.assign(data[SELECTED], endsOf(shown.trade, data[PRICE]), { marker: { ...data[SELECTED].marker, size: 10 } });
    const colour = data[SELECTED].marker.color;
    const [y0, y1] = layout[PRICE_AXIS].domain;
    const frame = { type: "rect", x0: first, x1: last, yref: "paper", y0, y1, line: { color: colour, width: 1.5 } };
    layout.shapes = [...(layout.shapes ?? []), { ...frame, fillcolor: colour, opacity: 0.16, layer: "below" }];
  }

  function draw() {
    if (!shown) return;
    const { figure, about } = chartOf(shown.number);
    const { trade } = shown;
    const range = trade ? rangeAround(trade, figure.data[PRICE]) : about.windows[shown.window];
    byId("plot").style.setProperty("--added", `${about.added}px`);
    drawPlot(byId("plot"), looks.config, (scheme, width) => {
      const [data, layout] = styled(figure, looks[scheme], range);
      if (width < NARROW) layout.annotations = withName(layout.annotations, looks.short);
      if (trade) markTrade(data, layout);
      // plotly remembers the zoom of each part, and of each trade, separately.
      layout.uirevision = `${shown.number} ${shown.window} ${trade ? trade.first : ""}`;
      return { data, layout };
    }, PAPER_HEIGHT + about.added);
  }

  function windowButton(label, number) {
    const choose = () => {
      Object.assign(shown, { window: number, trade: null });
      nameWindows();
      draw();
    };
    const isPressed = !shown.trade && number === shown.window;
    return button(label, { "aria-pressed": String(isPressed), onclick: choose });
  }

  function nameWindows() {
    const { windows } = chartOf(shown.number).about;
    const buttons = windows.map((each, i) => windowButton(each.label, i));
    // With a trade in sight there is a way back, even in a stream of one part.
    const all = windows.length || shown.trade
      ? [windowButton(windows.length ? "All parts" : "Whole stream", ALL_PARTS)]
      : [];
    byId("windows").replaceChildren(...all, ...buttons);
  }

  // Shows the names of the stream and its parts. The caller draws it later, once the page has its final layout.
  function choose(number, trade = null) {
    const { title, words, opening } = chartOf(number).about;
    shown = { number, window: opening, trade };
    byId("chart").hidden = false;
    byId("name").textContent = title;
    byId("words").textContent = words.join(" · ");
    nameWindows();
  }

  onLook(draw);
  return { choose, draw, number: () => (shown ? shown.number : null) };
}
