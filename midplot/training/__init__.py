"""Training: the function that an optimiser minimises, every combination of parameters, and scores out of sample.

Inner order, each may import those before it: arguments; evaluation; objective; overfitting; trials; grid; sweep; walk forward.
"""

from midplot.training._evaluation import Evaluation
from midplot.training._objective import Objective, objective
from midplot.training._sweep import Sweep, sweep
from midplot.training._trials import Trial
from midplot.training._walk_forward import Fold, WalkForward, walk_forward

__all__ = ["Evaluation", "Fold", "Objective", "Sweep", "Trial", "WalkForward", "objective", "sweep", "walk_forward"]
