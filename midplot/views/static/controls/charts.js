// Finds the charts of a view as they appear, and listens to each of them once plotly has drawn it.

import { canPlace, chartsIn, rangeOf, sceneOf, sightOf } from "./plotly.js";

// Returns a function that listens to a chart, however often it is called. `drawn` is called after each drawing.
export function chartListener(send, drawn, hovered = () => {}) {
  const heard = new WeakSet();
  return (chart) => {
    if (heard.has(chart) || !chart.on) return; // without `on`, plotly has not drawn it yet
    heard.add(chart);
    // Only where the page cannot locate the pointer does plotly select; elsewhere pointer.js does.
    chart.on("plotly_selected", (event) => {
      const range = rangeOf(event);
      if (range && !canPlace(chart)) send("range", range);
    });
    // The visible range is read from the axis, since what plotly's Python side knows of it may be stale. Python drops a
    // report on a scene that it has replaced meanwhile.
    chart.on("plotly_relayout", (changes) => {
      const sight = sightOf(chart);
      if (sight === null || !Object.keys(changes || {}).some((path) => path.startsWith("xaxis."))) return;
      send("sight", { ...(sight.all ? {} : sight), scene: sceneOf(chart) });
    });
    chart.on("plotly_doubleclick", () => send("sight", { scene: sceneOf(chart), double: true }));
    chart.on("plotly_hover", ({ points }) => hovered(chart, points));
    chart.on("plotly_unhover", () => hovered(chart, []));
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
