// Draws plotly's figures in the colours and the width of the screen, or of the paper that the page is printed on.

// About as wide as A4 and Letter are within their margins. The browser does not lay the page out before it prints it.
const PAPER = 690;

const dark = () => window.matchMedia("screen and (prefers-color-scheme: dark)");
const printed = () => window.matchMedia("print");

let printing = false;

// Calls `look` now and whenever the page is to look different.
export function onLook(look) {
  for (const query of [dark(), printed()]) query.addEventListener("change", look);
  const print = (on) => () => {
    printing = on;
    look();
  };
  window.addEventListener("beforeprint", print(true));
  window.addEventListener("afterprint", print(false));
}

// `figureIn` returns data and layout in a colour scheme, "light" or "dark", for a width in pixels; `height` is that on paper,
// as in the style sheet.
export function drawPlot(place, config, figureIn, height) {
  const onPaper = printing || printed().matches;
  const width = onPaper ? Math.min(PAPER, place.parentElement.clientWidth || PAPER) : place.clientWidth;
  const { data, layout } = figureIn(dark().matches && !onPaper ? "dark" : "light", width);
  const size = onPaper ? { width, height, autosize: false } : { autosize: true };
  window.Plotly.react(place, data, { ...layout, ...size }, { ...config, responsive: !onPaper, staticPlot: onPaper });
}
