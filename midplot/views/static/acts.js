// Carries what a person did in the other parts of the view to Python, on a connection that Python never writes to. The
// kernel handles such messages on a thread of their own, so that they are heard while a cell is running.

import { sayHeard, whenInView } from "./root.js";

function render({ model, el }) {
  el.style.display = "none";
  const stop = new AbortController();
  const forward = (event) => {
    event.stopPropagation();
    model.send(event.detail);
  };
  whenInView(el, stop.signal, (view) => {
    view.addEventListener("midplot-act", forward, { signal: stop.signal });
    sayHeard(view);
  });
  return () => stop.abort();
}

export default { render };
