// When the view is the active one: by presses and by the focus, within it and elsewhere.

import assert from "node:assert/strict";

import { activityOf } from "../../midplot/views/static/controls/activity.js";
import { field, recorder } from "./fakes.js";

const event = (type, target) => Object.defineProperty(new Event(type), "target", { value: target });

// A page with a view, in which there are some elements, and the controls of that view.
function page() {
  globalThis.window = new EventTarget();
  globalThis.document = Object.assign(new EventTarget(), { activeElement: null });
  const chart = field("DIV", { closest: () => null });
  const button = field("BUTTON", { closest: () => button, blur: recorder() });
  const note = field("INPUT", { type: "text", closest: () => note });
  const words = field("TEXTAREA", { closest: () => null });
  const list = field("SELECT", { closest: () => list });
  const elsewhere = field("DIV", { closest: () => null, blur: recorder() });
  const el = Object.assign(new EventTarget(), { isConnected: true, focus: recorder() });
  const view = { contains: (target) => [chart, button, note, words, list, el].includes(target) };
  const [stop, changed] = [new AbortController(), recorder()];
  const activity = activityOf({ el, view: () => view, signal: stop.signal, changed });
  const press = (target) => window.dispatchEvent(event("pointerdown", target));
  const focus = (target) => document.dispatchEvent(event("focusin", target));
  // From the window down to the element, and up again through the controls.
  const key = (name, target, more = {}) => {
    for (const place of [window, el]) {
      place.dispatchEvent(Object.assign(event("keydown", target), { key: name, isComposing: false, ...more }));
    }
  };
  const change = (target) => window.dispatchEvent(event("change", target));
  return {
    key,
    change,
    ...activity,
    changed: changed.calls,
    stop,
    press,
    focus,
    el,
    chart,
    button,
    note,
    words,
    list,
    elsewhere,
  };
}

// After what a press has put off until the browser has moved the focus.
const afterwards = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("a view is not active before it was touched", () => {
  const { isActive, changed } = page();
  assert.equal(isActive(), false);
  assert.deepEqual(changed, [[false]]);
});

Deno.test("a press in the chart makes it active and takes the focus from the cell; one elsewhere ends that", async () => {
  const { isActive, changed, press, chart, elsewhere, el } = page();
  press(chart);
  assert.equal(isActive(), true);
  await afterwards();
  assert.deepEqual(el.focus.calls, [[{ preventScroll: true }]]);
  press(elsewhere);
  assert.equal(isActive(), false);
  assert.deepEqual(changed, [[false], [true], [false]]);
});

Deno.test("a press on a button or into a field leaves the focus there", async () => {
  const { isActive, press, button, note, words, el } = page();
  for (const target of [button, note, words]) press(target);
  await afterwards();
  assert.deepEqual([isActive(), el.focus.calls.length], [true, 0]);
});

Deno.test("a view that was left before the focus came does not take it", async () => {
  const { press, leave, chart, el } = page();
  press(chart);
  leave();
  await afterwards();
  assert.deepEqual(el.focus.calls, []);
});

Deno.test("the focus within it makes it active, the focus elsewhere ends that", () => {
  const { isActive, focus, note, list, elsewhere, el } = page();
  focus(el);
  focus(note);
  assert.equal(isActive(), true);
  focus(elsewhere);
  assert.equal(isActive(), false);
  focus(list); // above the chart, outside of the controls
  assert.equal(isActive(), true);
});

Deno.test("to leave it gives up a focus within it, and no other", () => {
  const { leave, isActive, press, button, elsewhere } = page();
  press(button);
  document.activeElement = button;
  leave();
  assert.deepEqual([isActive(), button.blur.calls.length], [false, 1]);
  document.activeElement = elsewhere;
  leave();
  assert.deepEqual(elsewhere.blur.calls, []);
});

Deno.test("one that is gone from the page is not active, and one that was ended hears nothing", () => {
  const { isActive, press, focus, stop, changed, chart, button, el } = page();
  press(button);
  el.isConnected = false;
  assert.equal(isActive(), false);
  stop.abort();
  const before = changed.length;
  press(chart);
  focus(el);
  assert.equal(changed.length, before);
});

Deno.test("a button that was clicked gives the focus back, one that was pressed by a key keeps it", async () => {
  const { press, button, el } = page();
  const click = (detail) => window.dispatchEvent(Object.assign(event("click", button), { detail }));
  button.closest = (wanted) => (wanted === "button" || wanted.includes("button,") ? button : null);
  press(button);
  click(0);
  await afterwards();
  assert.equal(el.focus.calls.length, 0);
  click(1);
  await afterwards();
  assert.equal(el.focus.calls.length, 1);
  button.closest = () => button; // in a grid, among whose rows arrows move
  click(1);
  await afterwards();
  assert.equal(el.focus.calls.length, 1);
});

Deno.test("Enter in a field gives the focus back at once, so that the next keys are acts; any other key leaves it there", () => {
  const { press, key, note, words, button, el } = page();
  key("Enter", note); // of a view that is not active
  press(note);
  key("x", note);
  key("Enter", note, { isComposing: true }); // ends a word of an input method
  key("Enter", words);
  key("Enter", button);
  assert.equal(el.focus.calls.length, 0);
  key("Enter", note);
  assert.equal(el.focus.calls.length, 1);
});

Deno.test("a choice by the mouse gives the focus back, one by keys leaves it in the list", async () => {
  const { press, key, change, list, note, el } = page();
  press(list);
  change(note);
  key("ArrowDown", list);
  change(list);
  await afterwards();
  assert.equal(el.focus.calls.length, 0);
  press(list);
  change(list);
  await afterwards();
  assert.equal(el.focus.calls.length, 1);
});
