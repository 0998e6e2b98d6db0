"""Where streams come from: `load_streams`, the embedded sample, and synthetic streams with planted moves."""

from midplot.data.readers import load_streams
from midplot.data.synthetic import PlantedMove, Synthetic, synthetic_streams

__all__ = ["PlantedMove", "Synthetic", "load_streams", "synthetic_streams"]
