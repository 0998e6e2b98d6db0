"""Makes a replay ready: checks its arguments, finds the attacker and the streams, opens the view."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from midplot._running import Listener
from midplot.errors import ArgumentTypeError
from midplot.play._attacker import InferParameters, as_infer, bind, infer_nothing, unused_parameters
from midplot.play._probe import Probe, as_probes
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults
from midplot.streams._inputs import Source, StreamIds, as_sources, selected

if TYPE_CHECKING:
    from midplot.views.panel._replay_view import ReplayView

__all__ = ["Session", "begun"]

NO_INFER = "Please define the 'infer' function in the main module: for debugging, showing no attacks."


@dataclass(frozen=True, slots=True)
class Session:
    """A replay that is ready to run."""

    result: ReplayResults
    sources: list[Source]
    listeners: list[Listener]
    view: ReplayView | None

    def end(self) -> None:
        """Bring the view up to date for the last time."""
        if self.view is not None:
            self.view.finish()


def begun(
    *,
    streams: Any,
    only_stream_ids: StreamIds | None,
    with_visualization: bool,
    with_accounting_visualizer: bool,
    hyper_parameters: Any,
    with_hyper_parameters_load: bool,
    infer: Any,
    model_directory_path: str,
    probe: Probe | Iterable[Probe],
    progress: Listener | None,
    **rules: Any,
) -> Session:
    """Check the arguments of `replay` and make ready; called by the function that the user calls."""
    settings = ReplaySettings(probe=as_probes(probe), **rules)
    if progress is not None and not callable(progress):
        raise ArgumentTypeError(
            f"progress: expected a function of a Progress, got {progress!r}. Give a function or None."
        )
    chosen = as_infer(infer) if infer is not None else _main_infer()
    parameters = InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path, settings.horizon)
    result = ReplayResults(settings, bind(chosen, parameters))
    for words in unused_parameters(chosen, parameters):
        warnings.warn(words, UserWarning, stacklevel=4)
    sources = selected(as_sources(streams), only_stream_ids)
    view = _opened_view(result, len(sources), with_visualization, with_accounting_visualizer)
    return Session(result, sources, _listeners(progress, view), view)


def _listeners(progress: Listener | None, view: ReplayView | None) -> list[Listener]:
    listeners = [] if progress is None else [progress]
    return listeners if view is None else [*listeners, view.on_progress]


def _main_infer() -> Any:
    """Return the main module's infer, or one that decides nothing, with a warning."""
    infer = getattr(sys.modules.get("__main__"), "infer", None)
    if infer is not None:
        return as_infer(infer)
    warnings.warn(NO_INFER, UserWarning, stacklevel=5)
    return infer_nothing


def _opened_view(result: ReplayResults, n_streams: int, chart: bool, accounts: bool) -> ReplayView | None:
    """Display a view that will follow the replay, in a notebook only."""
    if not (chart or accounts):
        return None
    from midplot.views.panel._show import in_notebook, opened

    return opened(result, n_streams, chart=chart, accounts=accounts) if in_notebook() else None
