// What the view needs to know of a chart that plotly has drawn. `_fullLayout`, the axes in it with their `p2d`, and the names
// of the classes are private to plotly.js. They are used only here; if a release lacks them, `canPlace` says so, and Python
// uses plotly's own clicks instead.

const CHART = ".js-plotly-plot";
const PLOT_AREA = ".nsewdrag";
const COVER = "dragcover";

// What a person presses. While a drag lasts, and at times longer, plotly covers the whole page with an element of its own.
export function pressed(event) {
  const { target, clientX, clientY } = event;
  if (!target.classList || !target.classList.contains(COVER)) return target;
  const below = document.elementsFromPoint(clientX, clientY).filter((each) => !each.classList.contains(COVER));
  return below[0] || target;
}

export function chartsIn(view) {
  return view.querySelectorAll(CHART);
}

export function chartOf(target) {
  return target && target.closest ? target.closest(CHART) : null;
}

function axisOf(chart) {
  return (chart._fullLayout && chart._fullLayout.xaxis) || null;
}

export function canPlace(chart) {
  const axis = axisOf(chart);
  return Boolean(axis && axis.p2d);
}

// The x of an event in the units of the data; null outside the panels. What lies between two panels, which share their x,
// counts as inside: a click there is meant for the tick above and below it.
export function placeOf(chart, { clientX, clientY }) {
  if (!canPlace(chart)) return null;
  const boxes = [...chart.querySelectorAll(PLOT_AREA)].map((area) => area.getBoundingClientRect());
  const box = boxes.find(({ left, right }) => clientX >= left && clientX <= right);
  const isBetween = boxes.some(({ top }) => clientY >= top) && boxes.some(({ bottom }) => clientY <= bottom);
  return box && isBetween ? axisOf(chart).p2d(clientX - box.left) : null;
}

// Where an x is drawn: the left edge of the panels and pixels from it, and the top and bottom of the uppermost panel, all
// relative to the chart. Null if it cannot be told.
export function pixelsOf(chart, x) {
  if (!canPlace(chart)) return null;
  const areas = [...chart.querySelectorAll(PLOT_AREA)].map((area) => area.getBoundingClientRect());
  if (!areas.length) return null;
  const box = areas.reduce((upper, each) => (each.top < upper.top ? each : upper));
  const frame = chart.getBoundingClientRect();
  return {
    x: axisOf(chart).d2p(x),
    left: box.left - frame.left,
    width: box.width,
    top: box.top - frame.top,
    height: box.height,
  };
}

// The number of the scene that is drawn. Python sends it as the one property of a layout that plotly does nothing with.
export function sceneOf(chart) {
  return Number((chart.layout && chart.layout.selectionrevision) || 0);
}

// The visible range; null before there is an axis.
export function sightOf(chart) {
  const axis = axisOf(chart);
  if (!axis || !axis.range) return null;
  return axis.autorange ? { all: true } : { all: false, low: Number(axis.range[0]), high: Number(axis.range[1]) };
}

export function drawnWidth(chart) {
  return chart._fullLayout ? chart._fullLayout.width : chart.clientWidth;
}

export function rangeOf(event) {
  const range = event && event.range && event.range.x;
  return range ? { first: Math.min(...range), last: Math.max(...range) } : null;
}
