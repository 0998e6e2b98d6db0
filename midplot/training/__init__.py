"""Training: `objective`, the function of hyper-parameters that an optimiser minimises, with or without scenarios.

Inner order, each may import those before it: arguments, objective.
"""

from midplot.training._objective import Evaluation, Objective, objective

__all__ = ["Evaluation", "Objective", "objective"]
