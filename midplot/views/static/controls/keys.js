// Which key is which act. The table comes from Python: each entry has a key, an act, what to send with it, whether the
// act repeats while the key is held, and how the line of hints shows it.

import { isTextField } from "../dom.js";

const LEAVE = "escape"; // not an act: it ends the page's listening and nothing else

// How a title names the key of an act: "key z", but "Enter".
export function keyWords(keys, act) {
  const { key } = keys.find((each) => each.act === act);
  return key.length === 1 ? `key ${key}` : key[0].toUpperCase() + key.slice(1);
}

export function keyHint(keys) {
  return `⌨ ${[...keys.map((each) => each.shown).filter(Boolean), "Esc leave"].join(" · ")}`;
}

// Enter and arrows belong to a button or a slider that has the focus.
function belongsTo(key, target) {
  return (key === "enter" && target.tagName === "BUTTON") || (key.startsWith("arrow") && target.tagName === "INPUT");
}

// Returns a listener to `keydown`. It acts only while the view is the active one: others on the page have keys, too.
export function keyListener({ keys, isActive, leave, run }) {
  const byKey = new Map(keys.map((each) => [each.key, each]));
  return (event) => {
    if (!isActive() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    const key = event.key.toLowerCase();
    if (key === LEAVE) {
      leave();
      return;
    }
    const entry = byKey.get(key);
    if (!entry || isTextField(target) || belongsTo(key, target)) return;
    // The notebook has keys of its own: d twice deletes a cell.
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat && !entry.repeats) return;
    run(entry.act, entry.more, event);
  };
}
