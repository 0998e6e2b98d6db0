"""Keeps scenarios and movies in files: whole or not there, one writer at a time, readable for ever."""

from midplot.scenarios.store._folder import delete_scenario, relabel, save_movie, save_scenario
from midplot.scenarios.store._reading import BadFile, Found, Reading, read_scenario, read_scenarios

__all__ = [
    "BadFile",
    "Found",
    "Reading",
    "delete_scenario",
    "read_scenario",
    "read_scenarios",
    "relabel",
    "save_movie",
    "save_scenario",
]
