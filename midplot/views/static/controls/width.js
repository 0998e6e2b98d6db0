// Keeps the charts as wide as the view.

import { drawnWidth } from "./plotly.js";

const MOST_MENDED = 3; // if a chart does not fit by then, redrawing for ever would not help
const SLACK = 2; // pixels of difference that come from rounding

// Plotly adapts its charts to the page when the window reports a new size.
export function resize() {
  window.dispatchEvent(new Event("resize"));
}

export function followWidth(view, signal, changed) {
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (!now || now === width) return;
    width = now;
    resize();
    changed();
  });
  observer.observe(view);
  signal.addEventListener("abort", () => observer.disconnect());
}

// If a chart is changed while it is hidden, plotly falls back to a width of 700 pixels.
export function widthKeeper(mend = resize) {
  let mended = 0;
  return (chart) => {
    const wanted = chart.clientWidth;
    if (!wanted || Math.abs(drawnWidth(chart) - wanted) <= SLACK) mended = 0;
    else if (mended < MOST_MENDED) {
      mended += 1;
      mend();
    }
  };
}
