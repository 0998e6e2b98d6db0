// The note and the tags that are saved with the next label.

import { element } from "../dom.js";

const LONGEST_NOTE = 2000; // characters, about a page: a note is read in a list

// `cleared` is the number of labels that Python has saved: each of them empties the fields.
export function notesPart(cleared) {
  const note = element("input", {
    type: "text",
    class: "midplot-note",
    placeholder: "note",
    "aria-label": "Note",
    maxlength: LONGEST_NOTE,
  });
  const tags = element("input", {
    type: "text",
    class: "midplot-tags",
    placeholder: "tags: a, b",
    "aria-label": "Tags, separated by commas",
  });
  let seen = cleared;
  function show(state) {
    if (state.cleared === seen) return;
    seen = state.cleared;
    note.value = tags.value = "";
  }
  return { nodes: [note, tags], show, words: () => ({ note: note.value, tags: tags.value }) };
}
