// The report page: sorts the accounts, and draws the stream that is chosen in the colours of the screen.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const table = byId("accounts");
  if (!table) return;
  const body = table.tBodies[0];
  const looks = JSON.parse(byId("looks").textContent);
  const parsed = new Map();
  let shown = null;

  // Sorting

  const valueOf = (row, column) => {
    const cell = row.cells[column];
    if (cell.dataset.value === undefined) return cell.textContent;
    return cell.dataset.value === "" ? NaN : Number(cell.dataset.value);
  };

  const compared = (a, b) => {
    if (typeof a === "string") return a.localeCompare(b, undefined, { numeric: true });
    return a === b ? 0 : a - b;
  };

  // What has no value is last, whichever way the rest goes.
  const sortBy = (heading) => {
    const column = heading.cellIndex;
    const rows = [...body.rows];
    const isText = rows.length > 0 && typeof valueOf(rows[0], column) === "string";
    const before = heading.getAttribute("aria-sort");
    const ascending = before ? before === "descending" : isText;
    const known = rows.filter((row) => !Number.isNaN(valueOf(row, column)));
    const unknown = rows.filter((row) => Number.isNaN(valueOf(row, column)));
    known.sort((a, b) => (ascending ? 1 : -1) * compared(valueOf(a, column), valueOf(b, column)));
    body.append(...known, ...unknown);
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", ascending ? "ascending" : "descending");
    markEnds();
  };

  // Drawing

  const chartOf = (number) => {
    if (!parsed.has(number)) parsed.set(number, JSON.parse(byId(`chart-${number}`).textContent));
    return parsed.get(number);
  };

  const merged = (base, extra) => {
    const isPlain = (value) => value !== null && typeof value === "object" && value.constructor === Object;
    const result = { ...base };
    for (const [key, value] of Object.entries(extra)) {
      result[key] = isPlain(value) && isPlain(result[key]) ? merged(result[key], value) : value;
    }
    return result;
  };

  const styled = (figure, range) => {
    const look = dark.matches ? looks.dark : looks.light;
    const data = figure.data.map((trace, i) => merged(trace, look.traces[i]));
    const layout = merged(figure.layout, { template: look.template, autosize: true });
    delete layout.height;
    if (range) {
      layout.xaxis = { ...layout.xaxis, range: range.x, autorange: false };
      layout.yaxis2 = { ...layout.yaxis2, range: range.y, autorange: false };
    }
    return [data, layout];
  };

  const draw = () => {
    const chart = chartOf(shown.number);
    const [data, layout] = styled(chart.figure, chart.about.windows[shown.window]);
    byId("plot").style.setProperty("--added", `${chart.about.added}px`);
    layout.uirevision = `${shown.number} ${shown.window}`;
    return Plotly.react(byId("plot"), data, layout, looks.config);
  };

  const windowButton = (label, window) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-pressed", String(window === shown.window));
    button.addEventListener("click", () => {
      shown.window = window;
      nameWindows();
      draw();
    });
    return button;
  };

  const nameWindows = () => {
    const windows = chartOf(shown.number).about.windows;
    const buttons = windows.map((each, i) => windowButton(each.label, i));
    byId("windows").replaceChildren(...(windows.length ? [windowButton("All parts", -1), ...buttons] : []));
  };

  const show = (row) => {
    const number = Number(row.dataset.chart);
    const { title, words, opening } = chartOf(number).about;
    shown = { number, window: opening };
    for (const other of body.rows) other.removeAttribute("aria-current");
    row.setAttribute("aria-current", "true");
    byId("chart").hidden = false;
    byId("name").textContent = title;
    byId("words").textContent = words.join(" · ");
    nameWindows();
    markEnds();
    bringIntoSight(row);
    draw();
  };

  // Scrolls the table alone, never the page, and minds the rows that stick to its edges.
  const bringIntoSight = (row) => {
    const box = table.parentElement;
    const above = row.offsetTop - table.tHead.offsetHeight;
    const below = row.offsetTop + row.offsetHeight + table.tFoot.offsetHeight - box.clientHeight;
    box.scrollTop = Math.min(above, Math.max(below, box.scrollTop));
  };

  // Going from stream to stream, in the order of the table

  const drawable = () => [...body.rows].filter((row) => row.dataset.chart !== undefined);
  const place = (rows) => rows.findIndex((row) => row.hasAttribute("aria-current"));

  const markEnds = () => {
    const rows = drawable();
    byId("previous").disabled = place(rows) <= 0;
    byId("next").disabled = place(rows) === rows.length - 1;
  };

  const step = (by) => {
    const rows = drawable();
    const row = rows[place(rows) + by];
    if (row) show(row);
  };

  table.tHead.addEventListener("click", (event) => {
    const heading = event.target.closest("th");
    if (heading) sortBy(heading);
  });
  body.addEventListener("click", (event) => {
    const row = event.target.closest("tr");
    if (row && row.dataset.chart !== undefined) show(row);
  });
  byId("previous").addEventListener("click", () => step(-1));
  byId("next").addEventListener("click", () => step(1));
  dark.addEventListener("change", () => shown && draw());

  const first = drawable().sort((a, b) => a.dataset.chart - b.dataset.chart)[0];
  if (first) show(first);
})();
