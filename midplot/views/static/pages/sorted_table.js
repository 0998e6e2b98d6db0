// Sorts a table of a page by a click on a heading. A cell with a number has it in `data-value`, which is empty if the
// number is unknown.

import { ordered } from "../order.js";

export function cellValue(cell) {
  if (cell.dataset.value === undefined) return cell.textContent;
  return cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
}

function sortBy(table, heading, ascending) {
  const [body] = table.tBodies;
  body.append(...ordered([...body.rows], (row) => cellValue(row.cells[heading.cellIndex]), ascending));
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
}

// `isAscending` is called with the heading and its current order, if any, and returns the new one; `sorted` is called
// afterwards.
export function sortOnClick(table, isAscending, sorted = () => {}) {
  table.tHead.addEventListener("click", (event) => {
    const heading = event.target.closest("th[scope=col]");
    if (!heading) return;
    sortBy(table, heading, isAscending(heading, heading.getAttribute("aria-sort")));
    sorted();
  });
}
