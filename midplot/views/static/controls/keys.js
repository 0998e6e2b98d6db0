// The keys and their acts. The table comes from Python: each entry has a key, an act, what to send with it, whether the act
// repeats while the key is held, and the text for the line of hints.

import { isTextField } from "../dom.js";

const LEAVE = "escape"; // not an act: it only makes the view inactive

// The key of an act as a title names it: "key z", but "Enter".
export function keyWords(keys, act) {
  const { key } = keys.find((each) => each.act === act);
  return key.length === 1 ? `key ${key}` : key[0].toUpperCase() + key.slice(1);
}

export function keyHint(keys) {
  return `${[...keys.map((each) => each.shown).filter(Boolean), "Esc leave"].join(" · ")}`;
}

// Enter and arrows belong to a button or a slider that has the focus.
function belongsTo(key, target) {
  return (key === "enter" && target.tagName === "BUTTON") || (key.startsWith("arrow") && target.tagName === "INPUT");
}

// What the notebook must not hear. It takes no list or slider for a field, and would act on what is pressed there. And a
// letter without an act does nothing: to the notebook X would cut the cell, and 0 0 restart the kernel.
function isKept({ key, shiftKey }, target) {
  const isList = target.tagName === "SELECT";
  if (isTextField(target) && !isList) return false;
  const isLetter = key.length === 1 && key !== " ";
  return isLetter || ((isList || target.tagName === "INPUT") && key !== "Tab" && !shiftKey);
}

// Returns a listener for `keydown`. It does nothing unless the view is active, since others on the page have keys as well.
export function keyListener({ keys, isActive, leave, run }) {
  const byKey = new Map(keys.map((each) => [each.key, each]));
  return (event) => {
    if (!isActive() || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    const key = event.key.toLowerCase();
    if (key === LEAVE) {
      leave(event);
      return;
    }
    const entry = byKey.get(key);
    const runsCell = key === "enter" && event.shiftKey;
    if (!entry || runsCell || isTextField(target) || belongsTo(key, target)) {
      if (isKept(event, target)) event.stopImmediatePropagation();
      return;
    }
    // The notebook must not see this key: d pressed twice deletes a cell.
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.repeat && !entry.repeats) return;
    run(entry.act, entry.more, event);
  };
}
