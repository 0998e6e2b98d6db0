// Chooses what a drag in the chart does, and whether the future is hidden.

import { element } from "../dom.js";

export function toolsPart(send) {
  const drag = element(
    "select",
    { "aria-label": "What a drag in the chart does", onchange: () => send("drag", { value: drag.value }) },
    element("option", { value: "zoom" }, "drag zooms"),
    element("option", { value: "select" }, "drag selects"),
    element("option", { value: "pan" }, "drag pans"),
  );
  const blind = element("input", { type: "checkbox", onchange: () => send("blind", { on: blind.checked }) });
  const blindLabel = element(
    "label",
    { class: "midplot-blind", title: "Hide everything after the window, and the attacker's decisions" },
    blind,
    "blind",
  );
  function show(state) {
    drag.value = state.drag;
    blind.checked = state.blind;
  }
  return { nodes: [drag, blindLabel], show };
}
