// The rows of the accounting table: their order, and changes to them.

import { ordered } from "./order.js";

export const UNSORTED = { column: null, down: false };

// Numbers are most often wanted largest first; names, in the first column, from A to Z.
export function sortingAfterClick(sorting, column) {
  return { column, down: sorting.column === column ? !sorting.down : column !== 0 };
}

// How a heading shows the order: a mark for the eye, `aria-sort` for a screen reader.
export function headingOf(sorting, column) {
  if (sorting.column !== column) return { order: "none", mark: "" };
  return sorting.down ? { order: "descending", mark: " ▾" } : { order: "ascending", mark: " ▴" };
}

export function sortedRows(rows, { column, down }) {
  return column === null ? rows : ordered(rows, (row) => row.cells[column].value, !down, "en");
}

// Merges the rows that changed, which is all that Python sends of a long table.
export function mergedTable(table, { rows, total, current, number }) {
  if (number < table.number) return table;
  const byId = new Map(table.rows.map((row) => [row.id, row]));
  for (const row of rows) byId.set(row.id, row);
  return { ...table, rows: [...byId.values()], total, current, number };
}
