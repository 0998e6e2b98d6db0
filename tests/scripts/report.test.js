// The figure of the report page: the data of a stream in the look of the screen.

import assert from "node:assert/strict";

import { unpacked } from "../../midplot/views/static/pages/packed.js";
import {
  endsOf,
  figureOf,
  flatRoom,
  merged,
  polygons,
  pricesAt,
  rangeAround,
  styled,
  textsOf,
} from "../../midplot/views/static/pages/report_figure.js";

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

const base64 = (...bytes) => btoa(String.fromCharCode(...bytes));

Deno.test("whole numbers are summed, multiplied by their unit and divided by their scale, with gaps among them", () => {
  assert.deepEqual([...unpacked(["i1", base64(0, 1, 254), 5, 25, 100])], [1.25, 1.5, 1]);
  assert.deepEqual([...unpacked(["i2", base64(0, 0, 0, 1), 3, 1, 1, [1]])], [3, NaN]);
  assert.deepEqual([...unpacked(["f4", base64(0, 0, 128, 63)])], [1]);
});

Deno.test("a band is a rectangle, and a mark lies on the price", () => {
  assert.deepEqual(polygons([[1, 7], [3, 9]], [0.1, 1]), {
    x: [1, 1, 3, 3, 7, 7, 9, 9],
    y: [0.1, 1, 1, 0.1, 0.1, 1, 1, 0.1],
  });
  assert.deepEqual(pricesAt([2, 5], { x: [0, 2, 4, 5], y: [10, 12, 14, 15] }), [12, 15]);
});

Deno.test("a time holds until the next one, and what was decided follows it", () => {
  const texts = { times: { at: [0, 2], text: ["09:00", "09:01"] }, marks: { at: [1], text: ["<br>up"] } };
  assert.deepEqual(textsOf(texts, 4), ["09:00", "09:00<br>up", "09:01", "09:01"]);
});

Deno.test("a figure is made of its own points and of what all streams share", () => {
  const shared = {
    figure: {
      data: [{ name: "price" }, { name: "selected" }, { name: "band" }, { name: "mark" }],
      layout: { annotations: [{ text: "price" }, { text: "latency" }], yaxis4: { type: "log" } },
    },
    captioned: 1,
    bands: { 2: [0, 1] },
    marks: [3],
  };
  const index = (...bytes) => ["i1", base64(0, ...bytes), 0, 1, 1];
  const chart = {
    points: {
      0: [index(1, 1), ["i1", base64(0, 1, 1), 5, 1, 1]],
      2: [index(), ["i1", base64(0), 2, 1, 1]],
      3: [index(2)],
    },
    texts: { times: { at: [0], text: [""] }, marks: { at: [], text: [] } },
    hover: "%{x}",
    axes: { yaxis4: { range: [0, 1] } },
    caption: " dashed",
  };
  const { data, layout } = figureOf(chart, shared);
  assert.deepEqual([...data[0].y], [5, 6, 7]);
  assert.deepEqual(data[1].x, []);
  assert.deepEqual(data[2].x, [0, 0, 2, 2]);
  assert.deepEqual([[...data[3].x], data[3].y], [[0, 2], [5, 7]]);
  assert.deepEqual(layout.annotations, [{ text: "price" }, { text: "latency dashed" }]);
  assert.deepEqual(layout.yaxis4, { type: "log", range: [0, 1] });
});

Deno.test("lines of the layout have the colour of the screen", () => {
  const figure = { data: [], layout: { shapes: [{ x0: 1, line: { width: 1, color: "white" } }] } };
  const [, layout] = styled(figure, { traces: [], template: {}, shape: { line: { color: "grey" } } });
  assert.deepEqual(layout.shapes, [{ x0: 1, line: { width: 1, color: "grey" } }]);
});

Deno.test("a trade is shown with as much around it as it is long, and its ends are on the price", () => {
  const price = { x: [0, 10, 20, 30, 40], y: [1, 5, NaN, 9, 100] };
  const range = rangeAround({ first: 10, last: 20 }, price);
  assert.deepEqual(range.x, [0, 30]);
  assert.ok(range.y[0] < 1 && range.y[1] > 9 && range.y[1] < 12);
  assert.deepEqual(endsOf({ first: 10, last: 30 }, price), { x: [10, 30], y: [5, 9] });
  assert.deepEqual(endsOf({ first: 40, last: 70 }, price), { x: [40], y: [100] });
});

Deno.test("around a price that does not move, the axis is as wide as Python makes it", () => {
  const flat = (value) => rangeAround({ first: 0, last: 5 }, { x: [0, 5], y: [value, value] }).y;
  assert.deepEqual(flat(4105), [4103.75, 4106.25]);
  assert.deepEqual(flat(0), [-1.25, 1.25]);
  assert.deepEqual(flat(-2), [-3.25, -0.75]);
  // The same table as in tests/views/test_ranges.py.
  const rooms = [[0, 1], [1e-16, 1], [0.25, 0.1], [0.003, 0.001], [1, 1], [999_999, 1], [2e6, 10], [5e7, 100]];
  for (const [size, room] of rooms) assert.ok(Math.abs(flatRoom(size) / (1.25 * room) - 1) < 1e-12, `${size}`);
});
