// The accounting table: one row per stream and a total, sorted by a click on a heading. Python owns the rows.

import { headingOf, mergedTable, sortedRows, sortingAfterClick, UNSORTED } from "./accounts_rows.js";
import { button, element, senderOf } from "./dom.js";
import { keepNewest } from "./newest.js";
import { whenPlaced } from "./root.js";

function render({ model, el }) {
  el.classList.add("midplot-accounts");
  const send = senderOf(el);
  const head = element("thead");
  const body = element("tbody");
  const foot = element("tfoot");
  el.append(element("table", {}, head, body, foot));
  let sorting = UNSORTED;
  let revealed = null; // the stream whose row was brought into sight last

  function heading({ key, text, help }, column) {
    const { order, mark } = headingOf(sorting, column);
    const sort = () => {
      sorting = sortingAfterClick(sorting, column);
      show();
    };
    return element(
      "th",
      { scope: "col", "aria-sort": order, "data-key": key },
      button(text + mark, { title: `${help} Click to sort.`, onclick: sort }),
    );
  }

  // A narrow table leaves out some of the columns by their keys. A long name is cut, and shown in full on hover.
  const line = (row, columns, attributes = {}) =>
    element(
      "tr",
      attributes,
      ...row.cells.map(({ text, title = null }, at) =>
        element("td", { "data-key": columns[at].key, title: at ? title : text }, text)
      ),
    );

  // Only within the table: the page must not move.
  function reveal(row) {
    const above = row.offsetTop - head.offsetHeight;
    const below = row.offsetTop + row.offsetHeight + foot.offsetHeight - el.clientHeight;
    if (el.scrollTop > above) el.scrollTop = above;
    else if (el.scrollTop < below) el.scrollTop = below;
  }

  function show() {
    const { columns, rows, total, current } = model.get("table");
    const streamLine = (row) =>
      line(row, columns, {
        "data-current": String(row.id === current),
        "data-id": String(row.id),
        onclick: () => send("stream", { id: row.id }),
      });
    head.replaceChildren(element("tr", {}, ...columns.map(heading)));
    body.replaceChildren(...sortedRows(rows, sorting).map(streamLine));
    foot.replaceChildren(...(total ? [line(total, columns)] : []));
    if (current === revealed || !el.clientHeight) return; // a person may have scrolled away since; or it is not in the page yet
    const row = [...body.children].find((each) => each.dataset.current === "true");
    if (row) reveal(row);
    revealed = current;
  }

  const stop = new AbortController();
  model.on("change:table", show);
  show();
  whenPlaced(el, stop.signal, show); // only then can a row be brought into sight
  return () => {
    stop.abort();
    model.off("change:table", show);
  };
}

function initialize({ model }) {
  const release = keepNewest(model, "table");
  const merge = () => model.set("table", mergedTable(model.get("table"), model.get("changed")));
  model.on("change:changed", merge);
  return () => {
    release();
    model.off("change:changed", merge);
  };
}

export default { initialize, render };
