// The question whether a label that contradicts others is to be saved all the same.

import { button, element } from "../dom.js";

export function questionPart(send) {
  const text = element("span", { class: "midplot-question-text" });
  const answer = (words, value) =>
    button(words, { class: "midplot-quiet", onclick: () => send("answer", { answer: value }) });
  const node = element(
    "div",
    { class: "midplot-row midplot-question", role: "alertdialog", "aria-label": "This label contradicts another" },
    text,
    element(
      "div",
      { class: "midplot-group" },
      answer("replace", "replace"),
      answer("keep both", "both"),
      answer("cancel", ""),
    ),
  );
  function show({ question }) {
    node.hidden = !question;
    if (question) text.textContent = `${question.text}.`;
  }
  return { nodes: [node], show };
}
