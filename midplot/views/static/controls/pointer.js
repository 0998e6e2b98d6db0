// Clicks in the chart. The page listens itself, since plotly's own click events get lost while a figure is being redrawn.

const MOST_DRIFT = 4; // pixels between press and release that still make a click, not a drag

export function isClick(press, release) {
  return Math.hypot(release.clientX - press.x, release.clientY - press.y) <= MOST_DRIFT;
}

// Returns listeners to a press and to a release of the pointer. `chartAt` finds the chart of an element, or null;
// `placeOf` finds the x of an event in a chart, or null; `pick` is called with the x, and whether shift was held.
export function clickListeners({ chartAt, placeOf, pick }) {
  let press = null;
  function down(event) {
    const chart = event.button === 0 ? chartAt(event.target) : null;
    press = chart ? { x: event.clientX, y: event.clientY, chart } : null;
  }
  function up(event) {
    const begun = press;
    press = null;
    if (!begun || !isClick(begun, event)) return;
    const x = placeOf(begun.chart, event);
    if (x !== null) pick(x, event.shiftKey);
  }
  return { down, up };
}
