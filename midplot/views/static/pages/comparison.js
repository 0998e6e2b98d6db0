// The page of a comparison: draws its chart in the colours of the screen.

import { drawPlot, onLook } from "./drawn.js";
import { styled } from "./report_figure.js";

const parsed = (id) => JSON.parse(document.getElementById(id).textContent);

const figure = parsed("figure");
const looks = parsed("looks");

function draw() {
  drawPlot(document.getElementById("plot"), looks.config, (scheme) => {
    const [data, layout] = styled(figure, looks[scheme]);
    return { data, layout };
  }, 480);
}

onLook(draw);
draw();
