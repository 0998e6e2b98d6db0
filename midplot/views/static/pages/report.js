// The report page: sorts the accounts, draws the chosen stream, and leads from a trade to the chart.

import { drawEvidence } from "./evidence.js";
import { byId, chartOfPage } from "./report_chart.js";
import { showTrades } from "./report_trades.js";
import { cellValue, sortOnClick } from "./sorted_table.js";
import { watchWidth } from "./wide_table.js";

// Scrolls only the table, never the page, and keeps clear of the rows that stick to its top.
function bringIntoSight(table, row) {
  const box = table.parentElement;
  const above = row.offsetTop - table.tHead.offsetHeight;
  const below = row.offsetTop + row.offsetHeight - box.clientHeight;
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
  const place = (rows) => rows.findIndex((row) => row.hasAttribute("aria-current"));

  function markEnds() {
    const rows = [...body.rows];
    byId("previous").disabled = place(rows) <= 0;
    byId("next").disabled = place(rows) === rows.length - 1;
  }

  function show(row, trade = null) {
    chart.choose(Number(row.dataset.chart), trade);
    for (const other of body.rows) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    markEnds();
    bringIntoSight(table, row);
    chart.draw();
  }

  // The trade that was marked is in sight no more.
  function showStream(row) {
    show(row);
    trades?.forget();
    trades?.follow();
  }

  function step(by) {
    const rows = [...body.rows];
    const row = rows[place(rows) + by];
    if (row) showStream(row);
  }

  sortOnClick(table, (heading, order) => isAscending(table, heading, order), markEnds);
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row) showStream(row);
  });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));

  const rowOf = (number) => [...body.rows].find((row) => Number(row.dataset.chart) === number);
  const trades = listTrades(chart, (trade) => {
    show(rowOf(trade.chart), trade);
    byId("chart").scrollIntoView({ block: "nearest" });
  });
  if (body.rows.length) show(rowOf(0));
}

function listTrades(chart, go) {
  const table = JSON.parse(byId("trade-data").textContent);
  if (!table.chart.length) return null;
  byId("trades").hidden = false;
  return showTrades(table, { grid: byId("trade-rows"), tools: byId("trade-tools"), streamShown: chart.number, go });
}

const accounts = byId("accounts");
if (accounts) {
  start(accounts);
  drawEvidence();
}
const checks = byId("checks");
if (checks) sortOnClick(checks, (_heading, order) => order !== "ascending");
for (const box of document.querySelectorAll(".table-box")) watchWidth(box);
