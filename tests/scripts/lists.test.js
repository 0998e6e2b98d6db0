// The lists below the chart: where a key leads in the table of trades, and what tabs and headings say.

import assert from "node:assert/strict";

import { gridMove, orderAfterClick } from "../../midplot/views/static/controls/grid.js";
import { tabBeside, tabTexts } from "../../midplot/views/static/controls/tabs.js";
import { rowsText } from "../../midplot/views/static/controls/trades.js";

const FIRST = { place: 0, count: 50, offset: 0, page: 50, total: 120 };
const MIDDLE = { ...FIRST, offset: 50 };
const LAST = { ...FIRST, offset: 100, count: 20 };

Deno.test("arrows move by a row, and over the edge of a page to the next one", () => {
  assert.deepEqual(gridMove("ArrowDown", FIRST), { place: 1 });
  assert.deepEqual(gridMove("ArrowUp", FIRST), { place: 0 });
  assert.deepEqual(gridMove("ArrowDown", { ...FIRST, place: 49 }), { place: 0, offset: 50 });
  assert.deepEqual(gridMove("ArrowUp", MIDDLE), { place: 49, offset: 0 });
  assert.deepEqual(gridMove("ArrowDown", { ...LAST, place: 19 }), { place: 19 });
});

Deno.test("pages are turned until the last one, of which the last row is reached", () => {
  assert.deepEqual(gridMove("PageDown", { ...MIDDLE, place: 7 }), { place: 7, offset: 100 });
  assert.deepEqual(gridMove("PageUp", { ...MIDDLE, place: 7 }), { place: 7, offset: 0 });
  assert.deepEqual(gridMove("PageDown", { ...LAST, place: 7 }), { place: 19 });
  assert.deepEqual(gridMove("PageUp", { ...FIRST, place: 7 }), { place: 0 });
  assert.deepEqual([gridMove("Home", MIDDLE), gridMove("End", LAST)], [{ place: 0 }, { place: 19 }]);
});

Deno.test("Enter and space open a row; keys of labels and of the window are left to the view", () => {
  for (const key of ["Enter", " "]) assert.deepEqual(gridMove(key, FIRST), { go: true });
  for (const key of ["u", "d", "n", "ArrowLeft", "ArrowRight", "Escape", "Tab"]) {
    assert.equal(gridMove(key, FIRST), null);
  }
});

Deno.test("a heading sorts worst first, and turns the order round when it is clicked again", () => {
  const profit = { sort: "profit", ascending: true };
  assert.deepEqual(orderAfterClick("profit", profit), { sort: "profit", ascending: false });
  assert.deepEqual(orderAfterClick("index", profit), { sort: "index", ascending: true });
  assert.deepEqual(orderAfterClick("latency_ms", profit), { sort: "latency_ms", ascending: false });
});

Deno.test("tabs say how many there are, once that is known, and arrows go round them", () => {
  const text = (...what) => tabTexts(...what).join("");
  assert.equal(text("trades", 7301), "Trades (7,301)");
  assert.equal(text("trades", 7301, 1007), "Trades (7,301, 1,007 unresolved)");
  assert.equal(text("suggestions", null), "Suggestions");
  assert.equal(text("labels", 0), "Labels (0)");
  assert.equal(tabBeside("labels", "ArrowLeft"), "suggestions");
  assert.equal(tabBeside("suggestions", "ArrowRight"), "labels");
  assert.equal(tabBeside("labels", "ArrowDown"), null);
});

Deno.test("the rows of a page are counted within all of them", () => {
  assert.equal(rowsText({ offset: 50, rows: Array(50), total: 7301 }), "51 – 100 of 7,301");
  assert.equal(rowsText({ offset: 0, rows: [], total: 0 }), "");
});
