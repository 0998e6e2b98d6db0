// Draws the chart with plotly's own widget, which is loaded when the first chart of a page is shown, and shared by all.
//
// anywidget gives a widget two seconds to start, and one that takes longer is never told of any change. plotly.js is 5 MB,
// for which a slow machine needs longer. So this script starts at once. Whatever changed while plotly was loading, Python
// sends again as soon as the controls have found the chart.

const pages = (globalThis.midplotPlotly ??= new Map()); // by version

function load(model) {
  const version = model.get("_plotly_version");
  if (!pages.has(version)) {
    const url = URL.createObjectURL(new Blob([model.get("_plotly_widget")], { type: "text/javascript" }));
    pages.set(version, import(url).finally(() => URL.revokeObjectURL(url)));
  }
  return pages.get(version);
}

export default () => {
  let started = null;
  async function start(model) {
    const { default: make } = await load(model);
    const widget = make();
    widget.initialize({ model });
    return widget;
  }
  return {
    async render({ model, el }) {
      started ??= start(model);
      return (await started).render({ model, el });
    },
  };
};
