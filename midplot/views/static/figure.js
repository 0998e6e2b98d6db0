// Draws the chart with plotly's own widget, which is loaded when the first chart of a page is shown, and shared by all.
//
// anywidget gives a widget two seconds to start, and one that takes longer is never told of any change. plotly.js is 5 MB,
// for which a slow machine needs longer. So this script starts at once. Whatever changed while plotly was loading, Python
// sends again as soon as the controls have found the chart.

import { senderOf } from "./dom.js";
import { viewOf, whenHeard, whenPlaced } from "./root.js";

const pages = (globalThis.midplotPlotly ??= new Map()); // by version

function load(version, script) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const module = import(url).finally(() => URL.revokeObjectURL(url));
  pages.set(version, module);
  return module;
}

// Only the first chart of a kernel brings plotly along. One that needs it all the same asks for it.
function arrival(model, version) {
  return new Promise((found) => {
    const take = (content, buffers) => {
      if (!content || content.midplot !== "plotly") return;
      model.off("msg:custom", take);
      found(pages.get(version) ?? load(version, buffers[0]));
    };
    model.on("msg:custom", take);
  });
}

function plotlyFor(model) {
  const version = model.get("_plotly_version");
  const known = pages.get(version);
  if (known) return { module: known, isMissing: false };
  const script = model.get("_plotly_script");
  if (script) return { module: load(version, script), isMissing: false };
  return { module: arrival(model, version), isMissing: true };
}

// In a view, on the connection that a kernel listens to even while it runs a cell.
function ask(model, el, signal) {
  if (viewOf(el)) whenHeard(el, signal, () => senderOf(el)("script"));
  else model.send({ act: "script" });
}

export default () => {
  let started = null;
  let missing = false;
  async function start(model) {
    const { module, isMissing } = plotlyFor(model);
    missing = isMissing;
    const { default: make } = await module;
    const widget = make();
    widget.initialize({ model });
    return widget;
  }
  return {
    async render({ model, el }) {
      started ??= start(model);
      const stop = new AbortController();
      if (missing) whenPlaced(el, stop.signal, () => ask(model, el, stop.signal));
      const clean = await (await started).render({ model, el });
      return () => {
        stop.abort();
        if (clean) clean();
      };
    },
  };
};
