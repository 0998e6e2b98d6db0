"""The chart of a view: what a scene consists of, and how it reaches the page.

Inner order, each may import those before it: sight, lanes, brackets, scene; replay figure, writer, chart.
"""
