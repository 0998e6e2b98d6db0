// The line above the chart: the stream, the progress and the score. Python owns the state; this draws it.

import { element, senderOf } from "./dom.js";
import { iconButton } from "./icons.js";
import { keepNewest } from "./newest.js";

// Chooses a stream from a list, or the one before or after.
function streamPicker(send) {
  const choose = element("select", {
    class: "midplot-picker",
    "aria-label": "Stream",
    onchange: () => send("stream", { id: Number(choose.value) }),
  });
  const beside = (name, title, by) => iconButton(name, { title, onclick: () => send("stream", { by }) });
  const previous = beside("previous", "Previous stream", -1);
  const next = beside("next", "Next stream", 1);
  let listed = null;
  function show({ streams, stream }) {
    // Replacing the options would close the list if it is open.
    const fresh = JSON.stringify(streams);
    if (fresh !== listed) {
      listed = fresh;
      choose.replaceChildren(...streams.map((each) => element("option", { value: each.id }, each.text)));
    }
    choose.value = String(stream);
    previous.hidden = next.hidden = streams.length < 2;
  }
  return { node: element("div", { class: "midplot-group" }, previous, choose, next), show };
}

function progress() {
  const bar = element("progress", { max: 1, value: 0, "aria-label": "Replayed" });
  const pace = element("span", { class: "midplot-pace" });
  function show({ progress: { share, finished, text } }) {
    bar.value = share;
    bar.hidden = finished;
    pace.textContent = text;
  }
  return { node: element("div", { class: "midplot-group midplot-progress" }, bar, pace), show };
}

function factList() {
  const node = element("div", { class: "midplot-facts" });
  const fact = ({ name, value, kind, detail }) =>
    element(
      "div",
      { class: "midplot-fact", "data-kind": kind, title: detail },
      element("span", { class: "midplot-caption" }, name),
      element("span", { class: "midplot-value" }, value),
    );
  return { node, show: ({ facts }) => node.replaceChildren(...facts.map(fact)) };
}

function render({ model, el }) {
  el.classList.add("midplot-header");
  const parts = [streamPicker(senderOf(el)), progress(), factList()];
  el.append(...parts.map((part) => part.node));
  const show = () => parts.forEach((part) => part.show(model.get("state")));
  model.on("change:state", show);
  show();
  return () => model.off("change:state", show);
}

const initialize = ({ model }) => keepNewest(model, "state");

export default { initialize, render };
