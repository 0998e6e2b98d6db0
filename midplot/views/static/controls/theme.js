// Whether the page around a view is dark. JupyterLab, Notebook and Voilà say so in an attribute of the body, VS Code in
// another. Elsewhere the page is as dark as it looks: nbclassic is white even on a system that prefers dark.

const JUPYTER = "data-jp-theme-light";
const VSCODE = "data-vscode-theme-kind";
const ATTRIBUTES = [JUPYTER, VSCODE, "class", "style", "theme", "data-theme"]; // what pages change with their theme

const SYSTEM = "(prefers-color-scheme: dark)";
const LEAST_OPAQUE = 0.5; // a background that lets more through is not what is seen

// How bright a colour looks, from 0 to 1, as CSS computes it; null if it is not `rgb` or lets too much through.
export function brightness(colour) {
  const [, inside] = /^rgba?\(([^)]*)\)$/.exec(colour) ?? [null, ""];
  const [red, green, blue, alpha = 1] = inside.split(/[\s,/]+/).filter(Boolean).map(Number);
  if (blue === undefined || alpha < LEAST_OPAQUE) return null;
  return (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
}

// `styleOf` returns the computed style of an element.
export function isDark(view, { body, documentElement } = document, styleOf = getComputedStyle) {
  if (body.hasAttribute(JUPYTER)) return body.getAttribute(JUPYTER) === "false";
  if (body.hasAttribute(VSCODE)) return !body.getAttribute(VSCODE).includes("light");
  // The view itself has the colours that were chosen for it last.
  for (let each = view.parentElement; each; each = each.parentElement) {
    const bright = brightness(styleOf(each).backgroundColor);
    if (bright !== null) return bright < 0.5;
  }
  // A page without any background is white, unless it says that it follows the system.
  return styleOf(documentElement).colorScheme.includes("dark") && globalThis.matchMedia(SYSTEM).matches;
}

export function followTheme(signal, changed) {
  const observer = new MutationObserver(changed);
  for (const each of [document.body, document.documentElement]) {
    observer.observe(each, { attributes: true, attributeFilter: ATTRIBUTES });
  }
  signal.addEventListener("abort", () => observer.disconnect());
  globalThis.matchMedia(SYSTEM).addEventListener("change", changed, { signal });
}
