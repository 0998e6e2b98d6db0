// How many points a click selects: a slider, and the same as a number.

import { element, setUnlessFocused } from "../dom.js";

const LONGEST = 1000; // points; Python takes no more
const SLIDER_STEPS = 1000; // fine enough that each short length has a place of its own

// The slider moves by ratio: short windows can be set to the point, long ones are still within reach.
export function toLength(position) {
  return Math.round(Math.exp((position / SLIDER_STEPS) * Math.log(LONGEST)));
}

export function toPosition(length) {
  return Math.round((Math.log(length) / Math.log(LONGEST)) * SLIDER_STEPS);
}

// What was typed as a length that there can be; what is no number is taken as the shortest.
export function asLength(text) {
  return Math.min(LONGEST, Math.max(1, Math.round(Number(text)) || 1));
}

export function lengthPart(send) {
  const slider = element("input", {
    type: "range",
    min: 0,
    max: SLIDER_STEPS,
    step: 1,
    "aria-label": "Points to select",
    oninput: () => (box.value = toLength(Number(slider.value))),
    onchange: () => send("length", { value: toLength(Number(slider.value)) }),
  });
  const box = element("input", {
    type: "number",
    min: 1,
    max: LONGEST,
    step: 1,
    class: "midplot-number",
    "aria-label": "Points to select, as a number",
    onchange: () => send("length", { value: asLength(box.value) }),
  });
  function show({ length }) {
    setUnlessFocused(slider, toPosition(length));
    setUnlessFocused(box, length);
  }
  return { nodes: [element("span", { class: "midplot-caption" }, "length"), slider, box], show };
}
