// What the page draws over the chart before Python has answered: the window of a click or a drag, and the bracket of a label.

import { element } from "../dom.js";
import { pixelsOf } from "./plotly.js";

// Left and width in pixels of a window, cut off at the edges of the panel; null if none of it is visible.
export function spanOf(from, to, width) {
  const [left, right] = [Math.max(0, Math.min(from, to)), Math.min(width, Math.max(from, to))];
  return right > left ? { left, width: Math.max(1, right - left) } : null;
}

function place(chart, box, { first, last }, { top = 0, height = 1 } = {}) {
  // Half a tick beyond the points, as in the scene.
  const [from, to] = [pixelsOf(chart, first - 0.5), pixelsOf(chart, last + 0.5)];
  const span = from && spanOf(from.x, to.x, from.width);
  box.hidden = !span;
  if (!span) return;
  Object.assign(box.style, {
    left: `${from.left + span.left}px`,
    width: `${span.width}px`,
    top: `${from.top + top * from.height}px`,
    height: `${height * from.height}px`,
  });
}

export function overlayFor(view) {
  const window_ = element("div", { class: "midplot-overlay midplot-overlay-window", hidden: true });
  const bracket = element("div", { class: "midplot-overlay midplot-overlay-bracket", hidden: true });
  const readout = element("div", { class: "midplot-overlay midplot-readout", hidden: true });
  const onto = (chart, ...boxes) => {
    if (!chart) return false;
    chart.classList.add("midplot-chart");
    chart.append(...boxes);
    return true;
  };
  return {
    select(chart, range) {
      if (onto(chart, window_)) place(chart, window_, range);
      view.dataset.drawn = `${range.first}-${range.last}`;
    },
    label(chart, range, { sign, colour }) {
      bracket.textContent = sign;
      bracket.className = `midplot-overlay midplot-overlay-bracket midplot-${colour}`;
      if (onto(chart, bracket)) place(chart, bracket, range, { top: 0.03, height: 0.05 });
    },
    // What is under the pointer, where a text beside it would lie on what comes after.
    read(chart, text) {
      readout.textContent = text;
      readout.hidden = !text;
      if (text) onto(chart, readout);
    },
    clear() {
      window_.hidden = bracket.hidden = true;
      delete view.dataset.drawn;
    },
  };
}
