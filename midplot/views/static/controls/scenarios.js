// The saved scenarios of the stream that is shown, to open, relabel and delete.

import { button, element } from "../dom.js";
import { iconButton } from "../icons.js";
import { countedScenarios, noteText, windowText } from "../texts.js";

function relabelling(scenario, labels, send) {
  const { key, first, last, label } = scenario;
  const choose = element(
    "select",
    {
      "aria-label": `Label of ${first} to ${last}`,
      onchange: () => send("relabel", { key, label: choose.value }),
    },
    ...labels.map(({ name }) => element("option", { value: name, selected: name === label }, name)),
  );
  return choose;
}

function listed(scenario, labels, send) {
  const { key, first, last, note, tags, passed, hindsight, current } = scenario;
  const { colour } = labels.find(({ name }) => name === scenario.label);
  const words = noteText(note, tags);
  return element(
    "div",
    { class: `midplot-scenario midplot-is-${colour}`, "data-current": String(current) },
    button(windowText(first, last), {
      class: "midplot-open",
      title: "Select this window",
      onclick: () => send("open", { key }),
    }),
    relabelling(scenario, labels, send),
    element("span", { class: "midplot-words", title: words }, words),
    hindsight ? element("span", { class: "midplot-words", title: hindsight }, "hindsight") : null,
    element("span", { class: `midplot-verdict midplot-${verdictOf(passed)}` }, verdictOf(passed, " ")),
    iconButton("remove", {
      title: "Delete this scenario; undo brings it back",
      "aria-label": `Delete the scenario ${first} to ${last}`,
      onclick: () => send("delete", { key }),
    }),
  );
}

// What the replay says of a scenario: null where it did not get there.
export function verdictOf(passed, between = "-") {
  if (passed === null) return `not${between}checked`;
  return passed ? "passed" : "failed";
}

export function scenariosPart(labels, send) {
  const node = element("div", { class: "midplot-scenarios" });
  let shown = null;
  function show({ scenarios, n_scenarios }) {
    // Redrawing an unchanged list would close an open choice and lose the focus.
    const fresh = JSON.stringify(scenarios);
    if (fresh === shown) return;
    shown = fresh;
    const caption = () => element("div", { class: "midplot-caption" }, countedScenarios(n_scenarios, scenarios.length));
    const rows = scenarios.map((each) => listed(each, labels, send));
    // The tab says how many there are, unless only some of them are listed.
    const empty = () => element("div", { class: "midplot-empty" }, "Label a window, and it is listed here.");
    node.replaceChildren(...(rows.length < n_scenarios ? [caption()] : []), ...(rows.length ? rows : [empty()]));
  }
  return { nodes: [node], show };
}
