// Finds the view that a widget belongs to, and tells its parts when acts.js is listening to them.

export function viewOf(el) {
  return el.closest(".midplot-view");
}

// A widget is rendered before it is added to its parent, so the view can be found only from the next frame on.
export function whenInView(el, signal, found) {
  if (signal.aborted) return;
  const view = viewOf(el);
  if (view) found(view);
  else requestAnimationFrame(() => whenInView(el, signal, found));
}

export function sayHeard(view) {
  view.dataset.acts = "ready";
  view.dispatchEvent(new CustomEvent("midplot-ready"));
}

// An act that is sent earlier is lost.
export function whenHeard(el, signal, start) {
  whenInView(el, signal, (view) => {
    if (view.dataset.acts === "ready") start(view);
    else view.addEventListener("midplot-ready", () => start(view), { once: true, signal });
  });
}
