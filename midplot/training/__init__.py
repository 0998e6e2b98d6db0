"""Training: `objective`, the function of hyper-parameters that an optimiser minimises, with or without scenarios.

Inner order, each may import those before it: arguments, evaluation, objective.
"""

from midplot.training._evaluation import Evaluation
from midplot.training._objective import Objective, objective

__all__ = ["Evaluation", "Objective", "objective"]
