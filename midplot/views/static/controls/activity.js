// Whether the view is the active one of the page, which gets the keys. A press or the focus inside of it makes it active;
// a press or the focus elsewhere ends that.

import { isTextField } from "../dom.js";

const CONTROLS = "button, select, input, label, a, textarea, summary";

// `changed` is called with whether the view is active, at first with false.
export function activityOf({ el, view, signal, changed }) {
  let active = false;
  let pressed = false;
  function activate(on) {
    active = on;
    changed(on);
  }
  const takeFocus = () => active && el.focus({ preventScroll: true });
  function press(event) {
    const inside = view().contains(event.target);
    if (inside !== active) activate(inside);
    // Plotly prevents a press from moving the focus, which would stay in the cell, where "d d" deletes it.
    pressed = inside && !isTextField(event.target) && !event.target.closest(CONTROLS);
    if (pressed) setTimeout(takeFocus, 0);
  }
  function release() {
    if (!pressed) return;
    // The notebook may take the focus between press and release, above all if what had it was removed from the page.
    setTimeout(() => {
      pressed = false;
      takeFocus();
    }, 0);
  }
  function focus(event) {
    if (!active || view().contains(event.target)) return;
    if (pressed) takeFocus();
    else activate(false);
  }
  function leave() {
    activate(false);
    if (view().contains(document.activeElement)) document.activeElement.blur();
  }
  activate(false);
  window.addEventListener("pointerdown", press, { capture: true, signal });
  window.addEventListener("pointerup", release, { capture: true, signal });
  el.addEventListener("focusin", () => activate(true), { signal });
  document.addEventListener("focusin", focus, { signal });
  return { isActive: () => active && el.isConnected, leave };
}
