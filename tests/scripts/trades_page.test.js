// The trades of the report page: their order, and which are listed.

import assert from "node:assert/strict";

import { pageText, placesOf } from "../../midplot/views/static/pages/report_trades.js";

const TABLE = {
  columns: [{ key: "profit" }, { key: "index" }],
  ranks: [[0, 1, 1, null, 2], [4, 3, 2, 1, 0]],
  chart: [0, 1, 0, 1, 0],
};

Deno.test("trades are sorted by rank, equal ones as given, and those without a number last both ways", () => {
  assert.deepEqual(placesOf(TABLE, { key: "profit", ascending: true, only: null }), [0, 1, 2, 4, 3]);
  assert.deepEqual(placesOf(TABLE, { key: "profit", ascending: false, only: null }), [4, 1, 2, 0, 3]);
  assert.deepEqual(placesOf(TABLE, { key: "index", ascending: true, only: null }), [4, 3, 2, 1, 0]);
});

Deno.test("the trades of one stream can be listed alone", () => {
  assert.deepEqual(placesOf(TABLE, { key: "profit", ascending: true, only: 0 }), [0, 2, 4]);
});

Deno.test("the rows in sight are counted from one, whatever language the browser speaks", () => {
  assert.equal(pageText(0, 1234), "1 – 20 of 1,234");
  assert.equal(pageText(1220, 1234), "1,221 – 1,234 of 1,234");
  assert.equal(pageText(0, 0), "no trade");
});
