// The texts of numbers, windows and scenarios.

// English whatever the browser's language, as the rest of the view is.
export function grouped(number) {
  return number.toLocaleString("en");
}

// The tick under the pointer and its price: of all lines that plotly names, the price is on the axis y2.
export function readoutOf(points) {
  const price = points.find(({ data }) => data.yaxis === "y2" && data.mode === "lines");
  return price ? `tick ${grouped(price.x)}   ${price.y.toLocaleString("en", { maximumFractionDigits: 6 })}` : "";
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
