// The page of a movie: shows only the scenarios that have one of the chosen labels and all of the chosen tags.

import { grouped } from "../texts.js";

export function isShown({ label, tags }, { labels, wanted }) {
  return (!labels.length || labels.includes(label)) && wanted.every((tag) => tags.includes(tag));
}

function start(bar) {
  const buttons = [...bar.querySelectorAll("button")];
  const cards = [...document.querySelectorAll("article")].map((card) => ({
    card,
    label: card.dataset.label,
    tags: JSON.parse(card.dataset.tags),
  }));

  function filter() {
    const pressed = buttons.filter((each) => each.getAttribute("aria-pressed") === "true").map((each) => each.dataset);
    const labels = pressed.map((each) => each.label).filter((each) => each !== undefined);
    const wanted = pressed.map((each) => each.tag).filter((each) => each !== undefined);
    for (const each of cards) each.card.hidden = !isShown(each, { labels, wanted });
    for (const section of document.querySelectorAll("main section")) {
      section.hidden = !section.querySelector("article:not([hidden])");
    }
    const n = cards.filter((each) => !each.card.hidden).length;
    document.getElementById("count").textContent = n < cards.length
      ? `${grouped(n)} of ${grouped(cards.length)} shown`
      : "";
  }

  for (const button of buttons) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      filter();
    });
  }
}

const filters = globalThis.document?.querySelector(".midplot-check-filters");
if (filters) start(filters);
