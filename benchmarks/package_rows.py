"""What it costs to import midplot and to load streams."""

from __future__ import annotations

from midplot.streams import load_streams

from .measure import cpu_seconds, cpu_seconds_of_import, interleaved, output_of
from .subject import Subject
from .table import Row

__all__ = ["import_rows", "load_rows"]

HEAVY = ("pandas", "pyarrow", "plotly", "ipywidgets", "anywidget", "traitlets", "IPython", "midone")

ONE_MODEL = "import numpy, pydantic\nclass Model(pydantic.BaseModel): pass"


def import_rows(subject: Subject) -> list[Row]:
    """Import midplot in fresh processes, and compare with importing what it is built on."""
    statements = {"midplot": "import midplot", "base": "import numpy, pydantic", "model": ONE_MODEL}
    sides = {name: cpu_seconds_of_import(text) for name, text in statements.items()}
    samples = interleaved(sides, subject.rounds)
    loaded = output_of(f"import sys, midplot; print(*(name for name in {HEAVY} if name in sys.modules))").split()
    return [
        Row(
            "import midplot ÷ import numpy, pydantic",
            samples.ratio("midplot", "base"),
            1.3,
            note=f"{samples.median('midplot') * 1e3:.0f} and {samples.median('base') * 1e3:.0f} ms of CPU time, in fresh "
            f"processes, without starting Python. Single rounds: {samples.spread('midplot', 'base')}.",
        ),
        Row(
            "import midplot ÷ the same with one empty pydantic model",
            samples.ratio("midplot", "model"),
            note=f"{samples.median('model') * 1e3:.0f} ms: `import pydantic` alone leaves most of pydantic unloaded.",
        ),
        Row(
            "heavy modules that import midplot loads",
            len(loaded),
            0,
            note=f"Of {', '.join(HEAVY)}: {', '.join(loaded) or 'none'}.",
        ),
    ]


def load_rows(subject: Subject) -> list[Row]:
    """Load all streams of the data, with pandas already imported."""
    samples = interleaved({"load": cpu_seconds(lambda: load_streams(subject.data))}, subject.rounds)
    n_points = sum(len(stream) for streams in load_streams(subject.data) for stream in streams)
    seconds = samples.median("load")
    return [
        Row("load_streams", seconds, unit="s", note=f"{n_points:,} points, training and test; CPU time."),
        Row("load_streams, points per second", n_points / seconds / 1e6, unit="million"),
    ]
