// The report of a check. Python sends it as HTML in which all texts are escaped; a click on a scenario asks for its replay.

import { button, element } from "./dom.js";

const CARD = "article[id]";

function cardOf(target) {
  return target.closest ? target.closest(CARD) : null;
}

function mark(card, isCurrent) {
  card.tabIndex = 0;
  card.setAttribute("role", "button");
  card.style.cursor = "pointer";
  card.setAttribute("aria-pressed", String(isCurrent));
  // The colour of selected points, in `Palette.selected`.
  card.style.outline = isCurrent ? "2px solid #f5c400" : "";
}

function render({ model, el }) {
  const stop = new AbortController();
  const content = element("div");
  const goThere = () => model.send({ act: "go", id: model.get("current") });
  const go = button("Go there in the whole replay", { class: "midplot-go", onclick: goThere });
  el.append(content, go);
  const markAll = () => {
    el.querySelectorAll(CARD).forEach((card) => mark(card, card.id === model.get("current")));
    go.hidden = !(model.get("goes_there") && model.get("current"));
  };
  const show = () => {
    content.innerHTML = model.get("html");
    markAll();
  };
  const open = (event) => {
    const card = cardOf(event.target);
    if (card) model.send({ act: "open", id: card.id });
  };
  const press = (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    if (!cardOf(event.target)) return;
    event.preventDefault(); // space would scroll the page
    event.stopPropagation(); // Enter would edit the cell
    open(event);
  };
  content.addEventListener("click", open, { signal: stop.signal });
  content.addEventListener("keydown", press, { signal: stop.signal });
  model.on("change:html", show);
  model.on("change:current", markAll);
  show();
  return () => {
    stop.abort();
    model.off("change:html", show);
    model.off("change:current", markAll);
  };
}

export default { render };
