// The view that a widget is a part of, and how its parts know that acts.js has begun to listen to them.

export function viewOf(el) {
  return el.closest(".midplot-view");
}

// A widget is rendered before it is put into its parent: the view is there from the next frame on.
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

// An act that is sent before is lost.
export function whenHeard(el, signal, begin) {
  whenInView(el, signal, (view) => {
    if (view.dataset.acts === "ready") begin(view);
    else view.addEventListener("midplot-ready", () => begin(view), { once: true, signal });
  });
}
