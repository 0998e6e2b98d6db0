// The order of the rows of a table.

function compared(a, b, locale) {
  // The difference of two infinities is NaN, which `sort` treats as 0.
  return typeof a === "string" ? a.localeCompare(b, locale, { numeric: true }) : a - b;
}

const isKnown = (value) => value !== null && !Number.isNaN(value);

// Rows whose value is null or NaN come last, in either direction.
export function ordered(rows, valueOf, ascending, locale) {
  const known = rows.filter((row) => isKnown(valueOf(row)));
  const unknown = rows.filter((row) => !isKnown(valueOf(row)));
  known.sort((a, b) => (ascending ? 1 : -1) * compared(valueOf(a), valueOf(b), locale));
  return [...known, ...unknown];
}
