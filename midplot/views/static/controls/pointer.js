// Clicks and drags in the chart. The page listens for them itself, since plotly's click events get lost while it redraws a
// figure, and a selection that plotly makes dims everything outside of it until it is taken away again.

const DOUBLE_MS = 350; // between two clicks that plotly takes for a double click; its own limit is 300
const MOST_DRIFT = 4; // pixels between press and release that still make a click, not a drag

export function isClick(press, release) {
  return Math.hypot(release.clientX - press.x, release.clientY - press.y) <= MOST_DRIFT;
}

// Returns listeners for a press, a move and a release of the pointer. `chartAt` returns the chart that is pressed, or null; `placeOf` the x of an event in a chart, or null if it is outside of the panels; `selects` whether a drag selects.
// `pick` is called with the x of a click, and whether shift was held; `dragging` and `dragged` with two x and the chart.
export function clickListeners({ chartAt, placeOf, pick, selects = () => false, dragging, dragged }) {
  let press = null;
  let last = null; // the click before
  const isSecond = (event) =>
    last !== null && event.timeStamp - last.at < DOUBLE_MS && isClick({ x: last.x, y: last.y }, event);
  const rangeTo = (event) => {
    const x = placeOf(press.chart, event);
    if (x !== null) press.last = x; // beyond the edge, the last place inside counts
    return press.last;
  };
  function down(event) {
    const chart = event.button === 0 ? chartAt(event) : null;
    const x = chart ? placeOf(chart, event) : null;
    press = chart ? { x: event.clientX, y: event.clientY, chart, start: x, last: x } : null;
  }
  function move(event) {
    if (press && press.start !== null && selects() && !isClick(press, event)) {
      dragging(press.chart, press.start, rangeTo(event));
    }
  }
  function up(event) {
    const pressed = press;
    if (!pressed) return;
    if (isClick(pressed, event)) {
      const x = placeOf(pressed.chart, event);
      // The second click of a double click selects nothing: it shows all again.
      if (x !== null && !isSecond(event)) pick(pressed.chart, x, event.shiftKey);
      last = isSecond(event) ? null : { at: event.timeStamp, x: event.clientX, y: event.clientY };
    } else if (pressed.start !== null && selects()) {
      dragged(pressed.chart, pressed.start, rangeTo(event));
    }
    press = null;
  }
  return { down, move, up };
}
