// Whether the view is the active one of the page, to which the keys belong: it becomes that by a press or by the focus
// within it, and is left by a press or the focus elsewhere.

import { isTextField } from "../dom.js";

// `changed` is called with whether it is active, first of all with false.
export function activityOf({ el, view, signal, changed }) {
  let active = false;
  function activate(on) {
    active = on;
    changed(on);
  }
  function press(event) {
    const inside = view().contains(event.target);
    if (inside !== active) activate(inside);
    // Plotly prevents the default of a press, so the focus would stay in the cell, and "d d" would delete it.
    if (inside && !isTextField(event.target) && !event.target.closest("button, select, input, label, a")) {
      setTimeout(() => active && el.focus({ preventScroll: true }), 0);
    }
  }
  function focus(event) {
    if (active && !view().contains(event.target)) activate(false);
  }
  function leave() {
    activate(false);
    if (view().contains(document.activeElement)) document.activeElement.blur();
  }
  activate(false);
  window.addEventListener("pointerdown", press, { capture: true, signal });
  el.addEventListener("focusin", () => activate(true), { signal });
  document.addEventListener("focusin", focus, { signal });
  return { isActive: () => active && el.isConnected, leave };
}
