// The window that midplot suggests labelling next.

import { button, element } from "../dom.js";
import { keyWords } from "./keys.js";

export function hintsPart(keys, run) {
  const hint = element("span", { class: "midplot-hint" });
  const next = button("suggest next", {
    class: "midplot-quiet",
    title: `Show the next window worth labelling (${keyWords(keys, "suggest")})`,
    onclick: () => run("suggest"),
  });
  const accept = button("accept", {
    class: "midplot-quiet midplot-accept",
    title: `Save it with the suggested label (${keyWords(keys, "accept")})`,
    onclick: () => run("accept"),
  });
  const skip = button("skip", {
    class: "midplot-quiet",
    title: "Show the next one without saving this one",
    onclick: () => run("suggest"),
  });
  function show({ suggestion }) {
    hint.textContent = hint.title = suggestion ? `${suggestion.position}: ${suggestion.why}` : "";
    accept.hidden = skip.hidden = !suggestion;
    next.hidden = Boolean(suggestion);
    if (suggestion) accept.textContent = `accept ${suggestion.label}`;
  }
  return { nodes: [next, accept, skip, hint], show };
}
