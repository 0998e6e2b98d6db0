// Elements, and the acts that they send to Python.

// An attribute that is false, null or undefined is left out, and so is a child that is null.
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") made.className = value;
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(name, value === true ? "" : value);
    }
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function button(text, attributes) {
  return element("button", { type: "button", ...attributes }, text);
}

// Acts go up through the page to acts.js, which has the connection on which Python hears them while a cell is running.
export function senderOf(el) {
  return (act, more = {}) =>
    el.dispatchEvent(new CustomEvent("midplot-act", { bubbles: true, detail: { act, ...more } }));
}

// Whether what is typed goes into this element, so that no key of it is an act.
export function isTextField(target) {
  if (!target || !target.tagName) return false;
  if (target.isContentEditable) return true;
  if (/^(TEXTAREA|SELECT)$/.test(target.tagName)) return true;
  return target.tagName === "INPUT" && !/^(range|button|checkbox|radio)$/.test(target.type);
}

// What a person is just changing is not overwritten by what Python has sent.
export function setUnlessFocused(field, value) {
  if (document.activeElement !== field) field.value = value;
}
