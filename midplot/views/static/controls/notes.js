// The note and the tags that the next label is saved with.

import { element } from "../dom.js";

const LONGEST_NOTE = 2000; // characters

// `cleared` counts in Python how often a label was saved: with each one the fields begin anew.
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
    placeholder: "tags, by commas",
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
