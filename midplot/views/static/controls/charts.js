// Finds the charts of a view as they appear, and listens to each of them once plotly has drawn it.

import { canPlace, chartsIn, rangeOf, sightOf } from "./plotly.js";

// Returns a function that listens to a chart, however often it is called. `drawn` is called after each drawing.
export function chartListener(send, drawn) {
  const heard = new WeakSet();
  return (chart) => {
    if (heard.has(chart) || !chart.on) return; // without `on`, plotly has not drawn it yet
    heard.add(chart);
    chart.on("plotly_selected", (event) => {
      const range = rangeOf(event);
      if (range) send("range", range);
    });
    // The visible range is read from the axis: after a double click, the one in plotly's Python side is stale.
    let sent = null;
    chart.on("plotly_relayout", () => {
      const sight = sightOf(chart);
      if (sight === null || JSON.stringify(sight) === sent) return;
      sent = JSON.stringify(sight);
      send("sight", sight);
    });
    chart.on("plotly_afterplot", () => requestAnimationFrame(() => drawn(chart)));
    send("hooked", { picks: canPlace(chart) });
  };
}

// Calls `found` with each present or future chart of the view, possibly more than once, and `rendered` when the widget of
// one has been added to the page.
export function followCharts({ view, signal, found, rendered }) {
  const findAll = () => chartsIn(view).forEach(found);
  const observer = new MutationObserver(findAll);
  observer.observe(view, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
  signal.addEventListener("abort", () => observer.disconnect());
  const render = () => {
    findAll();
    rendered();
  };
  document.addEventListener("plotlywidget-after-render", render, { signal });
  findAll();
}
