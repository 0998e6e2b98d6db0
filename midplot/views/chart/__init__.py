"""From a replay to a chart: thinned lines, bands and marks, then the drawing, the static figure, the live chart."""
