// How lengths, windows and notes are written and read.

import assert from "node:assert/strict";

import { asLength, toLength, toPosition } from "../../midplot/views/static/controls/length.js";
import { countedScenarios, grouped, noteText, windowText } from "../../midplot/views/static/texts.js";

const LONGEST = 1000;

Deno.test("the slider reaches from 1 to 1,000 points, by ratio", () => {
  assert.deepEqual([0, 500, 1000].map((each) => toLength(each, LONGEST)), [1, 32, 1000]);
  assert.deepEqual([1, 32, 1000].map((each) => toPosition(each, LONGEST)), [0, 502, 1000]);
});

Deno.test("the slider stands next to each length that there can be, by its step and the rounding", () => {
  for (let length = 1; length <= LONGEST; length++) {
    assert.ok(
      Math.abs(toLength(toPosition(length, LONGEST), LONGEST) - length) <= 0.5 + length * 0.0035,
      String(length),
    );
  }
});

Deno.test("what was typed becomes a length that there can be", () => {
  const typed = ["50", "2.6", "0", "-3", "1001", "", "five"];
  assert.deepEqual(typed.map((each) => asLength(each, LONGEST)), [50, 3, 1, 1, 1000, 1, 1]);
});

Deno.test("numbers are grouped by commas, whatever the language of the browser", () => {
  assert.equal(grouped(1234567), "1,234,567");
  assert.equal(windowText(1000, 1049), "1,000 – 1,049");
});

Deno.test("one scenario, more scenarios", () => {
  assert.equal(countedScenarios(1), "1 scenario of this stream");
  assert.equal(countedScenarios(12), "12 scenarios of this stream");
});

Deno.test("a note comes before its tags, and what is empty takes no room", () => {
  assert.equal(noteText("late", ["gap", "open"]), "late  #gap  #open");
  assert.equal(noteText("", ["gap"]), "#gap");
  assert.equal(noteText("", []), "");
});
