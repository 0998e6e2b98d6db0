// Finds the view that a widget belongs to, and tells its parts when acts.js is listening to them.

export function viewOf(el) {
  return el.closest(".midplot-view");
}

// A widget is rendered before it is added to the page.
export function whenPlaced(el, signal, found) {
  if (signal.aborted) return;
  if (el.isConnected) found();
  else requestAnimationFrame(() => whenPlaced(el, signal, found));
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

// ipywidgets marks the widgets of a kernel that has been restarted or shut down.
const DISCONNECTED = ".jupyter-widgets-disconnected";

export function isGone(view) {
  return view.dataset.lost === "true" || view.matches(DISCONNECTED) || view.querySelector(DISCONNECTED) !== null;
}

// Says that a connection was found to be closed: after a shutdown, ipywidgets marks nothing.
export function sayLost(view) {
  view.dataset.lost = "true";
}

// Calls `changed` with whether the kernel is gone, whenever that changes.
export function followKernel(view, signal, changed) {
  let gone = false;
  const look = () => {
    if (isGone(view) === gone) return;
    gone = !gone;
    changed(gone);
  };
  const observer = new MutationObserver(look);
  observer.observe(view, { childList: true, subtree: true, attributes: true, attributeFilter: ["class", "data-lost"] });
  signal.addEventListener("abort", () => observer.disconnect());
  look();
}
