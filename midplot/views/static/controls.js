// The controls below the chart: selection, labels, scenarios, suggestions, play. Python owns the state; the parts draw it
// and send what a person did. Keys, and clicks in the chart, are handled here as well.

import { activityOf } from "./controls/activity.js";
import { answersOf } from "./controls/answers.js";
import { chartListener, followCharts } from "./controls/charts.js";
import { hintsPart } from "./controls/hints.js";
import { keyHint, keyListener } from "./controls/keys.js";
import { labelsPart } from "./controls/labels.js";
import { lengthPart } from "./controls/length.js";
import { notesPart } from "./controls/notes.js";
import { overlayFor } from "./controls/overlay.js";
import { partsPart } from "./controls/parts.js";
import { playPart, untilNextFrame } from "./controls/play.js";
import { chartOf, chartsIn, placeOf, pressed, sceneOf } from "./controls/plotly.js";
import { clickListeners } from "./controls/pointer.js";
import { questionPart } from "./controls/question.js";
import { reviewPart } from "./controls/review.js";
import { statusPart } from "./controls/status.js";
import { tabsPart } from "./controls/tabs.js";
import { followTheme, isDark } from "./controls/theme.js";
import { toolsPart } from "./controls/tools.js";
import { followWidth, resize, widthKeeper } from "./controls/width.js";
import { isHidden, windowBetween, windowEndingAt } from "./controls/windows.js";
import { element, senderOf } from "./dom.js";
import { icon } from "./icons.js";
import { keepNewest } from "./newest.js";
import { readoutOf } from "./texts.js";
import { followKernel, viewOf, whenHeard } from "./root.js";

const LOOK_MS = 2000; // how often Python is asked to look for labels that were made elsewhere, while the page is visible
const GONE = "The kernel is gone: this is only a picture now, and labels are not saved. Run the cell again.";
const SILENT =
  "The kernel has not answered yet: it is running a cell, or it is gone. What was done since is not saved before it answers.";

// A part has nodes, which are added to the page once, and a `show` that draws a state.
function partsOf({ el, view, reviewKeys, longest, labels, keys, run, send, latest }) {
  return {
    parts: partsPart(send),
    length: lengthPart(longest, send),
    labels: labelsPart(labels, keys, run),
    notes: notesPart(send),
    play: playPart(send, latest),
    tools: toolsPart(send),
    hints: hintsPart(keys, run),
    question: questionPart(send),
    status: statusPart(),
    tabs: tabsPart(labels, send),
    review: reviewPart({ el, view, labels, keys: reviewKeys, send }),
  };
}

function layOut(el, parts, keyLine) {
  const group = (name, part) => element("div", { class: `midplot-group midplot-group-${name}` }, ...part.nodes);
  const row = (kind, ...children) => element("div", { class: `midplot-row${kind}` }, ...children);
  el.append(
    ...parts.review.nodes,
    row(
      "",
      ...parts.parts.nodes,
      group("labels", parts.labels),
      group("length", parts.length),
      group("note", parts.notes),
    ),
    ...parts.question.nodes,
    row(
      " midplot-row-tools",
      group("play", parts.play),
      group("tools", parts.tools),
      group("hint", parts.hints),
      parts.review.start,
    ),
    row(" midplot-row-status", ...parts.status.nodes, keyLine),
    ...parts.tabs.nodes,
  );
}

// Adds to some acts what only the page knows: the note and tags, and whether shift is held.
function runner(send, words, drawLabel) {
  const taken = { label: words, accept: words, move: (event) => ({ start: Boolean(event && event.shiftKey) }) };
  return (act, more, event) => {
    const id = send(act, { ...more, ...(taken[act] ? taken[act](event) : {}) });
    if (act === "label") drawLabel(more.label, id);
  };
}

