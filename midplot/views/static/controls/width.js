// Keeps the charts as wide as the view.

import { drawnWidth } from "./plotly.js";

const MOST_MENDED = 3; // whatever keeps a chart from fitting, redrawing for ever does not help
const SLACK = 2; // pixels that rounding may take

// Plotly fits its charts to the page when the window says that its size has changed.
export function resize() {
  window.dispatchEvent(new Event("resize"));
}

export function followWidth(view, signal) {
  let width = 0;
  const observer = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (!now || now === width) return;
    width = now;
    resize();
  });
  observer.observe(view);
  signal.addEventListener("abort", () => observer.disconnect());
}

// An edit that comes while the chart is out of sight makes plotly fall back to 700 pixels.
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
