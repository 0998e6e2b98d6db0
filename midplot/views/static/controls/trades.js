// The table of trades: one page of rows, which Python sorts and filters. A row leads to its trade.

import { button, element, setUnlessFocused } from "../dom.js";
import { iconButton } from "../icons.js";
import { grouped } from "../texts.js";
import { gridMove, orderAfterClick } from "./grid.js";

export function rowsText({ offset, rows, total }) {
  return total ? `${grouped(offset + 1)} – ${grouped(offset + rows.length)} of ${grouped(total)}` : "";
}

function choice(name, texts, change) {
  const options = Object.entries(texts).map(([value, text]) => element("option", { value }, text));
  const select = element("select", { "aria-label": name, onchange: () => change(select.value) }, ...options);
  return select;
}

// Chooses which trades are listed, and turns the pages.
function tradeTools(ask) {
  const scope = choice(
    "Streams of the trades",
    { one: "this stream", all: "all streams" },
    (value) => ask({ everywhere: value === "all" }),
  );
  const outcomes = { all: "all trades", winners: "winners", losers: "losers", unresolved: "unresolved" };
  const outcome = choice("Which trades", outcomes, (value) => ask({ outcome: value }));
  const turn = (name, title, by) =>
    iconButton(name, { title, onclick: () => table && ask({ offset: Math.max(0, table.offset + by * table.page) }) });
  const previous = turn("previous", "Previous rows", -1);
  const next = turn("next", "Next rows", 1);
  const range = element("span", { class: "midplot-range" });
  let table = null;
  function show(fresh) {
    table = fresh;
    scope.hidden = table.n_streams < 2;
    setUnlessFocused(scope, table.everywhere ? "all" : "one");
    setUnlessFocused(outcome, table.outcome);
    range.textContent = rowsText(table);
    previous.disabled = table.offset === 0;
    next.disabled = table.offset + table.rows.length >= table.total;
    previous.hidden = next.hidden = table.total <= table.page;
  }
  return { node: element("div", { class: "midplot-trade-tools" }, scope, outcome, range, previous, next), show };
}

function tradeHeading({ key, text, help }, table, ask) {
  const isSorted = key === table.sort;
  const order = isSorted ? (table.ascending ? "ascending" : "descending") : "none";
  const mark = element("span", { class: "midplot-order", "aria-hidden": "true" }, table.ascending ? "▴" : "▾");
  const heading = button(text, { title: `${help} Click to sort.`, onclick: () => ask(orderAfterClick(key, table)) });
  if (isSorted) heading.append(mark);
  return element("th", { scope: "col", "data-key": key, "aria-sort": order }, heading);
}

// The row that a replaced one is found again by, while the order changes around it.
const sameTrade = (a, b) => Boolean(a && b && a.stream === b.stream && a.index === b.index);

export function tradesPart(send) {
  const ask = (more) => send("trades", more);
  const tools = tradeTools(ask);
  const head = element("thead");
  const body = element("tbody");
  const grid = element("table", { role: "grid", "aria-label": "Trades" }, head, body);
  const empty = element("div", { class: "midplot-empty" });
  const node = element("div", { class: "midplot-trades" }, grid, empty);
  let table = null;
  let shown = null; // the rows that are drawn, as text
  let stream = null; // the one that the chart shows
  let selected = null; // the last index of the window
  let waiting = null; // the place that gets the focus when the page that was asked for is there

  const go = (row) => send("go", { stream: row.stream, index: row.index });
  function line(row, place) {
    const { key: first } = table.columns[0];
    const cells = row.cells.map((text, column) => {
      const { key } = table.columns[column];
      const tone = key === first ? row.tone : key === "decision" ? row.direction : "";
      return element("td", { "data-key": key, "data-tone": tone || null, title: text }, text);
    });
    const number = table.offset + place + 2; // the first is the line of headings
    return element(
      "tr",
      { "data-place": place, "aria-rowindex": number, tabindex: -1, onclick: () => go(row) },
      ...cells,
    );
  }
  function focused() {
    const place = [...body.rows].indexOf(document.activeElement);
    return place < 0 ? null : place;
  }
  function focus(place) {
    const row = body.rows[Math.min(place, body.rows.length - 1)];
    if (row) row.focus();
  }
  // One row of the table can be reached by the Tab key.
  function mark() {
    if (!table) return;
    const rows = [...body.rows];
    const current = table.rows.findIndex((row) => row.stream === stream && row.index === selected);
    const reached = focused() ?? Math.max(0, current);
    rows.forEach((row, place) => {
      row.setAttribute("aria-selected", String(place === current));
      row.tabIndex = place === reached ? 0 : -1;
    });
  }
  function showRows(fresh, streamShown) {
    stream = streamShown;
    if (!fresh) return;
    const text = JSON.stringify(fresh);
    if (text !== shown) redraw(fresh, text);
    mark();
  }
  function redraw(fresh, text) {
    const before = focused();
    const [had, old] = [before === null ? null : table.rows[before], table];
    [table, shown] = [fresh, text];
    tools.show(table);
    grid.setAttribute("aria-rowcount", String(table.total + 1));
    const sorting = document.activeElement && head.contains(document.activeElement) ? old && old.sort : null;
    head.replaceChildren(element("tr", {}, ...table.columns.map((column) => tradeHeading(column, table, ask))));
    body.replaceChildren(...table.rows.map(line));
    grid.hidden = !table.rows.length;
    empty.textContent = table.rows.length ? "" : table.empty;
    if (old && old.offset !== table.offset) node.scrollTop = 0;
    if (sorting) head.querySelector(`[data-key="${table.sort}"] button`)?.focus();
    if (before === null) return;
    // What had the focus keeps it: its trade, or at least its place.
    const found = table.rows.findIndex((row) => sameTrade(row, had));
    focus(waiting ?? (found < 0 ? before : found));
    waiting = null;
  }
  function show({ selection }) {
    selected = selection ? selection.last : null;
    mark();
  }
  // Returns whether the key was one of the table's.
  function keydown(event, target) {
    const place = table ? [...body.rows].indexOf(target) : -1;
    if (place < 0) return false;
    const { offset, page, total } = table;
    const move = gridMove(event.key, { place, count: table.rows.length, offset, page, total });
    if (!move) return false;
    if (move.go) go(table.rows[place]);
    else if (move.offset === undefined) focus(move.place);
    else {
      waiting = move.place;
      ask({ offset: move.offset });
    }
    mark();
    return true;
  }
  return { nodes: [node], tools: [tools.node], show, showRows, keydown };
}
