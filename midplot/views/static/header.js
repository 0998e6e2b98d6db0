// The line above the chart: which stream, how far, what score. Python owns the state; this draws it.

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

function render({ model, el }) {
  el.classList.add("midplot-header");
  const send = (act, more = {}) => el.dispatchEvent(new CustomEvent("midplot-act", { bubbles: true, detail: { act, ...more } }));
  const choose = element("select", { class: "midplot-picker", "aria-label": "Stream", onchange: () => send("stream", { id: Number(choose.value) }) });
  const previous = element("button", { type: "button", class: "midplot-quiet", title: "Previous stream", "aria-label": "Previous stream", onclick: () => send("stream", { by: -1 }) }, "‹");
  const next = element("button", { type: "button", class: "midplot-quiet", title: "Next stream", "aria-label": "Next stream", onclick: () => send("stream", { by: 1 }) }, "›");
  const bar = element("progress", { max: 1, value: 0, "aria-label": "Replayed" });
  const pace = element("span", { class: "midplot-pace" });
  const facts = element("div", { class: "midplot-facts" });
  const picker = element("div", { class: "midplot-group" }, previous, choose, next);
  el.append(picker, element("div", { class: "midplot-group midplot-progress" }, bar, pace), facts);

  let shownStreams = null;
  function show() {
    const state = model.get("state");
    const fresh = JSON.stringify(state.streams);
    if (fresh !== shownStreams) {
      shownStreams = fresh;
      choose.replaceChildren(...state.streams.map((each) => element("option", { value: each.id }, each.text)));
    }
    choose.value = String(state.stream);
    const only = state.streams.length < 2;
    previous.hidden = next.hidden = only;
    bar.value = state.progress.share;
    bar.hidden = state.progress.finished;
    pace.textContent = state.progress.text;
    facts.replaceChildren(...state.facts.map(({ name, value, kind }) =>
      element("div", { class: "midplot-fact", "data-kind": kind },
        element("span", { class: "midplot-caption" }, name), element("span", { class: "midplot-value" }, value))));
  }
  model.on("change:state", show);
  show();
  return () => model.off("change:state", show);
}

export default { render };
