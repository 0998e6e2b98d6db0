// The page of a movie: which scenarios are shown.

import assert from "node:assert/strict";

import { isShown } from "../../midplot/views/static/pages/movie.js";

const CARD = { label: "UP", tags: ["news", "late"] };

Deno.test("a scenario is shown if it has one of the chosen labels and all of the chosen tags", () => {
  for (
    const [labels, wanted, shown] of [
      [[], [], true],
      [["UP"], [], true],
      [["DOWN"], [], false],
      [["DOWN", "UP"], ["late"], true],
      [[], ["news", "late"], true],
      [[], ["news", "early"], false],
      [["DOWN"], ["news"], false],
    ]
  ) {
    assert.equal(isShown(CARD, { labels, wanted }), shown);
  }
});
