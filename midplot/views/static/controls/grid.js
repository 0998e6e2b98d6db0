// Where a key leads in a table of which one page is shown.

// `place` is the row that has the focus, counted from 0 on the page of `count` rows; `offset` the number of rows before it,
// of `total`. Returns the row that gets the focus, with the offset of its page if that is another one; `{ go: true }` for the
// keys that open a row; null for all others.
export function gridMove(key, { place, count, offset, page, total }) {
  const onPage = (to) => ({ place: Math.min(Math.max(0, to), count - 1) });
  const hasNext = offset + count < total;
  switch (key) {
    case "Enter":
    case " ":
      return { go: true };
    case "ArrowDown":
      return place + 1 < count || !hasNext ? onPage(place + 1) : { place: 0, offset: offset + page };
    case "ArrowUp":
      return place > 0 || offset === 0 ? onPage(place - 1) : { place: page - 1, offset: Math.max(0, offset - page) };
    case "PageDown":
      return hasNext ? { place, offset: offset + page } : onPage(count - 1);
    case "PageUp":
      return offset > 0 ? { place, offset: Math.max(0, offset - page) } : onPage(0);
    case "Home":
      return onPage(0);
    case "End":
      return onPage(count - 1);
    default:
      return null;
  }
}

// Another click on a heading turns the order round. At first the worst comes first: the least profit, the longest latency.
export function orderAfterClick(key, { sort, ascending }) {
  return { sort: key, ascending: sort === key ? !ascending : key !== "latency_ms" };
}
