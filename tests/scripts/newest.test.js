// Which of the values that reach a page is drawn: the newest, whatever comes last.

import assert from "node:assert/strict";

import { mergedTable } from "../../midplot/views/static/accounts_rows.js";
import { keepNewest } from "../../midplot/views/static/newest.js";

// A widget's model with one value, which calls its listeners in order, as Backbone does.
function model(value) {
  const listeners = new Set();
  const itself = {
    get: () => value,
    set(_, fresh) {
      if (fresh === value) return;
      value = fresh;
      for (const listener of listeners) listener();
    },
    on: (_, listener) => listeners.add(listener),
    off: (_, listener) => listeners.delete(listener),
  };
  return itself;
}

const numbered = (number) => ({ number, text: `state ${number}` });

Deno.test("a state that comes late does not replace a newer one, whatever draws it", () => {
  const state = model({});
  keepNewest(state, "state");
  const drawn = [];
  state.on("change:state", () => drawn.push(state.get("state").number));
  for (const number of [1, 4, 2, 3, 5]) state.set("state", numbered(number));
  assert.equal(state.get("state").number, 5);
  assert.ok(drawn.every((number, at) => at === 0 || number >= drawn[at - 1]), `${drawn}`);
  assert.equal(drawn.at(-1), 5);
});

Deno.test("a model that was let go takes what comes", () => {
  const state = model(numbered(4));
  keepNewest(state, "state")();
  state.set("state", numbered(2));
  assert.equal(state.get("state").number, 2);
});

Deno.test("rows that come late do not replace newer ones", () => {
  const row = (value) => ({ id: 1, cells: [{ value }] });
  const table = { rows: [row(1)], total: null, current: 1, number: 3 };
  const merged = mergedTable(table, { rows: [row(2)], total: null, current: 1, number: 4 });
  assert.deepEqual([merged.rows, merged.number], [[row(2)], 4]);
  assert.equal(mergedTable(merged, { rows: [row(0)], total: null, current: 1, number: 2 }), merged);
});