// Listens on the window in the capture phase, because the notebook and plotly stop some of these events.
function listen({ el, view, keys, reviewKeys, review, keyLine, signal, run, send, clicks, question, tabs }) {
  const onWindow = (type, listener) => window.addEventListener(type, listener, { capture: true, signal });
  // The line of keys may take two lines where that of a view that is not active takes one. It must not push what is below
  // it from under the pointer between a press and its release: the click would be lost.
  let isDown = false;
  let isActive = false;
  const drawKeys = () => keyLine.replaceChildren(icon("keys"), isActive ? keyHint(keys) : "click the chart for keys");
  const released = () => {
    isDown = false;
    setTimeout(drawKeys, 0);
  };
  onWindow("pointerdown", () => (isDown = true));
  onWindow("pointerup", released);
  onWindow("pointercancel", released);
  const changed = (active) => {
    isActive = active;
    el.classList.toggle("midplot-active", active);
    view().classList.toggle("midplot-view-active", active);
    if (!isDown) drawKeys();
  };
  const activity = activityOf({ el, view, signal, changed });
  const leave = (event) => {
    if (!question()) return activity.leave();
    event.stopImmediatePropagation();
    send("answer", { answer: "" });
  };
  onWindow("keydown", tabs.keydown);
  onWindow("keydown", keyListener({ keys, run, isActive: () => activity.isActive() && !review.isOn(), leave }));
  const inReview = () => activity.isActive() && review.isOn();
  onWindow("keydown", keyListener({ keys: reviewKeys, run: review.run, isActive: inReview, leave: review.leave }));
  onWindow("pointerdown", clicks.down);
  onWindow("pointermove", clicks.move);
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
  const state = () => model.get("state");
  const names = ["longest", "labels", "shortcuts", "review_shortcuts"];
  const [longest, labels, keys, reviewKeys] = names.map((name) => model.get(name));
  const warning = element("div", { class: "midplot-gone", role: "alert", hidden: true });
  const warn = (text) => {
    warning.textContent = text;
    warning.hidden = !text;
  };
  const answers = answersOf({ lost: () => warn(SILENT) });
  const raw = senderOf(el);
  const send = (act, more) => answers.sent(raw(act, more));
  const latest = (act, more) => answers.latest(raw, act, more);
  const parts = partsOf({ el, view, reviewKeys, longest, labels, keys, run: (...all) => run(...all), send, latest });
  let overlay = null;
  let drawn = null; // the name of the act whose outcome the page has drawn already
  const run = runner(send, parts.notes.words, (label, id) => {
    const { selection } = state();
    const shown = labels.find(({ name }) => name === label);
    if (selection && overlay && id !== undefined) overlay.label(chart(), selection, shown);
    drawn = id;
  });
  const chart = () => chartsIn(view())[0] || null;
  const keyLine = element("span", { class: "midplot-keys", role: "status" });
  layOut(el, parts, keyLine);
  el.prepend(warning);

  function windowsNow() {
    return { extent: state().extent, parts: state().parts, limit: state().limit };
  }
  // Python says why nothing is selected in what is hidden, or in labelling mode, where one window follows another.
  const isRefused = (x) => parts.review.isOn() || isHidden(x, state().hidden);
  // Draws the window that a click or a drag selects; `at` is the x where it begins.
  function drawSelection(on, range, at) {
    if (!overlay) return;
    if (isRefused(at)) overlay.clear();
    else overlay.select(on, range);
  }
  const clicks = clickListeners({
    chartAt: (event) => {
      const found = chartOf(pressed(event));
      return found && view().contains(found) ? found : null;
    },
    placeOf,
    selects: () => state().drag === "select",
    pick(on, x, start) {
      const { selection, length } = state();
      const range = windowEndingAt(x, length, windowsNow());
      const moved = start && selection ? { first: Math.min(range.last, selection.last), last: selection.last } : range;
      drawSelection(on, moved, x);
      drawn = send("pick", { x, start });
    },
    dragging: (on, x0, x1) => drawSelection(on, windowBetween(x0, x1, windowsNow()), Math.min(x0, x1)),
    dragged(on, x0, x1) {
      const [first, last] = [Math.min(x0, x1), Math.max(x0, x1)];
      drawSelection(on, windowBetween(first, last, windowsNow()), first);
      drawn = send("range", { first, last });
    },
  });

  let frameAt = 0;
  let frame;
  let timer = null;
  // Asks for the next frame of a playback once the last one is drawn, so that a slow page does not fall behind.
  function keepPlaying() {
    const isDrawn = Number(view().dataset.scene || 0) >= state().scene;
    const ready = { playing: parts.play.isPlaying(), isDrawn, isAnswered: !answers.isWaiting(frame) };
    const wait = untilNextFrame(ready, performance.now() - frameAt);
    if (wait === null || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      if (signal.aborted || !parts.play.isPlaying()) return;
      frameAt = performance.now();
      frame = send("frame");
    }, wait);
  }

  // Notes which scene is drawn, and takes away what the page has drawn in advance.
  function noteDrawn() {
    const on = chart();
    if (!on || signal.aborted) return;
    view().dataset.scene = String(sceneOf(on));
    if (sceneOf(on) < state().scene) requestAnimationFrame(noteDrawn);
    else if (overlay && !answers.isWaiting(drawn)) overlay.clear();
    keepPlaying();
  }

  function show() {
    answers.heard(state().heard);
    view().dataset.dark = String(state().dark);
    for (const part of Object.values(parts)) part.show(state());
    if (!answers.anyWaiting() && warning.textContent === SILENT) warn("");
    noteDrawn();
  }
  const tellPage = () => {
    const now = { dark: isDark(view()), narrow: el.clientWidth > 0 && el.clientWidth < 520 };
    if (now.dark !== state().dark || now.narrow !== state().narrow) send("theme", now);
  };

  listen({
    el,
    view,
    keys,
    reviewKeys,
    review: parts.review,
    keyLine,
    signal,
    run,
    send,
    clicks,
    question: () => state().question,
    tabs: parts.tabs,
  });
  followTheme(signal, tellPage);
  whenHeard(el, signal, (found) => {
    overlay = overlayFor(found);
    const keepWidth = widthKeeper();
    const readOut = (on, points) => overlay.read(on, state().hides ? readoutOf(points) : "");
    const onDrawn = (on) => {
      keepWidth(on);
      noteDrawn();
    };
    followWidth(found, signal, tellPage);
    followCharts({ view: found, signal, found: chartListener(send, onDrawn, readOut), rendered: resize });
    followKernel(found, signal, (gone) => {
      found.dataset.gone = String(gone);
      warn(gone ? GONE : "");
    });
    const looking = setInterval(() => {
      // One at a time: a kernel that is busy must not find a queue of them.
      if (document.visibilityState === "visible" && !answers.anyWaiting()) send("look");
    }, LOOK_MS);
    signal.addEventListener("abort", () => clearInterval(looking));
    tellPage();
    show();
    resize();
  });
  const showLists = () => parts.tabs.showLists(model.get("lists"));
  model.on("change:lists", showLists);
  model.on("change:state", show);
  showLists();
  show();
  return () => {
    stop.abort();
    model.off("change:state", show);
    model.off("change:lists", showLists);
  };
}

function initialize({ model }) {
  const releases = ["lists", "state"].map((name) => keepNewest(model, name));
  return () => releases.forEach((release) => release());
}

export default { initialize, render };
