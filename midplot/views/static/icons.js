// Icons are drawn, since some fonts lack the characters that look like them. Each is a path in a square of 16.

import { element } from "./dom.js";

const ICONS = {
  undo: "M6 3 2.5 6.5 6 10M3 6.5h6.5a4 4 0 0 1 0 8H7",
  redo: "M10 3l3.5 3.5L10 10M13 6.5H6.5a4 4 0 0 0 0 8H9",
  play: "M4.5 3v10l8-5z",
  pause: "M5 3.5v9M11 3.5v9",
  back: "M11.5 3.5v9L5 8zM4 3.5v9",
  forth: "M4.5 3.5v9L11 8zM12 3.5v9",
  remove: "M4 4l8 8M12 4l-8 8",
  previous: "M10 3 5 8l5 5",
  next: "M6 3l5 5-5 5",
  keys: "M1.5 4.5h13v7h-13zM4 7h.01M7 7h.01M10 7h.01M12.5 7h.01M5 9.5h6",
};
const SVG = "http://www.w3.org/2000/svg";

export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", class: "midplot-icon", "aria-hidden": "true" })) {
    svg.setAttribute(key, value);
  }
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

// A button with an icon. Screen readers, and the pointer that rests on it, get its name.
export function iconButton(name, { title, ...attributes }, ...children) {
  return element(
    "button",
    { type: "button", class: "midplot-quiet midplot-icon-button", title, "aria-label": title, ...attributes },
    icon(name),
    ...children,
  );
}
