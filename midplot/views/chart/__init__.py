"""From a replay to a chart: what is kept as it grows; lines, bands and marks; the drawing; the static and the live chart."""
