// The trades of the report page: one page of rows, sorted by any column. A row shows its trade in the chart.

import { button, element } from "../dom.js";
import { ordered } from "../order.js";
import { grouped } from "../texts.js";

const PAGE = 20;
const TEXTS = ["stream_id", "decision", "time"]; // the columns that are read from the left

// The places of the trades to list, in order: of all streams, or of the one with a number.
export function placesOf({ columns, ranks, chart }, { key, ascending, only }) {
  const rank = ranks[columns.findIndex((column) => column.key === key)];
  const places = chart.map((_, place) => place).filter((place) => only === null || chart[place] === only);
  return ordered(places, (place) => rank[place], ascending);
}

export function pageText(offset, n) {
  return n ? `${grouped(offset + 1)} – ${grouped(Math.min(n, offset + PAGE))} of ${grouped(n)}` : "no trade";
}

export function showTrades(table, { grid, tools, streamShown, go }) {
  const asked = { key: "profit", ascending: true, only: null };
  let places = placesOf(table, asked);
  let offset = 0;
  let current = null;

  function sort(key) {
    // The first click on a column shows what it is about: the worst profit, the slowest decision.
    asked.ascending = asked.key === key ? !asked.ascending : key === "profit" || TEXTS.includes(key) || key === "index";
    asked.key = key;
    list();
  }

  function heading({ key, text, help }) {
    const order = asked.key === key ? (asked.ascending ? "ascending" : "descending") : null;
    const label = button(text, { onclick: () => sort(key) });
    const look = TEXTS.includes(key) ? "text" : null;
    return element("th", { scope: "col", title: help, "aria-sort": order, class: look }, label);
  }

  function cell(column, i, place) {
    const text = table.cells[i][place];
    if (i === 0) {
      const tone = { 1: "midplot-good", "-1": "midplot-bad" }[table.tone[place]] ?? null;
      return element("td", { class: tone }, button(text, {}));
    }
    const look = [TEXTS.includes(column.key) ? "text" : "", column.key === "decision" ? direction(place) : ""];
    return element("td", { class: look.join(" ").trim() || null }, text);
  }

  const direction = (place) => (table.up[place] ? "up" : "down");

  function row(place) {
    const cells = table.columns.map((column, i) => cell(column, i, place));
    const isCurrent = place === current ? "true" : null;
    return element("tr", { "data-trade": place, "aria-current": isCurrent, onclick: () => show(place) }, ...cells);
  }

  function show(place) {
    current = place;
    draw();
    go({ chart: table.chart[place], first: table.first[place], last: table.last[place] });
  }

  function turn(by) {
    offset = Math.max(0, Math.min(offset + by, Math.floor((places.length - 1) / PAGE) * PAGE));
    draw();
  }

  const range = element("span", { "aria-live": "polite" });
  const previous = button("◀", { "aria-label": "Previous trades", onclick: () => turn(-PAGE) });
  const next = button("▶", { "aria-label": "Next trades", onclick: () => turn(PAGE) });
  const only = button("This stream only", { "aria-pressed": "false", onclick: () => choose(asked.only === null) });
  only.hidden = new Set(table.chart).size < 2;
  tools.replaceChildren(only, previous, range, next);

  function choose(isOnly) {
    asked.only = isOnly ? streamShown() : null;
    only.setAttribute("aria-pressed", String(isOnly));
    list();
  }

  function list() {
    places = placesOf(table, asked);
    offset = 0;
    draw();
  }

  function draw() {
    const head = element("thead", {}, element("tr", {}, ...table.columns.map(heading)));
    const body = element("tbody", {}, ...places.slice(offset, offset + PAGE).map(row));
    grid.replaceChildren(head, body);
    range.textContent = pageText(offset, places.length);
    previous.disabled = offset === 0;
    next.disabled = offset + PAGE >= places.length;
  }

  draw();
  // The caller says when the chart shows another stream.
  return {
    follow() {
      if (asked.only !== null && asked.only !== streamShown()) choose(true);
    },
    forget() {
      current = null;
      draw();
    },
  };
}
