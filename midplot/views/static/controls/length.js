// The number of points that a click selects, as a slider and as a field.

import { element, setUnlessFocused } from "../dom.js";

const SLIDER_STEPS = 1000; // fine enough that each short length has its own position

// The slider moves by ratio: short windows can be set to the point, long ones are still within reach.
export function toLength(position, longest) {
  return Math.round(Math.exp((position / SLIDER_STEPS) * Math.log(longest)));
}

export function toPosition(length, longest) {
  return Math.round((Math.log(length) / Math.log(longest)) * SLIDER_STEPS);
}

// The nearest valid length to what was typed; anything but a number counts as the shortest.
export function asLength(text, longest) {
  return Math.min(longest, Math.max(1, Math.round(Number(text)) || 1));
}

// `longest` is the greatest number of points that Python accepts.
export function lengthPart(longest, send) {
  const slider = element("input", {
    type: "range",
    min: 0,
    max: SLIDER_STEPS,
    step: 1,
    "aria-label": "Points to select",
    oninput: () => (box.value = toLength(Number(slider.value), longest)),
    onchange: () => send("length", { value: toLength(Number(slider.value), longest) }),
  });
  const box = element("input", {
    type: "number",
    min: 1,
    max: longest,
    step: 1,
    class: "midplot-number",
    "aria-label": "Points to select, as a number",
    onchange: () => commit(),
    onkeydown: (event) => event.key === "Enter" && commit(),
  });
  let sent = null;
  function commit() {
    const value = asLength(box.value, longest);
    box.value = value;
    // Enter commits, and leaving the field would do so once more.
    if (value !== sent) send("length", { value });
    sent = value;
  }
  function show({ length }) {
    sent = length;
    setUnlessFocused(slider, toPosition(length, longest));
    setUnlessFocused(box, length);
  }
  return { nodes: [element("span", { class: "midplot-caption" }, "length"), slider, box], show };
}
