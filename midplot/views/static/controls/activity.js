// Whether the view is the active one of the page, which gets the keys. A press or the focus inside of it makes it active;
// a press or the focus elsewhere ends that.

import { isTextField } from "../dom.js";
import { pressed } from "./plotly.js";

const CONTROLS = "button, select, input, label, a, textarea, summary, [role=grid]";
const ROVING = "[role=grid], [role=tablist]"; // among what is in these, arrows move the focus
const MOST_RETAKEN = 3; // times that the focus is taken back after one press, so that two that want it do not fight for ever

// `changed` is called with whether the view is active, at first with false.
export function activityOf({ el, view, signal, changed }) {
  let active = false;
  let retakes = 0; // how often the focus may still be taken back
  let isByPointer = false; // what a person used last
  function activate(on) {
    active = on;
    changed(on);
  }
  const takeFocus = () => active && el.focus({ preventScroll: true });
  function press(event) {
    const target = pressed(event);
    const inside = view().contains(target);
    isByPointer = true;
    if (inside !== active) activate(inside);
    const isOnChart = inside && !isTextField(target) && !target.closest(CONTROLS);
    retakes = isOnChart ? MOST_RETAKEN : 0;
    // Plotly prevents a press from moving the focus, which would stay in the cell, where "d d" deletes it.
    if (isOnChart) setTimeout(takeFocus, 0);
  }
  // A button that was clicked gives the focus back: otherwise Enter, which accepts a suggestion, would press it once more.
  // A click that the keyboard made has no detail; whoever goes from button to button by keys stays there.
  function click({ target, detail }) {
    const isPressed = detail > 0 && target.closest && target.closest("button") && !target.closest(ROVING);
    if (active && isPressed && view().contains(target)) setTimeout(takeFocus, 0);
  }
  function key() {
    // A key may move the focus on purpose.
    retakes = 0;
    isByPointer = false;
  }
  // Enter ends what is typed in a field of the controls: the keys that come next, at once, are acts again.
  function typed({ key: name, target, isComposing }) {
    if (name === "Enter" && !isComposing && target.tagName === "INPUT" && isTextField(target)) takeFocus();
  }
  // So does a choice made with the mouse. With the arrows a person may go on choosing.
  function choose({ target }) {
    if (active && isByPointer && target.tagName === "SELECT" && view().contains(target)) setTimeout(takeFocus, 0);
  }
  function focus(event) {
    if (view().contains(event.target)) {
      // In any part of the view: a list above the chart has the focus in the notebook as well.
      if (!active) activate(true);
      return;
    }
    if (!active) return;
    // After a press on the chart nobody but the notebook moves the focus, at a moment of its choosing, above all if what
    // had it was removed from the page.
    if (retakes-- > 0) setTimeout(takeFocus, 0);
    else activate(false);
  }
  function leave() {
    activate(false);
    if (view().contains(document.activeElement)) document.activeElement.blur();
  }
  activate(false);
  window.addEventListener("pointerdown", press, { capture: true, signal });
  window.addEventListener("click", click, { capture: true, signal });
  window.addEventListener("keydown", key, { capture: true, signal });
  window.addEventListener("change", choose, { capture: true, signal });
  el.addEventListener("keydown", typed, { signal }); // after the field itself
  document.addEventListener("focusin", focus, { signal });
  return { isActive: () => active && el.isConnected, leave };
}
