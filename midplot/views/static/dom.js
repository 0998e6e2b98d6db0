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

// Acts bubble up through the page to acts.js, whose connection Python listens to even while a cell is running. Returns the
// name by which Python will answer, or undefined if nobody is listening yet: then the act waits for that.
export function senderOf(el) {
  return (act, more = {}) => {
    const detail = { act, ...more };
    const dispatch = () => el.dispatchEvent(new CustomEvent("midplot-act", { bubbles: true, detail }));
    dispatch();
    const view = detail.ticket === undefined && el.closest(".midplot-view");
    if (view && view.dataset.acts !== "ready") view.addEventListener("midplot-ready", dispatch, { once: true });
    return detail.ticket;
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
