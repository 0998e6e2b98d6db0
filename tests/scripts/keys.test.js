// Which press of a key becomes which act, and which is left to others on the page.

import assert from "node:assert/strict";

import { keyHint, keyListener, keyWords } from "../../midplot/views/static/controls/keys.js";
import { isTextField } from "../../midplot/views/static/dom.js";
import { field, press, recorder } from "./fakes.js";

// As Python sends it, in part.
const KEYS = [
  { key: "u", act: "label", more: { label: "UP" }, shown: "U up", repeats: false },
  { key: "z", act: "undo", more: {}, shown: "Z undo", repeats: false },
  { key: "arrowleft", act: "move", more: { by: -1 }, shown: "← → move", repeats: true },
  { key: "arrowright", act: "move", more: { by: 1 }, shown: "", repeats: true },
  { key: "enter", act: "accept", more: {}, shown: "Enter accept", repeats: false },
];

function listening({ active = true } = {}) {
  const [run, leave] = [recorder(), recorder()];
  const listen = keyListener({ keys: KEYS, isActive: () => active, leave, run });
  return { listen, run, leave };
}

Deno.test("a key runs its act, with what the table says and the event, and nobody else hears it", () => {
  const { listen, run } = listening();
  const event = press("u");
  listen(event);
  assert.deepEqual(run.calls, [["label", { label: "UP" }, event]]);
  assert.equal(event.taken, 2);
});

Deno.test("shift and caps lock make no other key of it", () => {
  const { listen, run } = listening();
  listen(press("U", { shiftKey: true }));
  listen(press("ArrowLeft", { shiftKey: true }));
  assert.deepEqual(run.calls.map(([act, more]) => [act, more]), [["label", { label: "UP" }], ["move", { by: -1 }]]);
});

Deno.test("a view that is not the active one takes no key, not even Escape", () => {
  const { listen, run, leave } = listening({ active: false });
  for (const key of ["u", "Escape"]) {
    const event = press(key);
    listen(event);
    assert.equal(event.taken, 0);
  }
  assert.deepEqual([...run.calls, ...leave.calls], []);
});

Deno.test("keys of the browser, of an input method and those that run a cell are left alone", () => {
  const { listen, run } = listening();
  const others = [
    ...["F5", "Tab", "PageDown", "Delete", " "].map((key) => press(key)),
    press("Enter", { shiftKey: true }), // runs the cell
    ...["ctrlKey", "metaKey", "altKey", "isComposing"].map((it) => press("z", { [it]: true })),
  ];
  for (const event of others) {
    listen(event);
    assert.equal(event.taken, 0);
  }
  assert.deepEqual(run.calls, []);
});

Deno.test("what is typed into a field stays there", () => {
  const { listen, run } = listening();
  const fields = [
    field("INPUT", { type: "text" }),
    field("INPUT", { type: "number" }),
    field("TEXTAREA"),
    field("DIV", { isContentEditable: true }),
  ];
  for (const target of fields) {
    const event = press("u", { target });
    listen(event);
    assert.equal(event.taken, 0);
  }
  assert.deepEqual(run.calls, []);
});

Deno.test("a letter without an act does nothing in the view, and the notebook does not hear it", () => {
  const { listen, run } = listening();
  for (const key of ["x", "b", "0", "M", "é"]) {
    const event = press(key, { shiftKey: key === "M" });
    listen(event);
    assert.equal(event.taken, 1);
  }
  assert.deepEqual(run.calls, []);
});

Deno.test("what is pressed in a list or on a slider is for it alone, but for Tab and what runs the cell", () => {
  const { listen, run } = listening();
  const list = field("SELECT");
  const slider = field("INPUT", { type: "range" });
  const taken = (key, target, more = {}) => {
    const event = press(key, { target, ...more });
    listen(event);
    return event.taken;
  };
  assert.deepEqual(["u", "d", "ArrowDown", "Enter", " "].map((key) => taken(key, list)), [1, 1, 1, 1, 1]);
  assert.deepEqual(["ArrowUp", "ArrowLeft", "x"].map((key) => taken(key, slider)), [1, 1, 1]);
  assert.deepEqual([taken("Tab", list), taken("Enter", list, { shiftKey: true }), taken("Tab", slider)], [0, 0, 0]);
  assert.deepEqual(run.calls, []);
});

Deno.test("Enter belongs to a button that has the focus, arrows to a slider; other keys do not", () => {
  const { listen, run } = listening();
  listen(press("Enter", { target: field("BUTTON") }));
  listen(press("ArrowRight", { target: field("INPUT", { type: "range" }) }));
  assert.deepEqual(run.calls, []);
  listen(press("Enter"));
  listen(press("ArrowRight", { target: field("BUTTON") }));
  listen(press("u", { target: field("INPUT", { type: "range" }) }));
  assert.deepEqual(run.calls.map(([act]) => act), ["accept", "move", "label"]);
});

Deno.test("a key that is held moves on and on, but labels once; the page hears neither", () => {
  const { listen, run } = listening();
  for (const key of ["u", "ArrowRight"]) {
    const event = press(key, { repeat: true });
    listen(event);
    assert.equal(event.taken, 2);
  }
  assert.deepEqual(run.calls.map(([act]) => act), ["move"]);
});

Deno.test("Escape leaves the view, from a field as well, and others hear it", () => {
  const { listen, run, leave } = listening();
  const event = press("Escape", { target: field("INPUT", { type: "text" }) });
  listen(event);
  assert.deepEqual([leave.calls.length, run.calls.length, event.taken], [1, 0, 0]);
});

Deno.test("the line of hints and the titles name the keys of the table", () => {
  assert.equal(keyHint(KEYS), "U up · Z undo · ← → move · Enter accept · Esc leave");
  assert.equal(keyWords(KEYS, "undo"), "key z");
  assert.equal(keyWords(KEYS, "accept"), "Enter");
});

Deno.test("a slider, a checkbox and what is no element are no text fields", () => {
  for (const type of ["range", "button", "checkbox", "radio"]) assert.ok(!isTextField(field("INPUT", { type })));
  for (const target of [null, undefined, globalThis, field("BUTTON")]) assert.ok(!isTextField(target));
});
