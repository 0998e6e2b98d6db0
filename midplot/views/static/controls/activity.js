// Whether the view is the active one of the page, which gets the keys. A press or the focus inside of it makes it active;
// a press or the focus elsewhere ends that.

import { isTextField } from "../dom.js";

// `changed` is called with whether the view is active, at first with false.
export function activityOf({ el, view, signal, changed }) {
  let active = false;
  function activate(on) {
    active = on;
    changed(on);
  }
  function press(event) {
    const inside = view().contains(event.target);
    if (inside !== active) activate(inside);
    // Plotly prevents a press from moving the focus, which would stay in the cell, where "d d" deletes it.
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
