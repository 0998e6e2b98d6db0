// The check page: sorts the table. Without it, the page lacks nothing else.
(() => {
  "use strict";
  const table = document.getElementById("checks");
  const body = table.tBodies[0];

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.value === undefined) return cell.textContent;
    return cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
  };

  const compared = (a, b) => (typeof a === "string" ? a.localeCompare(b, undefined, { numeric: true }) : a - b);

  // What has no value is last, whichever way the rest goes.
  const sortBy = (heading) => {
    const column = heading.cellIndex;
    const ascending = heading.getAttribute("aria-sort") !== "ascending";
    const rows = [...body.rows];
    const known = rows.filter((row) => !Number.isNaN(valueOf(row, column)));
    const unknown = rows.filter((row) => Number.isNaN(valueOf(row, column)));
    known.sort((a, b) => (ascending ? 1 : -1) * compared(valueOf(a, column), valueOf(b, column)));
    body.append(...known, ...unknown);
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
  };

  table.tHead.addEventListener("click", (event) => {
    const heading = event.target.closest("th");
    if (heading) sortBy(heading);
  });
})();
