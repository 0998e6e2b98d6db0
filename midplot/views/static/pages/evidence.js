// The figures of evidence on the report page, which the page holds in the colours of both schemes.

import { drawPlot, onLook } from "./drawn.js";
import { byId } from "./report_chart.js";

// In a narrow picture, panels that lie beside each other would be too small to read.
const NARROW_PICTURE = 480;
const PAPER_PICTURE = 400; // the height on paper, as in the style sheet

export function drawEvidence() {
  const { config } = JSON.parse(byId("looks").textContent);
  const pictures = [...document.querySelectorAll(".evidence .picture")];

  function draw() {
    for (const picture of pictures) {
      const figures = JSON.parse(byId(`${picture.id}-figures`).textContent);
      drawPlot(picture, config, (scheme, width) => {
        const { data, layout } = figures[scheme];
        const isNarrow = figures.narrow && width < NARROW_PICTURE;
        picture.style.height = isNarrow ? `${figures.narrow.height}px` : "";
        delete layout.height; // the page's style sheet sets it
        return { data, layout: isNarrow ? withNarrow(layout, figures.narrow) : layout };
      }, PAPER_PICTURE);
    }
  }

  onLook(draw);
  window.addEventListener("resize", draw);
  draw();
}

function withNarrow(layout, { axes, captions }) {
  const changed = { ...layout };
  for (const [name, domain] of Object.entries(axes)) changed[name] = { ...layout[name], domain };
  changed.annotations = layout.annotations.map((each, i) => ({ ...each, ...captions[i] }));
  return changed;
}
