// Carries what a person did in the other parts of the view to Python, on a connection that Python never writes to. The
// kernel handles such messages on a thread of their own, so that they are heard while a cell is running.

import { isGone, sayHeard, sayLost, whenInView } from "./root.js";

// Tells apart the acts of two pages that show the same view.
const PAGE = Math.random().toString(36).slice(2, 8);
let count = 0;

function render({ model, el }) {
  el.style.display = "none";
  const stop = new AbortController();
  const forward = (event) => {
    event.stopPropagation();
    // A kernel that is gone saves nothing, so nothing must look as if it were saved.
    if (stop.signal.aborted || isGone(event.currentTarget)) return;
    count += 1;
    event.detail.ticket = `${PAGE}:${count}`; // the sender reads it, and Python returns it once it has acted
    try {
      model.send(event.detail);
    } catch {
      sayLost(event.currentTarget);
    }
  };
  whenInView(el, stop.signal, (view) => {
    view.addEventListener("midplot-act", forward, { signal: stop.signal });
    sayHeard(view);
  });
  return () => stop.abort();
}

export default { render };
