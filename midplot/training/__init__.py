"""Training: `objective`, the function of hyper-parameters that an optimiser minimises, with or without scenarios."""

from midplot.training._objective import Evaluation, Objective, objective

__all__ = ["Evaluation", "Objective", "objective"]
