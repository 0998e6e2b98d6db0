// The page of a comparison: draws its chart in the colours of the screen.

import { styled } from "./report_figure.js";

const parsed = (id) => JSON.parse(document.getElementById(id).textContent);

const figure = parsed("figure");
const looks = parsed("looks");
const dark = globalThis.matchMedia("(prefers-color-scheme: dark)");

function draw() {
  const [data, layout] = styled(figure, dark.matches ? looks.dark : looks.light);
  globalThis.Plotly.react(document.getElementById("plot"), data, layout, looks.config);
}

dark.addEventListener("change", draw);
draw();
