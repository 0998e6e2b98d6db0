// The figures of evidence on the report page, which the page holds in the colours of both schemes.

import { byId } from "./report_chart.js";

export function drawEvidence() {
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const { config } = JSON.parse(byId("looks").textContent);
  const pictures = [...document.querySelectorAll(".evidence .picture")];

  function draw() {
    for (const picture of pictures) {
      const figures = JSON.parse(byId(`${picture.id}-figures`).textContent);
      const { data, layout } = dark.matches ? figures.dark : figures.light;
      delete layout.height; // the page's style sheet sets it
      window.Plotly.react(picture, data, { ...layout, autosize: true }, config);
    }
  }

  dark.addEventListener("change", draw);
  draw();
}
