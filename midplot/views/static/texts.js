// The texts of numbers, windows and scenarios.

// English whatever the browser's language, as the rest of the view is.
export function grouped(number) {
  return number.toLocaleString("en");
}

export function windowText(first, last) {
  return `${grouped(first)} – ${grouped(last)}`;
}

export function countedScenarios(n) {
  return `${n} scenario${n === 1 ? "" : "s"} of this stream`;
}

export function noteText(note, tags) {
  return [note, ...tags.map((tag) => `#${tag}`)].filter(Boolean).join("  ");
}
