// The buttons that save the selection with a label, and the one that undoes the last act.

import { button, element } from "../dom.js";
import { keyWords } from "./keys.js";

export function labelsPart(labels, keys, run) {
  const labelButton = ({ name, sign, colour, key }) =>
    element(
      "button",
      {
        type: "button",
        class: `midplot-label midplot-${colour}`,
        title: `The attacker should say ${name.toLowerCase()} here (key ${key})`,
        "aria-label": `Save the selection as ${name}`,
        onclick: () => run("label", { label: name }),
      },
      element("span", { class: "midplot-sign", "aria-hidden": "true" }, sign),
      name,
    );
  const labelButtons = labels.map(labelButton);
  const undo = button("↶ undo", {
    class: "midplot-quiet",
    title: `Undo the last label, relabelling or deletion (${keyWords(keys, "undo")})`,
    "aria-label": "Undo the last label",
    onclick: () => run("undo"),
  });
  function show({ selection, can_undo }) {
    for (const each of labelButtons) each.disabled = !selection;
    undo.disabled = !can_undo;
  }
  return { nodes: [...labelButtons, undo], show };
}
