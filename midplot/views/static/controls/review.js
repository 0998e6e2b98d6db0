// Labelling many windows in a row: a bar with the labels takes the place of the controls, and goes on by itself.

import { button, element } from "../dom.js";

export function reviewWords({ left, total }) {
  return `${left.toLocaleString("en")} of ${total.toLocaleString("en")} left`;
}

// What the button says that enters the mode.
export function reviewStartWords(review) {
  return review && review.left ? `go on labelling (${review.left.toLocaleString("en")} left)` : "label in a row";
}

// What Escape does: it takes back a label that is asked about, or else leaves the mode.
export function reviewEscape({ question }) {
  return question ? ["answer", { answer: "no" }] : ["review", { on: false }];
}

// A label says for which window it was pressed: one that comes before the next window is drawn must not label that one.
export function reviewAct(act, more, { place }) {
  return act === "label" ? { ...more, place } : { ...more };
}

// Whether the page has drawn the picture that belongs to a state.
export function isReviewDrawn(drawn, scene) {
  return Number(drawn ?? 0) >= scene;
}

function reviewKey(keys, act) {
  return keys.find((each) => each.act === act).key.toUpperCase();
}

// A button with its key.
function reviewButton(text, key, attributes) {
  const created = button("", attributes);
  created.append(
    element("span", {}, text),
    element("kbd", { class: "midplot-review-key", "aria-hidden": "true" }, key),
  );
  return created;
}

export function reviewPart({ el, view, labels, keys, send }) {
  let now = null; // what the page shows of the mode
  let scene = 0; // the number of the picture that belongs to it
  const isOn = () => Boolean(now && now.active);
  const bar = element("div", { class: "midplot-review", role: "group", "aria-label": "Label windows in a row" });

  function run(act, more) {
    // Nobody has seen the window yet: the key was pressed twice.
    if (act === "label" && !isReviewDrawn(view().dataset.scene, scene)) return;
    // Until Python answers, the pressed label stands out and everything else is pale.
    if (act === "label") bar.dataset.pressed = more.label;
    send(act, reviewAct(act, more, now));
    el.focus({ preventScroll: true });
  }
  function leave(event) {
    event.stopImmediatePropagation();
    send(...reviewEscape(now));
  }

  const progress = element("progress", { "aria-hidden": "true" });
  const count = element("span", { class: "midplot-review-count", role: "status" });
  const why = element("span", { class: "midplot-review-why" });
  const before = element("span", { class: "midplot-review-before" });
  const keyless = element("span", { class: "midplot-review-keyless" }, "click the chart to turn on the keys");

  const labelButtons = labels.map(({ name, sign, colour, key }) => {
    const created = button("", {
      class: `midplot-label midplot-review-label midplot-${colour}`,
      "aria-label": `Label this window ${name}`,
      title: `The attacker should say ${name.toLowerCase()} here (key ${key})`,
      onclick: () => run("label", { label: name }),
    });
    created.dataset.label = name;
    created.append(
      element("span", { class: "midplot-sign", "aria-hidden": "true" }, sign),
      element("span", {}, name),
      element("kbd", { class: "midplot-review-key", "aria-hidden": "true" }, key.toUpperCase()),
    );
    return created;
  });
  const quiet = (text, act, title) =>
    reviewButton(text, reviewKey(keys, act), { class: "midplot-quiet", title, onclick: () => run(act) });
  const back = quiet("back", "back", "Go back to the window before, to label it again");
  const skip = quiet("skip", "skip", "Go on without a label");
  const undo = quiet("undo", "undo", "Undo the last label");
  const out = reviewButton("leave", "Esc", {
    class: "midplot-quiet midplot-review-leave",
    title: "Leave; it goes on from here next time",
    onclick: () => send("review", { on: false }),
  });

  const asked = element("span", { class: "midplot-review-asked" });
  const replace = reviewButton("", "R", { onclick: () => run("answer", { answer: "replace" }) });
  const keep = reviewButton("", "K", { onclick: () => run("answer", { answer: "keep" }) });
  const cancel = reviewButton("cancel", "Esc", { onclick: () => run("answer", { answer: "no" }) });
  const question = element(
    "div",
    { class: "midplot-review-question", role: "alert" },
    asked,
    replace,
    keep,
    cancel,
  );

  bar.append(
    element("div", { class: "midplot-review-line" }, progress, count, why, before, keyless),
    question,
    element("div", { class: "midplot-review-buttons" }, ...labelButtons),
    element("div", { class: "midplot-review-others" }, back, skip, undo, out),
  );

  const start = button("", {
    class: "midplot-quiet midplot-review-start",
    title: "Label many windows one after the other, each with its past and nothing after it",
    onclick: () => send("review", { on: true }),
  });

  function show({ review, can_undo, ...state }) {
    scene = state.scene ?? 0;
    const entered = !isOn() && Boolean(review && review.active);
    now = review ?? null;
    view().dataset.labelling = String(isOn());
    start.textContent = reviewStartWords(now);
    view().dataset.asking = String(Boolean(now && now.question));
    bar.hidden = !isOn();
    delete bar.dataset.pressed;
    if (!isOn()) return;
    // The button that was pressed is gone, and the focus must not fall back to the notebook's cell.
    if (entered && el.classList.contains("midplot-active")) el.focus({ preventScroll: true });
    progress.max = now.total;
    progress.value = now.total - now.left;
    count.textContent = reviewWords(now);
    why.textContent = why.title = now.why;
    before.textContent = now.label ? `labelled ${now.label}` : "";
    for (const each of labelButtons) each.setAttribute("aria-pressed", String(each.dataset.label === now.label));
    back.disabled = now.place === 0;
    undo.disabled = !can_undo;
    question.hidden = !now.question;
    if (!now.question) return;
    asked.textContent = now.question.text;
    replace.firstChild.textContent = `replace by ${now.question.label}`;
    keep.firstChild.textContent = `keep ${now.question.keep}`;
  }
  return { nodes: [bar], start, show, run, leave, isOn };
}
