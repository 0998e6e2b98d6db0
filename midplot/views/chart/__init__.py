"""Points to draw, their layout, the static figure and the live chart."""
