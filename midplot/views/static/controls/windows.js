// The window that a click selects, worked out in the page so that it is drawn at once. Python decides, and corrects it.

// Half-way between two ticks, the earlier one counts, as it does in Python.
function nearestTick(x) {
  return Math.ceil(x - 0.5);
}

// Whether a place in the chart lies in what is hidden. `hidden` is where that begins; null if nothing is hidden.
export function isHidden(x, hidden) {
  return hidden !== null && x > hidden;
}

// `extent` is the first and last index of the stream, `parts` those of its parts, if it has several, and `limit` the last
// index that is shown, or null.
export function windowEndingAt(x, length, { extent, parts, limit }) {
  const end = limit === null ? extent[1] : Math.min(limit, extent[1]);
  const last = Math.min(Math.max(nearestTick(x), extent[0]), end);
  const first = Math.max(startOfPart(last, extent, parts), last - length + 1);
  return { first, last };
}

// The points between two positions.
export function windowBetween(x0, x1, { extent, limit }) {
  const end = limit === null ? extent[1] : Math.min(limit, extent[1]);
  const within = (x) => Math.min(Math.max(nearestTick(x), extent[0]), end);
  const [first, last] = [within(x0), within(x1)].sort((a, b) => a - b);
  return { first, last };
}

function startOfPart(index, extent, parts) {
  const part = parts.find(({ first, last }) => first !== null && index >= first && index <= last);
  return part ? part.first : extent[0];
}
