// The controls under the chart: selection, labels, scenarios, suggestions, play. Python owns the state; this draws it,
// and sends what a person did. It also listens to the chart itself, since plotly's own click events get lost while a
// figure is being redrawn.

const MOST_DRIFT = 4; // pixels between press and release that still make a click, not a drag

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

function isTextField(target) {
  if (!target || !target.tagName) return false;
  if (target.isContentEditable) return true;
  if (/^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return target.tagName === "INPUT" && !/^(range|button|checkbox|radio)$/.test(target.type);
}

const LABELS = [
  { label: "UP", key: "u", sign: "▲", help: "Here it should say up" },
  { label: "DOWN", key: "d", sign: "▼", help: "Here it should say down" },
  { label: "NOTHING", key: "n", sign: "●", help: "Here it should say nothing" },
];

const SPEEDS = [1, 5, 20, 100, 500, 2000];

function render({ model, el }) {
  el.classList.add("midplot-controls");
  el.tabIndex = 0;
  el.setAttribute("role", "group");
  el.setAttribute("aria-label", "Label the selected window");
  const stop = new AbortController();
  const signal = stop.signal;
  const root = () => el.closest(".midplot-view") || el;
  const send = (act, more = {}) => el.dispatchEvent(new CustomEvent("midplot-act", { bubbles: true, detail: { act, ...more } }));
  const note = element("input", { type: "text", class: "midplot-note", placeholder: "note", "aria-label": "Note", maxlength: 2000 });
  const tags = element("input", { type: "text", class: "midplot-tags", placeholder: "tags, by commas", "aria-label": "Tags, separated by commas" });

  const save = (label) => {
    send("label", { label, note: note.value, tags: tags.value });
  };

  // --- what is drawn ------------------------------------------------------------------------------------------
  const length = element("input", { type: "range", min: 0, max: 1000, step: 1, "aria-label": "Points to select" });
  const lengthBox = element("input", { type: "number", min: 1, max: 1000, step: 1, class: "midplot-number", "aria-label": "Points to select, as a number" });
  // The slider moves by ratio: short windows can be set to the point, long ones are still within reach.
  const toLength = (position) => Math.round(Math.exp((position / 1000) * Math.log(1000)));
  const toPosition = (n) => Math.round((Math.log(n) / Math.log(1000)) * 1000);
  length.addEventListener("input", () => { lengthBox.value = toLength(Number(length.value)); });
  length.addEventListener("change", () => send("length", { value: toLength(Number(length.value)) }));
  lengthBox.addEventListener("change", () => {
    const value = Math.min(1000, Math.max(1, Math.round(Number(lengthBox.value)) || 1));
    send("length", { value });
  });

  const labelButtons = LABELS.map(({ label, key, sign, help }) =>
    element("button", {
      type: "button", class: `midplot-label midplot-${label.toLowerCase()}`, title: `${help} (key ${key})`,
      "aria-label": `Save the selection as ${label}`, onclick: () => save(label),
    }, element("span", { class: "midplot-sign", "aria-hidden": "true" }, sign), label));
  const undo = element("button", { type: "button", class: "midplot-quiet", title: "Take back what was done here last: a label, a relabelling, a deletion (key z)", "aria-label": "Undo the last label", onclick: () => send("undo") }, "↶ undo");
  const keys = element("span", { class: "midplot-keys", role: "status" });

  const back = element("button", { type: "button", class: "midplot-quiet", title: "One tick back", "aria-label": "Step back", onclick: () => send("step", { by: -1 }) }, "◀");
  const forth = element("button", { type: "button", class: "midplot-quiet", title: "One tick on", "aria-label": "Step on", onclick: () => send("step", { by: 1 }) }, "▶");
  const play = element("button", { type: "button", class: "midplot-quiet", "aria-label": "Play or pause", onclick: () => send("play") }, "play");
  const speed = element("select", { "aria-label": "Ticks a second", onchange: () => send("speed", { value: Number(speed.value) }) },
    ...SPEEDS.map((each) => element("option", { value: each }, `${each.toLocaleString("en")}/s`)));
  const whole = element("button", { type: "button", class: "midplot-quiet", title: "Show the whole replay again", onclick: () => send("whole") }, "whole");
  const place = element("span", { class: "midplot-place" });

  const drag = element("select", { "aria-label": "What a drag in the chart does", onchange: () => send("drag", { value: drag.value }) },
    element("option", { value: "zoom" }, "drag zooms"), element("option", { value: "select" }, "drag selects"), element("option", { value: "pan" }, "drag pans"));
  const blind = element("input", { type: "checkbox", onchange: () => send("blind", { on: blind.checked }) });
  const blindLabel = element("label", { class: "midplot-blind", title: "Hide what comes after the window, and the attacker's decisions" }, blind, "blind");

  const hint = element("span", { class: "midplot-hint" });
  const nextHint = element("button", { type: "button", class: "midplot-quiet", title: "Show the next window worth labelling (key s)", onclick: () => send("suggest") }, "suggest next");
  const acceptHint = element("button", { type: "button", class: "midplot-quiet midplot-accept", title: "Save it with the suggested label (Enter)", onclick: () => send("accept", { note: note.value, tags: tags.value }) }, "accept");
  const skipHint = element("button", { type: "button", class: "midplot-quiet", title: "Leave it and show the next", onclick: () => send("suggest") }, "skip");

  const status = element("div", { class: "midplot-status", role: "status", "aria-live": "polite" });
  const list = element("div", { class: "midplot-scenarios" });

  const group = (name, ...children) => element("div", { class: `midplot-group midplot-group-${name}` }, ...children);
  el.append(
    element("div", { class: "midplot-row" },
      group("length", element("span", { class: "midplot-caption" }, "length"), length, lengthBox),
      group("labels", ...labelButtons, undo),
      group("note", note, tags)),
    element("div", { class: "midplot-row midplot-row-tools" },
      group("play", back, play, forth, speed, whole, place),
      group("tools", drag, blindLabel),
      group("hint", nextHint, acceptHint, skipHint, hint)),
    element("div", { class: "midplot-row midplot-row-status" }, status, keys),
    list);

  // --- the state ----------------------------------------------------------------------------------------------
  let shownList = null;
  function show() {
    const state = model.get("state");
    if (document.activeElement !== length) length.value = toPosition(state.length);
    if (document.activeElement !== lengthBox) lengthBox.value = state.length;
    const nothing = !state.selection;
    labelButtons.forEach((button) => { button.disabled = nothing; });
    undo.disabled = !state.can_undo;
    back.disabled = forth.disabled = play.disabled = speed.disabled = whole.disabled = !state.play;
    if (state.play) {
      play.textContent = state.play.playing ? "⏸ pause" : "▶ play";
      play.setAttribute("aria-pressed", String(state.play.playing));
      if (document.activeElement !== speed) speed.value = state.play.speed;
      place.textContent = state.play.at === null ? "" : `tick ${state.play.at.toLocaleString("en")}`;
      whole.hidden = state.play.at === null;
    } else {
      place.textContent = "";
      whole.hidden = true;
    }
    drag.value = state.drag;
    blind.checked = state.blind;
    const suggestion = state.suggestion;
    hint.textContent = suggestion ? `${suggestion.position}: ${suggestion.why}` : "";
    hint.title = hint.textContent;
    acceptHint.hidden = skipHint.hidden = !suggestion;
    nextHint.hidden = Boolean(suggestion);
    if (suggestion) acceptHint.textContent = `accept ${suggestion.label}`;
    status.textContent = state.status.text;
    status.dataset.kind = state.status.kind;
    root().dataset.dark = String(state.dark);
    const fresh = JSON.stringify(state.scenarios);
    if (fresh !== shownList) { shownList = fresh; showList(state.scenarios); }
    if (state.cleared !== cleared) { cleared = state.cleared; note.value = ""; tags.value = ""; }
  }
  let cleared = model.get("state").cleared;

  function showList(scenarios) {
    list.replaceChildren();
    if (!scenarios.length) return;
    list.append(element("div", { class: "midplot-caption" }, `${scenarios.length} scenario${scenarios.length === 1 ? "" : "s"} of this stream`));
    for (const each of scenarios) list.append(listed(each));
  }

  function listed(scenario) {
    const choose = element("select", { "aria-label": `Label of ${scenario.first} to ${scenario.last}`, onchange: () => send("relabel", { key: scenario.key, label: choose.value }) },
      ...LABELS.map(({ label }) => element("option", { value: label, selected: label === scenario.label }, label)));
    const words = [scenario.note, ...scenario.tags.map((tag) => `#${tag}`)].filter(Boolean).join("  ");
    const remove = element("button", { type: "button", class: "midplot-quiet", title: "Delete this scenario", "aria-label": `Delete the scenario ${scenario.first} to ${scenario.last}`, onclick: () => send("delete", { key: scenario.key }) }, "✕");
    return element("div", { class: `midplot-scenario midplot-is-${scenario.label.toLowerCase()}`, "data-current": String(scenario.current) },
      element("button", { type: "button", class: "midplot-open", title: "Select this window", onclick: () => send("open", { key: scenario.key }) }, `${scenario.first.toLocaleString("en")} – ${scenario.last.toLocaleString("en")}`),
      choose, element("span", { class: "midplot-words", title: words }, words),
      scenario.hindsight ? element("span", { class: "midplot-words", title: scenario.hindsight }, "hindsight") : null,
      scenario.failed ? element("span", { class: "midplot-failed" }, "failed") : null, remove);
  }

  // --- keys: only while this view is the active one ------------------------------------------------------------
  let active = false;
  function activate(on) {
    active = on;
    el.classList.toggle("midplot-active", on);
    root().classList.toggle("midplot-view-active", on);
    keys.textContent = on ? "⌨ U up · D down · N nothing · Z undo · ← → move · ⇧ start · S suggest · Enter accept · Esc leave" : "⌨ click the chart for keys";
  }
  activate(false);
  const acts = {
    u: () => save("UP"), d: () => save("DOWN"), n: () => save("NOTHING"), z: () => send("undo"), s: () => send("suggest"),
    arrowleft: (event) => send("move", { by: -1, start: event.shiftKey }),
    arrowright: (event) => send("move", { by: 1, start: event.shiftKey }),
    enter: () => send("accept", { note: note.value, tags: tags.value }),
  };
  const repeats = new Set(["arrowleft", "arrowright"]);
  window.addEventListener("keydown", (event) => {
    if (!active || !el.isConnected || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    const key = event.key.toLowerCase();
    if (key === "escape") { activate(false); if (root().contains(document.activeElement)) document.activeElement.blur(); return; }
    if (isTextField(target) || !(key in acts)) return;
    // Enter and arrows belong to a button or a slider that has the focus.
    if (key === "enter" && target.tagName === "BUTTON") return;
    if (key.startsWith("arrow") && target.tagName === "INPUT") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat && !repeats.has(key)) return;
    acts[key](event);
  }, { capture: true, signal });
  window.addEventListener("pointerdown", (event) => {
    const inside = root().contains(event.target);
    if (inside !== active) activate(inside);
    // Plotly prevents the default of a press, so the focus would stay in the cell, and "d d" would delete it.
    if (inside && !isTextField(event.target) && !event.target.closest("button, select, input, label, a")) {
      setTimeout(() => { if (active) el.focus({ preventScroll: true }); }, 0);
    }
  }, { capture: true, signal });
  el.addEventListener("focusin", () => activate(true), { signal });
  document.addEventListener("focusin", (event) => { if (active && !root().contains(event.target)) activate(false); }, { signal });

  // --- clicks and drags in the chart --------------------------------------------------------------------------
  const chartOf = (target) => (target && target.closest ? target.closest(".js-plotly-plot") : null);
  let press = null;
  window.addEventListener("pointerdown", (event) => {
    const chart = chartOf(event.target);
    press = chart && root().contains(chart) && event.button === 0 ? { x: event.clientX, y: event.clientY, chart } : null;
  }, { capture: true, signal });
  window.addEventListener("pointerup", (event) => {
    if (!press) return;
    const { x, y, chart } = press;
    press = null;
    if (Math.hypot(event.clientX - x, event.clientY - y) > MOST_DRIFT) return;
    const picked = pickedAt(chart, event);
    if (picked !== null) send("pick", { x: picked, start: event.shiftKey });
  }, { capture: true, signal });

  function pickedAt(chart, event) {
    const axis = chart._fullLayout && chart._fullLayout.xaxis; // plotly's own: python listens to its clicks instead where this is gone
    if (!axis || !axis.p2d) return null;
    for (const area of chart.querySelectorAll(".nsewdrag")) {
      const box = area.getBoundingClientRect();
      const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (inside) return axis.p2d(event.clientX - box.left);
    }
    return null;
  }

  const hooked = new WeakSet();
  function hook(chart) {
    if (hooked.has(chart) || !chart.on) return;
    hooked.add(chart);
    chart.on("plotly_selected", (event) => {
      const range = event && event.range && event.range.x;
      if (range) send("range", { first: Math.min(...range), last: Math.max(...range) });
    });
    // What is in sight is asked of the axis itself: plotly's python side keeps a stale range after a double click.
    let sight = null;
    const look = () => {
      const axis = chart._fullLayout && chart._fullLayout.xaxis;
      if (!axis || !axis.range) return;
      const seen = axis.autorange ? { all: true } : { all: false, low: Number(axis.range[0]), high: Number(axis.range[1]) };
      if (JSON.stringify(seen) === sight) return;
      sight = JSON.stringify(seen);
      send("sight", seen);
    };
    chart.on("plotly_relayout", look);
    chart.on("plotly_afterplot", () => requestAnimationFrame(() => keepWidth(chart)));
    send("hooked", { picks: Boolean(chart._fullLayout && chart._fullLayout.xaxis && chart._fullLayout.xaxis.p2d) });
  }

  // --- width and theme ----------------------------------------------------------------------------------------
  let width = 0;
  const resize = () => window.dispatchEvent(new Event("resize"));
  const watch = new ResizeObserver(([entry]) => {
    const now = Math.round(entry.contentRect.width);
    if (now && now !== width) { width = now; resize(); }
  });
  // An edit that comes while the chart is out of sight makes plotly fall back to 700 pixels.
  let mended = 0;
  function keepWidth(chart) {
    const wanted = chart.clientWidth;
    const drawn = chart._fullLayout ? chart._fullLayout.width : wanted;
    if (!wanted || Math.abs(drawn - wanted) <= 2) { mended = 0; return; }
    if (mended >= 3) return; // whatever keeps it from fitting, redrawing for ever does not help
    mended += 1;
    resize();
  }
  const isDark = () => {
    const light = document.body.dataset.jpThemeLight;
    if (light !== undefined) return light === "false";
    return window.matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const theme = new MutationObserver(() => { if (isDark() !== model.get("state").dark) send("theme", { dark: isDark() }); });
  theme.observe(document.body, { attributes: true, attributeFilter: ["data-jp-theme-light"] });
  const charts = new MutationObserver(() => root().querySelectorAll(".js-plotly-plot").forEach(hook));
  let observed = null;
  function attach() {
    // A widget is rendered before it is put into its parent: the root is there from the next frame on.
    const found = el.closest(".midplot-view");
    if (!found) { if (!signal.aborted) requestAnimationFrame(attach); return; }
    if (found.dataset.acts === "ready") begin(found);
    else found.addEventListener("midplot-ready", () => begin(found), { once: true, signal });
  }
  function begin(found) {
    observed = found;
    watch.observe(found);
    charts.observe(found, { childList: true, subtree: true, attributes: true, attributeFilter: ["class"] });
    found.querySelectorAll(".js-plotly-plot").forEach(hook);
    if (isDark() !== model.get("state").dark) send("theme", { dark: isDark() });
    show();
    resize();
  }
  document.addEventListener("plotlywidget-after-render", () => { if (observed) { observed.querySelectorAll(".js-plotly-plot").forEach(hook); resize(); } }, { signal });
  attach();

  model.on("change:state", show);
  show();
  return () => {
    stop.abort();
    watch.disconnect();
    theme.disconnect();
    charts.disconnect();
    model.off("change:state", show);
  };
}

export default { render };
