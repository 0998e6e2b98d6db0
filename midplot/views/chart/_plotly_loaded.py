"""plotly, loaded so that the process's warnings stay as they are: two of its modules add filters of their own."""

from __future__ import annotations

import warnings
from contextlib import suppress
from importlib import import_module

with warnings.catch_warnings():
    import plotly
    import plotly.graph_objects as go
    from plotly import basedatatypes
    from plotly.offline import get_plotlyjs

    # Private, and loaded by plotly itself when a FigureWidget is made, which would be after the filters were restored.
    # A release without this module has no such filter either.
    with suppress(ImportError):
        import_module("plotly.graph_objs._deprecations")

__all__ = ["basedatatypes", "get_plotlyjs", "go", "plotly"]
