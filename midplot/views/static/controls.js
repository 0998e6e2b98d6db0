// The controls below the chart: selection, labels, scenarios, suggestions, play. Python owns the state; the parts draw it
// and send what a person did. Keys, and clicks in the chart, are handled here as well.

import { activityOf } from "./controls/activity.js";
import { chartListener, followCharts } from "./controls/charts.js";
import { hintsPart } from "./controls/hints.js";
import { keyHint, keyListener } from "./controls/keys.js";
import { labelsPart } from "./controls/labels.js";
import { lengthPart } from "./controls/length.js";
import { notesPart } from "./controls/notes.js";
import { playPart } from "./controls/play.js";
import { chartOf, placeOf } from "./controls/plotly.js";
import { clickListeners } from "./controls/pointer.js";
import { scenariosPart } from "./controls/scenarios.js";
import { statusPart } from "./controls/status.js";
import { followTheme, isDark } from "./controls/theme.js";
import { toolsPart } from "./controls/tools.js";
import { followWidth, resize, widthKeeper } from "./controls/width.js";
import { element, senderOf } from "./dom.js";
import { viewOf, whenHeard } from "./root.js";

// A part has nodes, which are added to the page once, and a `show` that draws a state.
function partsOf({ longest, labels, keys, notes, run, send }) {
  return {
    length: lengthPart(longest, send),
    labels: labelsPart(labels, keys, run),
    notes,
    play: playPart(send),
    tools: toolsPart(send),
    hints: hintsPart(keys, run),
    status: statusPart(),
    scenarios: scenariosPart(labels, send),
  };
}

function layOut(el, parts, keyLine) {
  const group = (name, part) => element("div", { class: `midplot-group midplot-group-${name}` }, ...part.nodes);
  const row = (kind, ...children) => element("div", { class: `midplot-row${kind}` }, ...children);
  el.append(
    row("", group("length", parts.length), group("labels", parts.labels), group("note", parts.notes)),
    row(" midplot-row-tools", group("play", parts.play), group("tools", parts.tools), group("hint", parts.hints)),
    row(" midplot-row-status", ...parts.status.nodes, keyLine),
    ...parts.scenarios.nodes,
  );
}

// Adds to some acts what only the page knows: the note and tags, and whether shift is held.
function runner(send, words) {
  const taken = { label: words, accept: words, move: (event) => ({ start: event.shiftKey }) };
  return (act, more, event) => send(act, { ...more, ...taken[act]?.(event) });
}

// Listens on the window in the capture phase, because the notebook and plotly stop some of these events.
function listen({ el, view, keys, keyLine, signal, run, send }) {
  const onWindow = (type, listener) => window.addEventListener(type, listener, { capture: true, signal });
  const changed = (active) => {
    el.classList.toggle("midplot-active", active);
    view().classList.toggle("midplot-view-active", active);
    keyLine.textContent = active ? keyHint(keys) : "⌨ click the chart for keys";
  };
  onWindow("keydown", keyListener({ keys, run, ...activityOf({ el, view, signal, changed }) }));
  const chartAt = (target) => {
    const chart = chartOf(target);
    return chart && view().contains(chart) ? chart : null;
  };
  const clicks = clickListeners({ chartAt, placeOf, pick: (x, start) => send("pick", { x, start }) });
  onWindow("pointerdown", clicks.down);
  onWindow("pointerup", clicks.up);
}

function render({ model, el }) {
  el.classList.add("midplot-controls");
  el.tabIndex = 0;
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", "Label the selected window");
  const stop = new AbortController();
  const signal = stop.signal;
  const view = () => viewOf(el) || el;
  const send = senderOf(el);
  const [longest, labels, keys] = ["longest", "labels", "shortcuts"].map((name) => model.get(name));
  const notes = notesPart(model.get("state").cleared);
  const run = runner(send, notes.words);
  const parts = partsOf({ longest, labels, keys, notes, run, send });
  const keyLine = element("span", { class: "midplot-keys", role: "status" });
  layOut(el, parts, keyLine);

  function show() {
    const state = model.get("state");
    view().dataset.dark = String(state.dark);
    for (const part of Object.values(parts)) part.show(state);
  }
  function tellTheme() {
    if (isDark() !== model.get("state").dark) send("theme", { dark: isDark() });
  }

  listen({ el, view, keys, keyLine, signal, run, send });
  followTheme(signal, tellTheme);
  whenHeard(el, signal, (found) => {
    followWidth(found, signal);
    followCharts({ view: found, signal, found: chartListener(send, widthKeeper()), rendered: resize });
    tellTheme();
    show();
    resize();
  });
  model.on("change:state", show);
  show();
  return () => {
    stop.abort();
    model.off("change:state", show);
  };
}

export default { render };
