// The accounting table: one row per stream and a total, sorted by a click on a heading. Python owns the rows.

import { headingOf, mergedTable, sortedRows, sortingAfterClick, UNSORTED } from "./accounts_rows.js";
import { button, element, senderOf } from "./dom.js";

function render({ model, el }) {
  el.classList.add("midplot-accounts");
  const send = senderOf(el);
  const head = element("thead");
  const body = element("tbody");
  const foot = element("tfoot");
  el.append(element("table", {}, head, body, foot));
  let sorting = UNSORTED;

  function heading({ text, help }, column) {
    const { order, mark } = headingOf(sorting, column);
    const sort = () => {
      sorting = sortingAfterClick(sorting, column);
      show();
    };
    return element(
      "th",
      { scope: "col", "aria-sort": order },
      button(text + mark, { title: `${help} Click to sort.`, onclick: sort }),
    );
  }

  const line = (row, attributes = {}) =>
    element("tr", attributes, ...row.cells.map(({ text }) => element("td", {}, text)));

  function show() {
    const { columns, rows, total, current } = model.get("table");
    const streamLine = (row) =>
      line(row, {
        "data-current": String(row.id === current),
        "data-id": String(row.id),
        onclick: () => send("stream", { id: row.id }),
      });
    head.replaceChildren(element("tr", {}, ...columns.map(heading)));
    body.replaceChildren(...sortedRows(rows, sorting).map(streamLine));
    foot.replaceChildren(...(total ? [line(total)] : []));
  }

  model.on("change:table", show);
  show();
  return () => model.off("change:table", show);
}

function initialize({ model }) {
  const merge = () => model.set("table", mergedTable(model.get("table"), model.get("changed")));
  model.on("change:changed", merge);
  return () => model.off("change:changed", merge);
}

export default { initialize, render };
