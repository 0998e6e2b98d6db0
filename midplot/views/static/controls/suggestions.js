// The windows of the stream that are worth labelling, worst first within each kind. A row leads to its window.

import { button, element } from "../dom.js";
import { windowText } from "../texts.js";

export function suggestionsPart(send) {
  const node = element("div", { class: "midplot-suggestions" });
  let shown = null;
  function suggested({ place, first, last, kind, why, label, labelled, current }) {
    return element(
      "div",
      { class: "midplot-suggested", "data-current": String(current), "data-labelled": String(labelled) },
      button(windowText(first, last), {
        class: "midplot-open",
        title: "Go there",
        onclick: () => send("suggestion", { place }),
      }),
      element("span", { class: "midplot-kind" }, kind),
      element("span", { class: "midplot-words", title: why }, why),
      element("span", { class: `midplot-proposed midplot-${label.toLowerCase()}` }, labelled ? "labelled" : label),
    );
  }
  function showRows(list) {
    if (!list) return;
    // Redrawing an unchanged list would lose the focus.
    const fresh = JSON.stringify(list);
    if (fresh === shown) return;
    shown = fresh;
    const at = [...node.children].findIndex((row) => row.contains(document.activeElement));
    const rows = list.rows.map(suggested);
    node.replaceChildren(...(rows.length ? rows : [element("div", { class: "midplot-empty" }, list.empty)]));
    if (at >= 0 && rows[at]) rows[at].querySelector("button").focus();
  }
  return { nodes: [node], showRows };
}
