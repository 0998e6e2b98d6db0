// What the page works out by itself: the window of a click, the next frame of a playback, which acts wait for an answer.

import assert from "node:assert/strict";

import { answersOf } from "../../midplot/views/static/controls/answers.js";
import { spanOf } from "../../midplot/views/static/controls/overlay.js";
import { untilNextFrame } from "../../midplot/views/static/controls/play.js";
import { verdictOf } from "../../midplot/views/static/controls/scenarios.js";
import { isHidden, windowBetween, windowEndingAt } from "../../midplot/views/static/controls/windows.js";
import { recorder } from "./fakes.js";

const WHOLE = { extent: [10, 999], parts: [], limit: null };
const PARTS = [{ first: null, last: null }, { first: 10, last: 99 }, { first: 103, last: 999 }];

Deno.test("a click selects the points that end there, none before the start of the part", () => {
  assert.deepEqual(windowEndingAt(500.4, 50, WHOLE), { first: 451, last: 500 });
  assert.deepEqual(windowEndingAt(-5, 50, WHOLE), { first: 10, last: 10 });
  assert.deepEqual(windowEndingAt(5000, 50, WHOLE), { first: 950, last: 999 });
  assert.deepEqual(windowEndingAt(110, 50, { ...WHOLE, parts: PARTS }), { first: 103, last: 110 });
  assert.deepEqual(windowEndingAt(700, 50, { ...WHOLE, limit: 600 }), { first: 551, last: 600 });
});

Deno.test("a drag selects what it covers, whichever way it goes", () => {
  assert.deepEqual(windowBetween(200.6, 100.2, WHOLE), { first: 100, last: 201 });
  assert.deepEqual(windowBetween(-9, 5000, { ...WHOLE, limit: 400 }), { first: 10, last: 400 });
});

Deno.test("a place is hidden only beyond where that begins", () => {
  assert.deepEqual([599, 600.5, 601].map((x) => isHidden(x, 600.5)), [false, false, true]);
  assert.equal(isHidden(1e9, null), false);
});

Deno.test("what is drawn in advance ends at the edges of the panel", () => {
  assert.deepEqual(spanOf(-10, 30, 100), { left: 0, width: 30 });
  assert.deepEqual(spanOf(90, 130, 100), { left: 90, width: 10 });
  assert.deepEqual(spanOf(50.2, 50.4, 100), { left: 50.2, width: 1 });
  assert.equal(spanOf(101, 130, 100), null);
});

Deno.test("a frame is asked for when the last one is drawn and answered, eight times a second", () => {
  const ready = { playing: true, isDrawn: true, isAnswered: true };
  assert.equal(untilNextFrame(ready, 25), 100);
  assert.equal(untilNextFrame(ready, 4000), 0);
  for (const name of Object.keys(ready)) assert.equal(untilNextFrame({ ...ready, [name]: false }, 4000), null);
});

function answering() {
  const timers = [];
  const lost = recorder();
  const answers = answersOf({ lost, setTimer: (act) => timers.push(act) - 1, clearTimer: (n) => delete timers[n] });
  return { answers, lost, timers };
}

Deno.test("an act waits until Python has answered it, and is lost if that takes too long", () => {
  const { answers, lost, timers } = answering();
  answers.sent("a:1");
  answers.sent("a:2");
  answers.sent(undefined); // nobody was listening
  answers.heard(["a:1", "b:7"]);
  assert.deepEqual([answers.isWaiting("a:1"), answers.isWaiting("a:2"), answers.anyWaiting()], [false, true, true]);
  timers[1]();
  assert.deepEqual([lost.calls.length, answers.anyWaiting()], [1, false]);
  assert.equal(timers[0], undefined);
});

Deno.test("of acts that are sent one at a time, the newest is sent when the last has been answered", () => {
  const { answers } = answering();
  const sent = [];
  const send = (act, more) => `id ${sent.push([act, more.index])}`;
  for (const index of [1, 2, 3]) answers.latest(send, "seek", { index });
  assert.deepEqual(sent, [["seek", 1]]);
  answers.heard(["id 1"]);
  assert.deepEqual(sent, [["seek", 1], ["seek", 3]]);
  answers.heard(["id 2"]);
  assert.equal(sent.length, 2);
});

Deno.test("a scenario has passed, failed, or not been checked", () => {
  assert.deepEqual([true, false, null].map((passed) => verdictOf(passed)), ["passed", "failed", "not-checked"]);
  assert.equal(verdictOf(null, " "), "not checked");
});
