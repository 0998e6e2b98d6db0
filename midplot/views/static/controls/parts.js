// The buttons that show one part of a stream, or all of it. Recorded streams jump by thousands at a gap.

import { button, element } from "../dom.js";

const MOST_BUTTONS = 6; // more would not fit beside each other

export function partsPart(send) {
  const node = element("div", {
    class: "midplot-group midplot-parts",
    role: "group",
    "aria-label": "Parts of the stream",
  });
  let shown = null;
  function show({ parts }) {
    const fresh = JSON.stringify(parts);
    if (fresh === shown) return;
    shown = fresh;
    node.hidden = !parts.length;
    node.replaceChildren(
      ...(parts.length > MOST_BUTTONS ? [partsMenu(parts, send)] : parts.map((p) => partButton(p, send))),
    );
  }
  return { nodes: [node], show };
}

function partButton({ part, text, current }, send) {
  return button(text, {
    class: "midplot-quiet midplot-part",
    "aria-pressed": String(current),
    onclick: () => send("part", { part }),
  });
}

function partsMenu(parts, send) {
  const choose = element(
    "select",
    {
      "aria-label": "Part",
      onchange: () => send("part", { part: choose.value === "" ? null : Number(choose.value) }),
    },
    ...parts.map(({ part, text, current }) =>
      element("option", { value: part === null ? "" : part, selected: current }, text)
    ),
  );
  return choose;
}
