// The lists below the chart, one open at a time: saved scenarios, trades, suggestions. A click on the open one folds it.

import { element } from "../dom.js";
import { grouped } from "../texts.js";
import { scenariosPart } from "./scenarios.js";
import { suggestionsPart } from "./suggestions.js";
import { tradesPart } from "./trades.js";

const TITLES = { labels: "Labels", trades: "Trades", suggestions: "Suggestions" };
let groups = 0; // names of elements must be unique in a page, which may show several views

// Trades are decisions that count, and the figures above count those that are resolved: the difference is said, in the
// middle one of three texts, for which a narrow view has no room.
export function tabTexts(name, count, unresolved = 0) {
  if (count === null || count === undefined) return [TITLES[name], "", ""];
  return [`${TITLES[name]} (${grouped(count)}`, unresolved ? `, ${grouped(unresolved)} unresolved` : "", ")"];
}

// The tab that an arrow leads to; null if the key is no such arrow.
export function tabBeside(name, key) {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  const names = Object.keys(TITLES);
  return by ? names[(names.indexOf(name) + by + names.length) % names.length] : null;
}

export function tabsPart(labels, send) {
  const lists = { labels: scenariosPart(labels, send), trades: tradesPart(send), suggestions: suggestionsPart(send) };
  groups += 1;
  const idOf = (kind, name) => `midplot-${kind}-${groups}-${name}`;
  const tabs = {};
  const panels = {};
  for (const [name, list] of Object.entries(lists)) {
    tabs[name] = element("button", {
      type: "button",
      class: "midplot-tab",
      role: "tab",
      id: idOf("tab", name),
      "aria-controls": idOf("panel", name),
      title: "Show or fold this list",
      onclick: () => send("tab", { name }),
    }, TITLES[name]);
    panels[name] = element(
      "div",
      { class: "midplot-panel", role: "tabpanel", id: idOf("panel", name), "aria-labelledby": idOf("tab", name) },
      ...list.nodes,
    );
  }
  const bar = element("div", { class: "midplot-tabs" });
  const tablist = element("div", { class: "midplot-tablist", role: "tablist", "aria-label": "Lists" });
  tablist.append(...Object.values(tabs));
  bar.append(tablist, ...lists.trades.tools);
  let shown = null; // the state that was drawn last

  function open({ tab, counts }) {
    for (const name of Object.keys(tabs)) {
      const isOpen = name === tab;
      const [before, rest, after] = tabTexts(name, counts[name], name === "trades" ? counts.unresolved : 0);
      tabs[name].replaceChildren(before, element("span", { class: "midplot-tab-rest" }, rest), after);
      tabs[name].setAttribute("aria-selected", String(isOpen));
      tabs[name].tabIndex = isOpen || (!tab && name === "labels") ? 0 : -1;
      panels[name].hidden = !isOpen;
    }
    for (const tool of lists.trades.tools) tool.hidden = tab !== "trades";
  }
  function showLists(fresh) {
    if (!fresh || !fresh.counts) return;
    open(fresh);
    lists.trades.showRows(fresh.trades, fresh.stream);
    lists.suggestions.showRows(fresh.suggestions);
    if (shown) lists.trades.show(shown);
  }
  function show(state) {
    shown = state;
    lists.labels.show(state);
    lists.trades.show(state);
  }
  // Listens before the notebook, and before the view: within a list, the keys belong to the list.
  function keydown(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const target = event.composedPath()[0];
    const name = Object.keys(tabs).find((each) => tabs[each] === target);
    const beside = name ? tabBeside(name, event.key) : null;
    if (beside) tabs[beside].focus();
    if (!beside && !lists.trades.keydown(event, target)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }
  return { nodes: [bar, ...Object.values(panels)], show, showLists, keydown };
}
