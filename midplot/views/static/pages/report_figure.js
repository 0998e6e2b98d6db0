// The figure of the report page, in the colours of the screen.

const isPlain = (value) => value !== null && typeof value === "object" && value.constructor === Object;

export function merged(base, extra) {
  const result = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    result[key] = isPlain(value) && isPlain(result[key]) ? merged(result[key], value) : value;
  }
  return result;
}

// Returns the data and the layout. `look` has a template and the look of each trace, in order; `range` is the part of the
// stream to show, or undefined for all of it.
export function styled(figure, look, range) {
  const data = figure.data.map((trace, i) => merged(trace, look.traces[i]));
  const layout = merged(figure.layout, { template: look.template, autosize: true });
  delete layout.height; // the page's style sheet sets it
  if (range) {
    layout.xaxis = { ...layout.xaxis, range: range.x, autorange: false };
    layout.yaxis2 = { ...layout.yaxis2, range: range.y, autorange: false };
  }
  return [data, layout];
}
