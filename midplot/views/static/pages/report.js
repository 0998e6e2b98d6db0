// The report page: sorts the accounts, and draws the chosen stream in the colours of the screen.

import { drawEvidence } from "./evidence.js";
import { byId, chartOfPage } from "./report_chart.js";
import { cellValue, sortOnClick } from "./sorted_table.js";

// Scrolls only the table, never the page, and keeps clear of the rows that stick to its edges.
function bringIntoSight(table, row) {
  const box = table.parentElement;
  const above = row.offsetTop - table.tHead.offsetHeight;
  const below = row.offsetTop + row.offsetHeight + table.tFoot.offsetHeight - box.clientHeight;
  box.scrollTop = Math.min(above, Math.max(below, box.scrollTop));
}

// Texts are sorted in ascending order first, numbers in descending order.
function isAscending(table, heading, order) {
  const [first] = table.tBodies[0].rows;
  if (order) return order === "descending";
  return first !== undefined && typeof cellValue(first.cells[heading.cellIndex]) === "string";
}

function start(table) {
  const [body] = table.tBodies;
  const chart = chartOfPage();

  // "Previous" and "next" follow the order of the table.
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
if (accounts) {
  start(accounts);
  drawEvidence();
}
