"""Keeps scenarios and movies in files: written whole or not at all, one writer at a time, readable for ever.

Inside, each module may import those before it: files, naming, legacy, document, entries, reading; cache, journal,
logged, folder; acts, movie file.
"""

from midplot.scenarios.store._acts import (
    delete_scenario,
    folder_at,
    read_scenario,
    read_scenarios,
    redo,
    relabel,
    save_scenario,
    undo,
)
from midplot.scenarios.store._files import placed
from midplot.scenarios.store._folder import Saved, ScenarioFolder
from midplot.scenarios.store._movie_file import save_movie
from midplot.scenarios.store._reading import BadFile, Found, Reading

__all__ = [
    "BadFile",
    "Found",
    "Reading",
    "Saved",
    "ScenarioFolder",
    "delete_scenario",
    "folder_at",
    "placed",
    "read_scenario",
    "read_scenarios",
    "redo",
    "relabel",
    "save_movie",
    "save_scenario",
    "undo",
]
