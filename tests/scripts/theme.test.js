// Whether the page around a view is dark: what it says of itself, else how it looks.

import assert from "node:assert/strict";

import { brightness, isDark } from "../../midplot/views/static/controls/theme.js";

// A page whose body has attributes, and a view below elements with these backgrounds, from the inside out.
function page({ attributes = {}, backgrounds = [], scheme = "normal", prefersDark = false } = {}) {
  const body = { hasAttribute: (name) => name in attributes, getAttribute: (name) => attributes[name] };
  const documentElement = { colorScheme: scheme };
  globalThis.matchMedia = () => ({ matches: prefersDark });
  const around = backgrounds.reduceRight(
    (parentElement, backgroundColor) => ({ backgroundColor, parentElement }),
    null,
  );
  return isDark(
    { parentElement: around, backgroundColor: "rgb(17, 22, 29)" },
    { body, documentElement },
    (each) => each,
  );
}

Deno.test("the attribute of Jupyter counts more than how the page looks", () => {
  const backgrounds = ["rgb(255, 255, 255)"];
  assert.equal(page({ attributes: { "data-jp-theme-light": "false" }, backgrounds }), true);
  assert.equal(page({ attributes: { "data-jp-theme-light": "true" }, prefersDark: true }), false);
});

Deno.test("VS Code says which kind of theme it has", () => {
  const told = (kind) => page({ attributes: { "data-vscode-theme-kind": kind }, prefersDark: kind.includes("light") });
  assert.deepEqual(["vscode-light", "vscode-high-contrast-light"].map(told), [false, false]);
  assert.deepEqual(["vscode-dark", "vscode-high-contrast"].map(told), [true, true]);
});

Deno.test("a page that says nothing is as dark as the background that is seen, whatever the system prefers", () => {
  const clear = "rgba(0, 0, 0, 0)";
  assert.equal(page({ backgrounds: [clear, "rgb(255, 255, 255)"], prefersDark: true }), false);
  assert.equal(page({ backgrounds: [clear, "rgba(0, 0, 0, 0.1)", "rgb(24, 24, 24)"], prefersDark: false }), true);
});

Deno.test("a page without a background is white unless it follows the system", () => {
  assert.equal(page({ prefersDark: true }), false);
  assert.equal(page({ prefersDark: true, scheme: "light dark" }), true);
  assert.equal(page({ prefersDark: false, scheme: "light dark" }), false);
});

Deno.test("brightness is that of red, green and blue as they are seen", () => {
  assert.equal(brightness("rgb(255, 255, 255)"), 1);
  assert.equal(brightness("rgb(0 0 0 / 0.9)"), 0);
  assert.ok(brightness("rgb(0, 255, 0)") > brightness("rgb(255, 0, 0)"));
  assert.deepEqual(["rgba(9, 9, 9, 0.2)", "transparent", "", "color(srgb 1 1 1)"].map(brightness), [
    null,
    null,
    null,
    null,
  ]);
});
