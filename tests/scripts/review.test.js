// Labelling many windows in a row: what its bar says, and what its keys send.

import assert from "node:assert/strict";

import { keyListener } from "../../midplot/views/static/controls/keys.js";
import {
  isReviewDrawn,
  reviewAct,
  reviewEscape,
  reviewStartWords,
  reviewWords,
} from "../../midplot/views/static/controls/review.js";
import { press, recorder } from "./fakes.js";

// As Python sends it, in part.
const KEYS = [
  { key: "d", act: "label", more: { label: "DOWN" }, shown: "", repeats: false },
  { key: "s", act: "skip", more: {}, shown: "", repeats: false },
];

Deno.test("what is left is counted, also in thousands", () => {
  assert.equal(reviewWords({ left: 12, total: 40 }), "12 of 40 left");
  assert.equal(reviewWords({ left: 9999, total: 10000 }), "9,999 of 10,000 left");
});

Deno.test("the button says whether labelling begins or goes on", () => {
  assert.equal(reviewStartWords(null), "label in a row");
  assert.equal(reviewStartWords(undefined), "label in a row");
  assert.equal(reviewStartWords({ left: 0 }), "label in a row");
  assert.equal(reviewStartWords({ left: 1200 }), "go on labelling (1,200 left)");
});

Deno.test("Escape takes a question back first, and only then leaves", () => {
  assert.deepEqual(reviewEscape({ question: { text: "?" } }), ["answer", { answer: "no" }]);
  assert.deepEqual(reviewEscape({ question: null }), ["review", { on: false }]);
});

Deno.test("a label says for which window it was pressed, and no other act does", () => {
  assert.deepEqual(reviewAct("label", { label: "UP" }, { place: 3 }), { label: "UP", place: 3 });
  assert.deepEqual(reviewAct("answer", { answer: "keep" }, { place: 3 }), { answer: "keep" });
  assert.deepEqual(reviewAct("skip", undefined, { place: 3 }), {});
});

Deno.test("a window can be labelled once it is drawn", () => {
  assert.deepEqual([undefined, "6", "7", "8"].map((drawn) => isReviewDrawn(drawn, 7)), [false, false, true, true]);
});

Deno.test("a key that is held down labels one window, not all of them", () => {
  const run = recorder();
  const listen = keyListener({ keys: KEYS, isActive: () => true, leave: recorder(), run });
  for (const repeat of [false, true, true]) listen(press("d", { repeat }));
  assert.deepEqual(run.calls.map(([act, more]) => [act, more]), [["label", { label: "DOWN" }]]);
});
