// The accounting table: a row a stream and a total, sorted by a click on a heading. Python owns the rows.

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function compare(a, b) {
  if (a === b) return 0;
  if (a === null) return 1; // what is not known comes last, whichever way
  if (b === null) return -1;
  return typeof a === "string" ? a.localeCompare(b, "en", { numeric: true }) : a - b;
}

function render({ model, el }) {
  el.classList.add("midplot-accounts");
  const send = (act, more = {}) => el.dispatchEvent(new CustomEvent("midplot-act", { bubbles: true, detail: { act, ...more } }));
  const head = element("thead");
  const body = element("tbody");
  const foot = element("tfoot");
  el.append(element("table", {}, head, body, foot));
  let sorted = { column: null, down: false };

  function cells(row) {
    return row.cells.map(({ text }) => element("td", {}, text));
  }

  function show() {
    const { columns, rows, total, current } = model.get("table");
    head.replaceChildren(element("tr", {}, ...columns.map(({ text, help }, column) => {
      const mark = sorted.column !== column ? "" : sorted.down ? " ▾" : " ▴";
      const button = element("button", { type: "button", title: help, onclick: () => sortBy(column) }, text + mark);
      const order = sorted.column !== column ? "none" : sorted.down ? "descending" : "ascending";
      return element("th", { scope: "col", "aria-sort": order }, button);
    })));
    const order = [...rows];
    if (sorted.column !== null) {
      const value = (row) => row.cells[sorted.column].value;
      order.sort((a, b) => {
        const [left, right] = [value(a), value(b)];
        const way = sorted.down && left !== null && right !== null ? -1 : 1;
        return way * compare(left, right);
      });
    }
    body.replaceChildren(...order.map((row) => element("tr", {
      "data-current": String(row.id === current), "data-id": String(row.id), onclick: () => send("stream", { id: row.id }),
    }, ...cells(row))));
    foot.replaceChildren(...(total ? [element("tr", {}, ...cells(total))] : []));
  }

  function sortBy(column) {
    // Numbers are most often wanted largest first, names in order.
    sorted = sorted.column === column ? { column, down: !sorted.down } : { column, down: column !== 0 };
    show();
  }

  model.on("change:table", show);
  show();
  return () => model.off("change:table", show);
}

// Of a long table Python sends the rows that changed.
function initialize({ model }) {
  function merge() {
    const { rows, total, current } = model.get("changed");
    const table = model.get("table");
    const merged = new Map(table.rows.map((row) => [row.id, row]));
    for (const row of rows) merged.set(row.id, row);
    model.set("table", { ...table, rows: [...merged.values()], total, current });
  }
  model.on("change:changed", merge);
  return () => model.off("change:changed", merge);
}

export default { initialize, render };
