// Creates elements, and sends acts to Python.

// Attributes that are false, null or undefined are omitted, and so are children that are null.
export function element(tag, attributes = {}, ...children) {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") created.className = value;
    else if (name.startsWith("on")) created.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) {
      created.setAttribute(name, value === true ? "" : value);
    }
  }
  created.append(...children.filter((child) => child !== null));
  return created;
}

export function button(text, attributes) {
  return element("button", { type: "button", ...attributes }, text);
}

// Icons are drawn, since some fonts lack the characters that look like them. Each is a path in a square of 16.
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

// Acts bubble up through the page to acts.js, whose connection Python listens to even while a cell is running. Returns the
// name by which Python will answer, or undefined if nobody is listening.
export function senderOf(el) {
  return (act, more = {}) => {
    const detail = { act, ...more };
    el.dispatchEvent(new CustomEvent("midplot-act", { bubbles: true, detail }));
    return detail.id;
  };
}

// Whether a person types into this element, so that its keys are not acts.
export function isTextField(target) {
  if (!target || !target.tagName) return false;
  if (target.isContentEditable) return true;
  if (/^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return target.tagName === "INPUT" && !/^(range|button|checkbox|radio)$/.test(target.type);
}

// A state from Python must not overwrite a field that a person is editing.
export function setUnlessFocused(field, value) {
  if (document.activeElement !== field) field.value = value;
}
