// Draws the chart by plotly's own widget, which is loaded once for all charts of a page, and not before one is shown.
//
// anywidget gives a widget two seconds to begin, and one that takes longer never hears of a change. plotly.js is 5 MB: a
// slow machine takes longer. So this begins at once; what was changed while plotly was loading, Python sends again as
// soon as the controls have found the chart.

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
  let begun = null;
  async function begin(model) {
    const { default: make } = await load(model);
    const widget = make();
    widget.initialize({ model });
    return widget;
  }
  return {
    async render({ model, el }) {
      begun ??= begin(model);
      return (await begun).render({ model, el });
    },
  };
};
