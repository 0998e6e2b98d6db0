// Whether the page is dark: JupyterLab sets an attribute of the body, elsewhere the system's preference counts.

const ATTRIBUTE = "data-jp-theme-light";

export function isDark() {
  const light = document.body.getAttribute(ATTRIBUTE);
  if (light !== null) return light === "false";
  return window.matchMedia("(prefers-color-scheme: dark)").matches;
}

export function followTheme(signal, changed) {
  const observer = new MutationObserver(changed);
  observer.observe(document.body, { attributes: true, attributeFilter: [ATTRIBUTE] });
  signal.addEventListener("abort", () => observer.disconnect());
}
