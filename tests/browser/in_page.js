// What the browser tests do inside a page: with Jupyter's application object, and with Plotly's charts.
window.harness = (() => {
  const panels = () => Array.from(window.jupyterapp?.shell?.widgets("main") ?? []);
  const panel = () => panels().find((widget) => widget.sessionContext && widget.content?.widgets);
  const kernel = () => panel()?.sessionContext.session?.kernel ?? null;

  const after = (seconds, value) => new Promise((resolve) => setTimeout(resolve, 1000 * seconds, value));

  // JupyterLab, which may outlive its notebooks

  async function open(path) {
    const opened = await window.jupyterapp.commands.execute("docmanager:open", { path, factory: "Notebook" });
    // The launcher, which comes where nothing is open.
    for (const other of panels()) if (other !== opened) other.dispose();
    window.jupyterapp.shell.expandLeft();
  }

  function closeAll() {
    run = null;
    // Not the command: it would ask whether to save.
    for (const widget of panels()) widget.dispose();
  }

  async function setTheme(theme) {
    const wanted = String(theme === "light");
    const name = `JupyterLab ${theme === "light" ? "Light" : "Dark"}`;
    if (document.body.dataset.jpThemeLight === wanted) return;
    await window.jupyterapp.commands.execute("apputils:change-theme", { theme: name });
    while (document.body.dataset.jpThemeLight !== wanted) await nextFrame();
  }

  // The notebook

  function ready() {
    const connected = kernel()?.connectionStatus === "connected" && kernel().status === "idle";
    const isReady = connected && panel().context.isReady && panel().sessionContext.isReady &&
      panel().content.widgets.length > 0;
    return isReady && widgetsRestored();
  }

  // A notebook just opened asks its kernel which widgets there are. One that is made meanwhile may come to the page
  // twice, and what is shown is then not what hears of changes.
  const WIDGET = "application/vnd.jupyter.widget-view+json";
  const managers = new WeakMap();
  function widgetsRestored() {
    const mine = panel();
    const renderer = managers.has(mine)
      ? null
      : mine.content.rendermime.getFactory(WIDGET)?.createRenderer({ mimeType: WIDGET });
    renderer?._manager.promise.then((manager) => managers.set(mine, manager));
    return managers.get(mine)?.restoredStatus && !managers.get(mine)._kernelRestoreInProgress;
  }

  const models = () => {
    const known = managers.get(panel())?._models ?? {};
    return known instanceof Map ? known.size : Object.keys(known).length;
  };

  let run = null;
  function start(index) {
    const notebook = panel().content;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    const mine = (run = { done: false });
    const end = () => (mine.done = true);
    window.jupyterapp.commands.execute("notebook:run-cell").then(end, end);
  }
  function startAll() {
    const mine = (run = { done: false });
    const end = () => (mine.done = true);
    window.jupyterapp.commands.execute("notebook:run-all-cells").then(end, end);
  }
  const done = () => run === null || run.done;

  // Not the kernel's status: what a subshell answers makes it idle while a cell is still running.
  const busy = () => panel().content.widgets.some((cell) => cell.model.executionState === "running");

  const outputs = (index) => panel().content.widgets[index].model.sharedModel.getOutputs?.() ?? []; // prose has none
  const errors = (index) => outputs(index).filter((output) => output.output_type === "error");
  function outputText(index) {
    const node = panel().content.widgets[index].outputArea.node;
    return Array.from(node.querySelectorAll(".jp-OutputArea-output"), (output) => output.innerText.trim()).join("\n");
  }

  const cells = () =>
    panel().content.widgets.map(({ model }) => ({
      kind: model.type,
      source: model.sharedModel.getSource(),
      count: model.executionCount,
    }));

  // What scripts draw below a cell: for each such output whether something is to be seen, and its charts with a line.

  const SCRIPTED = [WIDGET, "application/vnd.plotly.v1+json"];
  const WAITING = /Loading widget|Error displaying widget|Model not found/;

  function drawn(index) {
    const isScripted = ({ data = {} }) => SCRIPTED.some((kind) => kind in data);
    const scripted = outputs(index).flatMap((output, place) => (isScripted(output) ? [place] : []));
    const shown = panel().content.widgets[index].outputArea.node.querySelectorAll(":scope > .jp-OutputArea-child");
    return scripted.map((place) => ({ seen: seen(shown[place]), charts: charts(shown[place]).map(hasLine) }));
  }
  const charts = (node) => Array.from(node?.querySelectorAll(".js-plotly-plot") ?? []);
  const seen = (node) =>
    node !== undefined && node.offsetHeight > 40 && node.innerText.trim() !== "" && !WAITING.test(node.innerText);
  const hasLine = (chart) =>
    Array.from(chart.querySelectorAll(".scatterlayer path.js-line"), lengthInSight).some((length) => length > 100);
  const lengthInSight = (line) => (line.getBoundingClientRect().width > 0 ? line.getTotalLength() : 0);

  // Cells that are far away may not be in the document.
  const goTo = (index) => panel().content.scrollToItem(index, "start");

  // The kernel

  // A subshell answers while a cell is running, as it does for the messages of widgets.
  let subshell = null;
  async function besides() {
    const main = kernel();
    if (subshell?.id !== main.id || subshell.isDisposed) {
      const reply = await main.requestCreateSubshell({}).done;
      subshell = main.clone();
      subshell.subshellId = reply.content.subshell_id;
    }
    return subshell;
  }

  async function restart() {
    subshell?.dispose();
    subshell = null;
    await panel().sessionContext.restartKernel();
  }

  async function reply(expression, whileBusy) {
    const connection = whileBusy ? await besides() : kernel();
    const request = { code: "", silent: true, store_history: false, user_expressions: { value: expression } };
    const { content } = await connection.requestExecute(request).done;
    return content.status === "ok" ? content.user_expressions.value : content;
  }

  // Null where the kernel did not answer in time.
  const evaluate = ([expression, whileBusy, patience]) =>
    Promise.race([reply(expression, whileBusy), after(patience, null)]);

  // The expression gives a list that begins with whether what is waited for is true. The last answer is returned;
  // the time is up between two answers, so that there is always one.
  async function until([expression, seconds, patience]) {
    const end = Date.now() + 1000 * seconds;
    for (;;) {
      const answer = await evaluate([expression, busy() || !done(), patience]);
      const holds = answer?.status === "ok" && /^['"]\[true/.test(answer.data["text/plain"]);
      if (holds || answer === null || Date.now() > end) return answer;
      await after(0.05);
    }
  }

  // The charts, in the notebook and in a page of its own

  const chart = (n) => document.querySelectorAll(".js-plotly-plot")[n];

  function paints(n) {
    const element = chart(n);
    const area = element?._fullLayout && element.on && element.querySelector(".nsewdrag");
    if (!area || area.getBoundingClientRect().width === 0) return 0;
    if (element.harnessPaints === undefined) {
      element.harnessPaints = 1;
      element.on("plotly_afterplot", () => (element.harnessPaints += 1));
    }
    return element.harnessPaints;
  }

  const nextFrame = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));

  const axis = (n, name) => chart(n)._fullLayout[name.replace(/^([xy])(\d*)$/, "$1axis$2")];

  function toPage([n, x, y, xName, yName]) {
    const [xAxis, yAxis] = [axis(n, xName), axis(n, yName)];
    const corner = chart(n).querySelector(".main-svg").getBoundingClientRect();
    const down = y === null ? yAxis._length / 2 : yAxis.d2p(y);
    return [corner.x + xAxis._offset + xAxis.d2p(x), corner.y + yAxis._offset + down];
  }

  // Two clicks within this time are one double click to Plotly.
  function calm(n) {
    const { _mouseDownTime: since, _context: context } = chart(n);
    return since === undefined || Date.now() - since > context.doubleClickDelay;
  }

  function points([n, name]) {
    const named = chart(n)._fullData.filter((trace) => trace.name === name);
    return named.map((trace) => ({ x: Array.from(trace.x ?? []), y: Array.from(trace.y ?? []) }));
  }

  return {
    open,
    closeAll,
    setTheme,
    ready,
    start,
    startAll,
    done,
    busy,
    cells,
    errors,
    outputText,
    models,
    drawn,
    goTo,
    evaluate,
    until,
    restart,
    paints,
    nextFrame,
    toPage,
    calm,
    points,
    kernel,
    panel,
    chart,
    names: (n) => chart(n)._fullData.map((trace) => trace.name),
    range: ([n, name]) => axis(n, name).range,
  };
})();
