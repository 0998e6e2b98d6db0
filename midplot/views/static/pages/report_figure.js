// The figure of the report page: the points of a stream in what all streams share, in the colours of the screen.

import { unpacked } from "./packed.js";

const isPlain = (value) => value !== null && typeof value === "object" && value.constructor === Object;

export function merged(base, extra) {
  const result = { ...base };
  for (const [key, value] of Object.entries(extra)) {
    result[key] = isPlain(value) && isPlain(result[key]) ? merged(result[key], value) : value;
  }
  return result;
}

// The texts of points: each time holds until the next one, and is followed by what was decided there.
export function textsOf({ times, marks }, n) {
  const texts = new Array(n);
  times.at.forEach((place, i) => texts.fill(times.text[i], place, times.at[i + 1] ?? n));
  marks.at.forEach((place, i) => texts[place] += marks.text[i]);
  return texts;
}

// Rectangles from the first to the last index of each band, between two heights, as one filled line.
export function polygons([first, last], [low, high]) {
  const x = Array.from(first).flatMap((each, i) => [each, each, last[i], last[i]]);
  return { x, y: x.map((_, i) => (i % 4 === 1 || i % 4 === 2 ? high : low)) };
}

// The prices at some of the indices of a line. Both ascend.
export function pricesAt(index, { x, y }) {
  let place = 0;
  return Array.from(index, (each) => {
    while (x[place] < each) place++;
    return y[place];
  });
}

// The points of one trace; the price comes before the marks on it.
function pointsOf(packed, place, shared, price) {
  if (!packed) return { x: [], y: [] };
  const [x, y] = packed.map(unpacked);
  if (shared.bands[place]) return polygons([x, y], shared.bands[place]);
  return { x, y: shared.marks.includes(place) ? pricesAt(x, price) : y };
}

// The whole figure of a stream, made once of its own points and of what all streams share.
export function figureOf({ points, texts, hover, axes, caption }, shared) {
  const price = pointsOf(points[0], 0, shared);
  const data = shared.figure.data.map((trace, place) => ({
    ...trace,
    ...pointsOf(points[place], place, shared, price),
  }));
  Object.assign(data[0], { customdata: textsOf(texts, price.x.length), hovertemplate: hover });
  const { layout } = shared.figure;
  const annotations = layout.annotations.map((each, i) =>
    i === shared.captioned ? { ...each, text: each.text + caption } : each
  );
  return { data, layout: { ...merged(layout, axes), annotations } };
}

// Returns the data and the layout. `look` has a template and the look of each trace, in order, and that of lines which the
// layout draws; `range` is the part of the stream to show, or undefined for all of it.
export function styled(figure, look, range) {
  const data = figure.data.map((trace, i) => merged(trace, look.traces[i]));
  const layout = merged(figure.layout, { template: look.template, autosize: true });
  delete layout.height; // the page's style sheet sets it
  if (look.shape && layout.shapes) layout.shapes = layout.shapes.map((shape) => merged(shape, look.shape));
  if (range) {
    layout.xaxis = { ...layout.xaxis, range: range.x, autorange: false };
    layout.yaxis2 = { ...layout.yaxis2, range: range.y, autorange: false };
  }
  return [data, layout];
}

// What is in sight of a trade: as many ticks before it and after its resolution as it takes, and their prices.
export function rangeAround({ first, last }, { x, y }) {
  const room = Math.max(5, last - first);
  const [low, high] = [first - room, last + room];
  const seen = Array.from(y).filter((price, i) => x[i] >= low && x[i] <= high && !Number.isNaN(price));
  const [bottom, top] = [Math.min(...seen), Math.max(...seen)];
  const margin = top > bottom ? 0.08 * (top - bottom) : flatRoom(Math.abs(top));
  return { x: [low, high], y: [bottom - margin, top + margin] };
}

// Half the width of the range around a price that does not move, as Python has it: round, so that the ticks are.
export function flatRoom(size) {
  if (size <= 1e-15 || (size >= 1 && size < 1e6)) return 1.25;
  return 1.25 * 10 ** (Math.floor(Math.log10(size)) - (size < 1 ? 0 : 5));
}

// The ends of a trade on the price; the second is left out if the price ends before it.
export function endsOf({ first, last }, { x, y }) {
  const places = [first, last].map((index) => x.indexOf(index)).filter((place) => place >= 0);
  return { x: places.map((place) => x[place]), y: places.map((place) => y[place]) };
}
