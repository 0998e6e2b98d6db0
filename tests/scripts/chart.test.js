// What the page reads of a chart: where a click was, what is in sight, and whether it is as wide as it should be.

import assert from "node:assert/strict";

import { chartListener } from "../../midplot/views/static/controls/charts.js";
import { canPlace, placeOf, rangeOf, sightOf } from "../../midplot/views/static/controls/plotly.js";
import { clickListeners, isClick } from "../../midplot/views/static/controls/pointer.js";
import { widthKeeper } from "../../midplot/views/static/controls/width.js";
import { chart, recorder } from "./fakes.js";

const at = (clientX, clientY, more = {}) => ({ clientX, clientY, button: 0, shiftKey: false, target: {}, ...more });

function clicking(drawn = chart(), selects = () => false) {
  const [picked, dragging, dragged] = [recorder(), recorder(), recorder()];
  const pick = (_, ...rest) => picked(...rest);
  return {
    ...clickListeners({
      chartAt: () => drawn,
      placeOf,
      pick,
      selects,
      dragging: (_, ...rest) => dragging(...rest),
      dragged: (_, ...rest) => dragged(...rest),
    }),
    pick: picked,
    dragging,
    dragged,
  };
}

Deno.test("where a drag selects, its range is told as it grows and when it ends, also beyond the edge", () => {
  const { down, move, up, pick, dragging, dragged } = clicking(chart(), () => true);
  down(at(150, 100));
  move(at(152, 100));
  move(at(200, 100));
  move(at(500, 100)); // outside: the last place inside counts
  up(at(500, 100));
  assert.deepEqual(dragging.calls, [[1005, 1010], [1005, 1010]]);
  assert.deepEqual(dragged.calls, [[1005, 1010]]);
  move(at(220, 100));
  assert.equal(dragging.calls.length, 2);
  assert.deepEqual(pick.calls, []);
});

Deno.test("a place in the plot area is an x of the data, its edges included; elsewhere there is none", () => {
  assert.equal(placeOf(chart(), at(150, 100)), 1005);
  assert.equal(placeOf(chart(), at(100, 50)), 1000);
  assert.equal(placeOf(chart(), at(300, 150)), 1020);
  for (const [x, y] of [[99, 100], [301, 100], [150, 49], [150, 151]]) assert.equal(placeOf(chart(), at(x, y)), null);
});

Deno.test("a place between two panels is an x as well; above the first and below the last there is none", () => {
  const panels = chart({ below: [[170, 200], [220, 230]] });
  for (const y of [50, 160, 180, 210, 230]) assert.equal(placeOf(panels, at(150, y)), 1005);
  for (const [x, y] of [[150, 49], [150, 231], [99, 160], [301, 160]]) assert.equal(placeOf(panels, at(x, y)), null);
});

Deno.test("a chart without plotly's axis places nothing and has nothing in sight", () => {
  for (const layout of [undefined, {}, { xaxis: {} }]) {
    const bare = { ...chart(), _fullLayout: layout };
    assert.equal(canPlace(bare), false);
    assert.equal(placeOf(bare, at(150, 100)), null);
    assert.equal(sightOf(bare), null);
  }
});

Deno.test("a press and a release in one place pick a point, with shift its start", () => {
  const { down, up, pick } = clicking();
  down(at(150, 100));
  up(at(152, 103, { shiftKey: true }));
  assert.deepEqual(pick.calls, [[1005.2, true]]);
  up(at(152, 103));
  assert.equal(pick.calls.length, 1);
});

Deno.test("a drag, another button and a press outside of charts pick nothing", () => {
  const { down, up, pick } = clicking();
  down(at(150, 100));
  up(at(155, 100));
  down(at(150, 100, { button: 2 }));
  up(at(150, 100, { button: 2 }));
  const outside = clicking(null);
  outside.down(at(150, 100));
  outside.up(at(150, 100));
  assert.deepEqual([...pick.calls, ...outside.pick.calls], []);
});

Deno.test("a pointer may drift by four pixels in any direction", () => {
  const press = { x: 0, y: 0 };
  assert.ok(isClick(press, at(4, 0)) && isClick(press, at(0, -4)));
  assert.ok(!isClick(press, at(3, 3)) && !isClick(press, at(5, 0)));
});

Deno.test("a range is told from its lower end, whichever way it was drawn", () => {
  assert.deepEqual(rangeOf({ range: { x: [20.5, 3] } }), { first: 3, last: 20.5 });
  for (const event of [undefined, {}, { range: {} }]) assert.equal(rangeOf(event), null);
});

Deno.test("what is in sight is all, or a range of numbers", () => {
  assert.deepEqual(sightOf(chart({ autorange: true })), { all: true });
  assert.deepEqual(sightOf(chart({ range: ["5", 9] })), { all: false, low: 5, high: 9 });
});

Deno.test("a chart is listened to once, from when plotly has begun with it", () => {
  const [send, drawn] = [recorder(), chart()];
  const hear = chartListener(send, () => {});
  hear({ ...drawn, on: undefined });
  assert.deepEqual(send.calls, []);
  hear(drawn);
  hear(drawn);
  assert.deepEqual(send.calls, [["hooked", { picks: true }]]);
});

Deno.test("Python hears of what is in sight when a person changed it, with the scene that was drawn", () => {
  const [send, drawn] = [recorder(), chart()];
  chartListener(send, () => {})(drawn);
  send.calls.length = 0;
  drawn.layout = { selectionrevision: 7 };
  drawn.emit("plotly_selected", { range: { x: [7, 2] } }); // the page selects by itself
  drawn.emit("plotly_relayout", { dragmode: "pan" });
  drawn.emit("plotly_relayout", { "xaxis.range[0]": 1000, "xaxis.range[1]": 1020 });
  drawn.emit("plotly_doubleclick");
  assert.deepEqual(send.calls, [
    ["sight", { all: false, low: 1000, high: 1020, scene: 7 }],
    ["sight", { scene: 7, double: true }],
  ]);
});

Deno.test("where the page cannot place the pointer, plotly selects", () => {
  const [send, drawn] = [recorder(), chart()];
  chartListener(send, () => {})(drawn);
  drawn._fullLayout = undefined;
  send.calls.length = 0;
  drawn.emit("plotly_selected", undefined);
  drawn.emit("plotly_selected", { range: { x: [7, 2] } });
  assert.deepEqual(send.calls, [["range", { first: 2, last: 7 }]]);
});

Deno.test("a chart that does not fit is mended three times, and again after it has fitted", () => {
  const mend = recorder();
  const keep = widthKeeper(mend);
  const narrow = chart({ width: 700, clientWidth: 900 });
  for (let i = 0; i < 5; i++) keep(narrow);
  assert.equal(mend.calls.length, 3);
  keep(chart({ width: 901, clientWidth: 900 }));
  keep(narrow);
  assert.equal(mend.calls.length, 4);
});

Deno.test("a chart out of sight is left alone", () => {
  const mend = recorder();
  widthKeeper(mend)(chart({ width: 700, clientWidth: 0 }));
  assert.deepEqual(mend.calls, []);
});
