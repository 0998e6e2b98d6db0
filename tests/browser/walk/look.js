// What the walk reads in the page: with page.py, which touches it, the only place that knows its classes and plotly's fields.
globalThis.walk = (() => {
  const CHART = ".js-plotly-plot";
  const PRICE = "yaxis2"; // the axis of the panel with the price
  // The traces, by name.
  const LINE = "Realized";
  const SELECTED = "Selected";
  const BRACKETS = "Scenarios";
  const SIGNS = "Labels";

  const view = () => Array.from(document.querySelectorAll(".midplot-view")).find((each) => each.querySelector(CHART));
  const chart = () => view()?.querySelector(CHART);
  const traceOf = (name) => chart()._fullData.find((trace) => trace.name === name);
  const nodesOf = (name) =>
    Array.from(chart().querySelectorAll(".scatterlayer .trace")).filter(
      (node) => node.__data__?.[0]?.trace?.name === name,
    );
  const isDrawn = () => Boolean(chart()?._fullLayout?.[PRICE] && chart().querySelector(".main-svg .cartesianlayer"));

  // The strokes of a line as they are drawn, each a list of corners in pixels from the top left corner of its panel.
  function strokes(name) {
    const lines = nodesOf(name).flatMap((node) => Array.from(node.querySelectorAll("path.js-line")));
    const paths = lines.flatMap((line) => (line.getAttribute("d") ?? "").split("M").filter(Boolean));
    return paths.map((path) => {
      const flat = Array.from(path.matchAll(/-?\d+(?:\.\d+)?(?:e-?\d+)?/g), ([found]) => Number(found));
      return Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]]);
    });
  }

  // The brackets, five points each: up, along, down, and a gap. A sign may be followed by what the replay says of it.
  const signIn = (text) => (text ?? "").trim().split(" ")[0];
  function brackets() {
    const { x } = traceOf(BRACKETS) ?? {};
    const { text } = traceOf(SIGNS) ?? {};
    const signs = Array.isArray(text) ? text : [];
    return Array.from({ length: Math.floor((x?.length ?? 0) / 5) }, (_, i) => ({
      first: x[5 * i],
      last: x[5 * i + 2],
      sign: signIn(signs[i]),
    }));
  }
  const signsDrawn = () =>
    nodesOf(SIGNS).flatMap((node) =>
      Array.from(node.querySelectorAll("text"), (text) => text)
        .filter((text) => text.textContent.trim() && text.getBoundingClientRect().width > 0)
        .map((text) => signIn(text.textContent))
    );

  function selected() {
    const { x = [], y = [] } = traceOf(SELECTED) ?? {};
    const band = (chart()._fullLayout.shapes ?? []).find((shape) => shape.type === "rect" && shape.visible === true);
    return {
      points: x.length ? [x[0], x[x.length - 1], x.length] : null,
      prices: x.length ? [y[0], y[y.length - 1]] : null,
      band: band ? [Math.round(band.x0 + 0.5), Math.round(band.x1 - 0.5)] : null,
    };
  }

  function dimmed() {
    const traces = chart()._fullData.filter((trace) => Array.isArray(trace.selectedpoints)).map((trace) => trace.name);
    const faint = Array.from(chart().querySelectorAll(".scatterlayer .point, .scatterlayer .textpoint")).filter(
      (point) => point.style.opacity !== "" && Number(point.style.opacity) < 0.9,
    );
    return faint.length ? [...traces, `${faint.length} marks`] : traces;
  }
  const outlines = () =>
    chart()._fullLayout.selections?.length || chart().querySelectorAll(".select-outline, .selectionlayer path").length;

  // The child of the view that holds the chart is what the chart has to fill.
  function box() {
    let node = chart();
    while (node.parentElement !== view()) node = node.parentElement;
    return node.clientWidth;
  }

  const isActive = () => view().classList.contains("midplot-view-active");
  const status = () => {
    const node = view().querySelector(".midplot-status");
    return node ? { text: node.textContent, kind: node.dataset.kind ?? "" } : { text: "", kind: "" };
  };

  function picture() {
    if (!isDrawn()) return null;
    const layout = chart()._fullLayout;
    const panel = ({ range, autorange, _length }) => ({
      range: range.map(Number),
      autorange: Boolean(autorange),
      length: _length,
    });
    return {
      scene: view().dataset.scene ?? null,
      x: panel(layout.xaxis),
      y: panel(layout[PRICE]),
      width: chart().querySelector(".main-svg").getBoundingClientRect().width,
      box: box(),
      strokes: strokes(LINE),
      selected: selected(),
      brackets: brackets(),
      signs: signsDrawn(),
      listed: view().querySelectorAll(".midplot-scenario").length,
      dimmed: dimmed(),
      outlines: Number(outlines()),
      labelling: view().dataset.labelling === "true",
      active: isActive(),
      focused: view().contains(document.activeElement),
      status: status(),
      dark: view().dataset.dark === "true",
      cells: harness.cells().map((cell) => cell.source),
    };
  }

  // Messages: which of the page's the kernel has not done with, and what the kernel complained of.
  const underWay = new Map();
  let complaints = [];
  const followed = new WeakSet();
  function follow() {
    const kernel = harness.kernel();
    if (!kernel || followed.has(kernel)) return;
    followed.add(kernel);
    kernel.anyMessage.connect((_, { msg, direction }) => {
      const { msg_type: type, msg_id: id } = msg.header;
      if (direction === "send" && msg.channel === "shell") underWay.set(id, type);
      if (type === "status" && msg.content.execution_state === "idle") underWay.delete(msg.parent_header.msg_id);
      if (type === "stream" && msg.content.name === "stderr") complaints.push(msg.content.text);
      if (type === "error") complaints.push(`${msg.content.ename}: ${msg.content.evalue}`);
    });
  }
  function heard() {
    const all = complaints;
    complaints = [];
    return all;
  }

  // Settled: the kernel has done all that the page sent, the page has drawn the newest scene, and for some frames nothing
  // has moved. Returns what is in the way if that never comes.
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  async function settled([frames, seconds, scene]) {
    follow();
    const end = Date.now() + 1000 * seconds;
    let still = 0;
    let before = null;
    let obstacle = "";
    while (Date.now() < end) {
      await frame();
      const now = JSON.stringify(picture());
      obstacle = "";
      if (underWay.size) obstacle = `${underWay.size} messages are under way: ${[...underWay.values()].join(", ")}`;
      else if (!harness.done()) obstacle = "a cell is running";
      else if (now === "null") obstacle = "there is no chart";
      else if (now !== before) obstacle = "the picture moves";
      else if (scene !== null && view().dataset.scene !== undefined && view().dataset.scene !== String(scene)) {
        obstacle = `scene ${view().dataset.scene} is drawn, not ${scene}`;
      }
      still = obstacle ? 0 : still + 1;
      before = now;
      if (still >= frames) return "";
    }
    return obstacle || "it was never still";
  }

  // Where the panel with the price is, in pixels of the window.
  function panel() {
    const corner = chart().querySelector(".main-svg").getBoundingClientRect();
    const { xaxis, [PRICE]: price } = chart()._fullLayout;
    return {
      left: corner.x + xaxis._offset,
      top: corner.y + price._offset,
      width: xaxis._length,
      height: price._length,
    };
  }

  return { picture, settled, follow, heard, panel };
})();
