"""A picture without a script: numbers along axes and strokes as path data, then the SVG of a scene."""
