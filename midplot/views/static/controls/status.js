// What came of the last act, in words that a screen reader says as well.

import { element } from "../dom.js";

export function statusPart() {
  const node = element("div", { class: "midplot-status", role: "status", "aria-live": "polite" });
  function show({ status }) {
    node.textContent = status.text;
    node.dataset.kind = status.kind;
  }
  return { nodes: [node], show };
}
