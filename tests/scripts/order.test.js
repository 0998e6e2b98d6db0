// The order of rows: of numbers, of names with numbers in them, and of what is not known.

import assert from "node:assert/strict";

import {
  headingOf,
  mergedTable,
  sortedRows,
  sortingAfterClick,
  UNSORTED,
} from "../../midplot/views/static/accounts_rows.js";
import { ordered } from "../../midplot/views/static/order.js";
import { cellValue } from "../../midplot/views/static/pages/sorted_table.js";

const itself = (value) => value;

Deno.test("numbers go by size and infinities stand at the ends", () => {
  const values = [10, -Infinity, 9, Infinity, -2, Infinity];
  assert.deepEqual(ordered(values, itself, true), [-Infinity, -2, 9, 10, Infinity, Infinity]);
  assert.deepEqual(ordered(values, itself, false), [Infinity, Infinity, 10, 9, -2, -Infinity]);
});

Deno.test("names go by the numbers in them", () => {
  assert.deepEqual(ordered(["s10", "s9", "S1"], itself, true), ["S1", "s9", "s10"]);
});

Deno.test("what is not known is last, whichever way", () => {
  assert.deepEqual(ordered([null, 2, NaN, 1], itself, true), [1, 2, null, NaN]);
  assert.deepEqual(ordered([null, 2, NaN, 1], itself, false), [2, 1, null, NaN]);
});

Deno.test("rows that are equal keep their order, and the rows given are left as they are", () => {
  const rows = [{ id: 1, value: 5 }, { id: 2, value: 5 }, { id: 3, value: 5 }];
  for (const ascending of [true, false]) {
    assert.deepEqual(ordered(rows, (row) => row.value, ascending).map((row) => row.id), [1, 2, 3]);
  }
  assert.deepEqual(rows.map((row) => row.id), [1, 2, 3]);
});

Deno.test("numbers are first sorted downwards, names upwards, and a second click turns round", () => {
  const byScore = sortingAfterClick(UNSORTED, 2);
  assert.deepEqual(byScore, { column: 2, down: true });
  assert.deepEqual(sortingAfterClick(byScore, 2), { column: 2, down: false });
  assert.deepEqual(sortingAfterClick(byScore, 0), { column: 0, down: false });
});

Deno.test("a heading says its order", () => {
  assert.deepEqual(headingOf(UNSORTED, 0), { order: "none", mark: "" });
  assert.deepEqual(headingOf({ column: 1, down: true }, 1), { order: "descending", mark: " ▾" });
  assert.deepEqual(headingOf({ column: 1, down: false }, 1), { order: "ascending", mark: " ▴" });
  assert.deepEqual(headingOf({ column: 1, down: false }, 0), { order: "none", mark: "" });
});

const row = (id, value) => ({ id, cells: [{ value: `s${id}`, text: `s${id}` }, { value, text: String(value) }] });

Deno.test("the rows of the accounts are sorted by the values, not by the texts", () => {
  const rows = [row(1, 9), row(2, 10), row(3, null)];
  const ids = (sorting) => sortedRows(rows, sorting).map((each) => each.id);
  assert.deepEqual(ids(UNSORTED), [1, 2, 3]);
  assert.deepEqual(ids({ column: 1, down: true }), [2, 1, 3]);
  assert.deepEqual(ids({ column: 1, down: false }), [1, 2, 3]);
});

Deno.test("rows that changed replace those of the table in their places, and new ones come last", () => {
  const table = { columns: ["stream"], rows: [row(1, 1), row(2, 2)], total: null, current: 1 };
  const merged = mergedTable(table, { rows: [row(3, 3), row(1, 5)], total: row(0, 10), current: 3 });
  assert.deepEqual(merged.rows, [row(1, 5), row(2, 2), row(3, 3)]);
  assert.deepEqual(merged.total, row(0, 10));
  assert.deepEqual([merged.current, merged.columns], [3, ["stream"]]);
  assert.deepEqual(table.rows, [row(1, 1), row(2, 2)]);
});

Deno.test("a cell's value is its number where it has one, and not a number where that is not known", () => {
  assert.equal(cellValue({ dataset: {}, textContent: "UP" }), "UP");
  assert.equal(cellValue({ dataset: { value: "-1.5" }, textContent: "-1.50" }), -1.5);
  assert.ok(Number.isNaN(cellValue({ dataset: { value: "" }, textContent: "–" })));
});
