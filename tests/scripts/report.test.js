// The figure of the report page: the data of a stream in the look of the screen.

import assert from "node:assert/strict";

import { merged, styled } from "../../midplot/views/static/pages/report_figure.js";

Deno.test("objects are merged in depth, lists and numbers replaced, and what is given is left as it was", () => {
  const base = { line: { width: 2, dash: "dot" }, x: [1, 2], name: "price" };
  const result = merged(base, { line: { width: 1 }, x: [3], opacity: null });
  assert.deepEqual(result, { line: { width: 1, dash: "dot" }, x: [3], name: "price", opacity: null });
  assert.deepEqual(base, { line: { width: 2, dash: "dot" }, x: [1, 2], name: "price" });
});

const LOOK = { template: { layout: { colorway: ["red"] } }, traces: [{ line: { color: "red" } }] };
const FIGURE = { data: [{ line: { width: 2 } }], layout: { height: 500, xaxis: { title: "tick" }, yaxis2: {} } };

Deno.test("a figure takes its colours from the look and its height from the page", () => {
  const [data, layout] = styled(FIGURE, LOOK);
  assert.deepEqual(data, [{ line: { width: 2, color: "red" } }]);
  assert.deepEqual(layout.template, LOOK.template);
  assert.ok(layout.autosize && !("height" in layout) && !("range" in layout.xaxis));
});

Deno.test("a part of the stream is shown by the ranges of both axes", () => {
  const [, layout] = styled(FIGURE, LOOK, { x: [10, 20], y: [-1, 1] });
  assert.deepEqual(layout.xaxis, { title: "tick", range: [10, 20], autorange: false });
  assert.deepEqual(layout.yaxis2, { range: [-1, 1], autorange: false });
});
