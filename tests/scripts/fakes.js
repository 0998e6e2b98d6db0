// What stands in for a page: events and elements with no more than the scripts under test look at.

export function field(tagName, more = {}) {
  return { tagName, isContentEditable: false, type: "", ...more };
}

// A press of a key, which counts what a listener does to it.
export function press(key, { target = field("DIV"), ...more } = {}) {
  const event = {
    key,
    shiftKey: false,
    ctrlKey: false,
    metaKey: false,
    altKey: false,
    isComposing: false,
    repeat: false,
    taken: 0,
    composedPath: () => [target],
    preventDefault: () => (event.taken += 1),
    stopImmediatePropagation: () => (event.taken += 1),
    ...more,
  };
  return event;
}

// A chart with a plot area from (100, 50) to (300, 150), whose x begins at 1,000 and has ten pixels for each tick.
export function chart({ range = [1000, 1020], autorange = false, width = 700, clientWidth = 700, below = [] } = {}) {
  const panels = [[50, 150], ...below]; // the top and bottom of each
  const areas = panels.map(([top, bottom]) => ({
    getBoundingClientRect: () => ({ left: 100, right: 300, top, bottom }),
  }));
  const listeners = new Map();
  return {
    clientWidth,
    querySelectorAll: () => areas,
    on: (name, listener) => listeners.set(name, listener),
    emit: (name, event) => listeners.get(name)(event),
    _fullLayout: { width, xaxis: { range, autorange, p2d: (pixels) => 1000 + pixels / 10 } },
  };
}

// A function that keeps what it was called with.
export function recorder() {
  const calls = [];
  return Object.assign((...call) => void calls.push(call), { calls });
}
