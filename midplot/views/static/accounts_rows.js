// The rows of the accounting table: in which order they stand, and what changes them.

import { ordered } from "./order.js";

export const UNSORTED = { column: null, down: false };

// Numbers are most often wanted largest first, names, which are in the first column, in order.
export function sortingAfterClick(sorting, column) {
  return { column, down: sorting.column === column ? !sorting.down : column !== 0 };
}

// What a heading says of the order: to the eye and, as `aria-sort`, to a screen reader.
export function headingOf(sorting, column) {
  if (sorting.column !== column) return { order: "none", mark: "" };
  return sorting.down ? { order: "descending", mark: " ▾" } : { order: "ascending", mark: " ▴" };
}

export function sortedRows(rows, { column, down }) {
  return column === null ? rows : ordered(rows, (row) => row.cells[column].value, !down, "en");
}

// Of a long table Python sends the rows that changed.
export function mergedTable(table, { rows, total, current }) {
  const byId = new Map(table.rows.map((row) => [row.id, row]));
  for (const row of rows) byId.set(row.id, row);
  return { ...table, rows: [...byId.values()], total, current };
}
