// Clicks in the chart. The page listens for them itself, since plotly's click events get lost while it redraws a figure.

const MOST_DRIFT = 4; // pixels between press and release that still make a click, not a drag

export function isClick(press, release) {
  return Math.hypot(release.clientX - press.x, release.clientY - press.y) <= MOST_DRIFT;
}

// Returns listeners for a press and a release of the pointer. `chartAt` returns the chart that contains an element, or
// null; `placeOf` the x of an event in a chart, or null. `pick` is called with the x, and whether shift was held.
export function clickListeners({ chartAt, placeOf, pick }) {
  let press = null;
  function down(event) {
    const chart = event.button === 0 ? chartAt(event.target) : null;
    press = chart ? { x: event.clientX, y: event.clientY, chart } : null;
  }
  function up(event) {
    const pressed = press;
    press = null;
    if (!pressed || !isClick(pressed, event)) return;
    const x = placeOf(pressed.chart, event);
    if (x !== null) pick(x, event.shiftKey);
  }
  return { down, up };
}
