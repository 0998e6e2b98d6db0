"""What is fed: streams of every accepted form, files and folders, the embedded sample, synthetic markets.

Inside, each may import those before it: times (text, then columns, then order), stored values; stream; cells and values;
layout of frames; containers; clock; frames; inputs, files and synthetic markets; platform; the script that makes the
sample.
"""

from typing import TYPE_CHECKING

from midplot._door import door

if TYPE_CHECKING:
    from midplot.streams._stream import Stream
    from midplot.streams._synthetic import PlantedMove, Synthetic, synthetic_streams
    from midplot.streams.files._readers import load_streams

__all__ = ["PlantedMove", "Stream", "Synthetic", "load_streams", "synthetic_streams"]

__getattr__, __dir__ = door(
    __name__,
    {
        "files._readers": ("load_streams",),
        "_stream": ("Stream",),
        "_synthetic": ("PlantedMove", "Synthetic", "synthetic_streams"),
    },
)
