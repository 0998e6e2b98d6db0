// The note and the tags that are saved with a label, or that a saved scenario has.

import { element } from "../dom.js";

const LONGEST_NOTE = 2000; // characters, about a page: a note is read in a list

// Python fills the fields when a scenario is opened or saved, and empties them for another window. What is typed after that
// belongs to the scenario that is open, or else to the next label.
export function notesPart(send) {
  let sent = "";
  function edit() {
    const words = { key: open, note: note.value, tags: tags.value };
    // A field that is taken out of the page says that it has changed as well.
    if (!open || !note.isConnected || JSON.stringify(words) === sent) return;
    sent = JSON.stringify(words);
    send("edit", words);
  }
  const enter = (event) => event.key === "Enter" && edit();
  const note = element("input", {
    type: "text",
    class: "midplot-note",
    placeholder: "note",
    "aria-label": "Note",
    maxlength: LONGEST_NOTE,
    onchange: edit,
    onkeydown: enter,
  });
  const tags = element("input", {
    type: "text",
    class: "midplot-tags",
    placeholder: "tags: a, b",
    "aria-label": "Tags, separated by commas",
    onchange: edit,
    onkeydown: enter,
  });
  let seen = 0;
  let open = "";
  function show({ fields }) {
    if (fields.filled === seen) return;
    seen = fields.filled;
    open = fields.key;
    note.value = fields.note;
    tags.value = fields.tags;
    sent = JSON.stringify({ key: open, note: note.value, tags: tags.value });
  }
  return { nodes: [note, tags], show, words: () => ({ note: note.value, tags: tags.value }) };
}
