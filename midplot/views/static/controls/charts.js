// Finds the charts of a view as they come, and listens to each of them from when plotly has drawn it.

import { canPlace, chartsIn, rangeOf, sightOf } from "./plotly.js";

// Returns a function that listens to a chart, once however often it is called. `drawn` is called after each drawing.
export function chartListener(send, drawn) {
  const heard = new WeakSet();
  return (chart) => {
    if (heard.has(chart) || !chart.on) return; // without `on` plotly has not begun with it
    heard.add(chart);
    chart.on("plotly_selected", (event) => {
      const range = rangeOf(event);
      if (range) send("range", range);
    });
    // What is in sight is asked of the axis itself: plotly's Python side keeps a stale range after a double click.
    let told = null;
    chart.on("plotly_relayout", () => {
      const sight = sightOf(chart);
      if (sight === null || JSON.stringify(sight) === told) return;
      told = JSON.stringify(sight);
      send("sight", sight);
    });
    chart.on("plotly_afterplot", () => requestAnimationFrame(() => drawn(chart)));
    send("hooked", { picks: canPlace(chart) });
  };
}

// Calls `found` with each chart of the view that there is or will be, more than once, and `rendered` when the widget of
// one says that it has been put into the page.
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
