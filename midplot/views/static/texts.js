// The texts of numbers, windows and scenarios.

// English whatever the browser's language, as the rest of the view is.
export function grouped(number) {
  return number.toLocaleString("en");
}

export function windowText(first, last) {
  return `${grouped(first)} – ${grouped(last)}`;
}

// `listed` is the number of those that are listed: of many, only those near the window.
export function countedScenarios(n, listed = n) {
  const words = `${grouped(n)} scenario${n === 1 ? "" : "s"} of this stream`;
  return listed < n ? `${words}, the ${grouped(listed)} nearest are listed` : words;
}

export function noteText(note, tags) {
  return [note, ...tags.map((tag) => `#${tag}`)].filter(Boolean).join("  ");
}
