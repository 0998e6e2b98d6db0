// The buttons that save the selection with a label, and those that undo and redo.

import { element } from "../dom.js";
import { iconButton } from "../icons.js";
import { keyWords } from "./keys.js";

export function labelsPart(labels, keys, run) {
  const labelButton = ({ name, sign, colour, key }) =>
    element(
      "button",
      {
        type: "button",
        class: `midplot-label midplot-${colour}`,
        "aria-label": `Save the selection as ${name}`,
        "data-label": name,
        "data-key": key,
        onclick: () => run("label", { label: name }),
      },
      element("span", { class: "midplot-sign", "aria-hidden": "true" }, sign),
      name,
    );
  const labelButtons = labels.map(labelButton);
  const undo = iconButton(
    "undo",
    {
      "aria-label": "Undo the last label",
      title: `Undo the last label, relabelling or deletion (${keyWords(keys, "undo")})`,
      onclick: () => run("undo"),
    },
    "undo",
  );
  const redo = iconButton(
    "redo",
    {
      "aria-label": "Redo the last label",
      title: `Redo what was undone last (${keyWords(keys, "redo")})`,
      onclick: () => run("redo"),
    },
    "redo",
  );
  function show({ selection, can_undo, can_redo, warnings }) {
    for (const each of labelButtons) {
      const { label, key } = each.dataset;
      const warning = warnings[label];
      each.disabled = !selection;
      // Said before it is saved: what contradicts it, or that its outcome was otherwise.
      each.classList.toggle("midplot-warned", Boolean(warning));
      each.title = warning
        ? `${label}: ${warning}`
        : `The attacker should say ${label.toLowerCase()} here (key ${key})`;
    }
    undo.disabled = !can_undo;
    redo.disabled = !can_redo;
  }
  return { nodes: [...labelButtons, undo, redo], show };
}
