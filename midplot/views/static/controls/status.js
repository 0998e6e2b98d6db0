// The result of the last act, as a text that screen readers read out.

import { element } from "../dom.js";

export function statusPart() {
  const node = element("div", { class: "midplot-status", role: "status", "aria-live": "polite" });
  function show({ status }) {
    node.textContent = status.text;
    node.dataset.kind = status.kind;
    node.title = status.full; // with the paths that the text shortens
  }
  return { nodes: [node], show };
}
