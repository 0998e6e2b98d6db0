"""Keeps scenarios and movies in files: whole or not there, one writer at a time, readable for ever."""

from midplot.store.acts import (
    delete_scenario,
    folder_at,
    read_scenario,
    read_scenarios,
    redo,
    relabel,
    save_scenario,
    undo,
)
from midplot.store.files import placed
from midplot.store.folder import Saved, ScenarioFolder
from midplot.store.movie_file import save_movie
from midplot.store.reading import BadFile, Found, Reading

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
