// The report page: sorts the accounts, and draws the stream that is chosen in the colours of the screen.

import { byId, chartOfPage } from "./report_chart.js";
import { cellValue, sortOnClick } from "./sorted_table.js";

// Scrolls the table alone, never the page, and minds the rows that stick to its edges.
function bringIntoSight(table, row) {
  const box = table.parentElement;
  const above = row.offsetTop - table.tHead.offsetHeight;
  const below = row.offsetTop + row.offsetHeight + table.tFoot.offsetHeight - box.clientHeight;
  box.scrollTop = Math.min(above, Math.max(below, box.scrollTop));
}

// Texts are first sorted upwards, numbers downwards.
function isAscending(table, heading, order) {
  const [first] = table.tBodies[0].rows;
  if (order) return order === "descending";
  return first !== undefined && typeof cellValue(first.cells[heading.cellIndex]) === "string";
}

function begin(table) {
  const [body] = table.tBodies;
  const chart = chartOfPage();

  // From stream to stream one goes in the order of the table.
  const drawable = () => [...body.rows].filter((row) => row.dataset.chart !== undefined);
  const place = (rows) => rows.findIndex((row) => row.hasAttribute("aria-current"));

  function markEnds() {
    const rows = drawable();
    byId("previous").disabled = place(rows) <= 0;
    byId("next").disabled = place(rows) === rows.length - 1;
  }

  function show(row) {
    chart.choose(Number(row.dataset.chart));
    for (const other of body.rows) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    markEnds();
    bringIntoSight(table, row);
    chart.draw();
  }

  function step(by) {
    const rows = drawable();
    const row = rows[place(rows) + by];
    if (row) show(row);
  }

  sortOnClick(table, (heading, order) => isAscending(table, heading, order), markEnds);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row && row.dataset.chart !== undefined) show(row);
  });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));

  const [first] = drawable().sort((a, b) => a.dataset.chart - b.dataset.chart);
  if (first) show(first);
}

const accounts = byId("accounts");
if (accounts) begin(accounts);
