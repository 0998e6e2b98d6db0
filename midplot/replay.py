"""The facade: replay an attacker over streams as if live, and get back what it decided and earned."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from midplot.core.attacker import InferParameters, as_infer, bind, infer_nothing, unused_parameters
from midplot.core.game import DEFAULT_FOLDER, EPSILON, HORIZON
from midplot.core.inputs import StreamIds, as_sources, selected
from midplot.core.probe import Probe, as_probes
from midplot.core.settings import ReplaySettings
from midplot.errors import ArgumentTypeError, MidplotError
from midplot.results import ReplayResults
from midplot.running import Listener, run

if TYPE_CHECKING:
    from midplot.movie import Movie
    from midplot.views.replay_view import ReplayView

__all__ = ["ReplayResults", "get_replay_result", "load_scenarios", "replay"]

NO_INFER = "Please define the 'infer' function in the main module: for debugging, showing no attacks."

_last_result: ReplayResults | None = None


def replay(
    streams: Any,
    horizon: int = HORIZON,
    epsilon: float = EPSILON,
    only_stream_ids: StreamIds | None = None,
    start_index: int = 0,
    stop_index: int | None = None,
    update_frequency: int = 100,
    with_visualization: bool = False,
    with_accounting_visualizer: bool = False,
    dry: bool = False,
    hyper_parameters: Any = None,
    with_hyper_parameters_load: bool = False,
    *,
    infer: Any = None,
    model_directory_path: str = ".",
    warmup: int = 0,
    backoff: int = 1,
    with_trading_lag: bool = False,
    probe: Probe | Iterable[Probe] = (),
    n_jobs: int | Literal["auto"] = 1,
    progress: Listener | None = None,
) -> ReplayResults:
    """Replay an attacker over streams as if live: one message out, one decision in.

    Parameters
    ----------
    streams
        What `load_streams` returns; a list of iterables of messages or numbers; a 1-D or 2-D array (rows are
        streams); a range or generator; a pandas Series or frame; a mapping of names to series; a `Stream`, or
        several. NaN is a gap: the parts between gaps are replayed by a fresh attacker each.
    horizon
        Ticks from a decision to its resolution.
    epsilon
        The cost of one resolved decision, in the units of the price.
    only_stream_ids
        Replay only these: an id, a name, or several of either.
    start_index, stop_index
        Half-open slice of original indices that is scored.
    update_frequency
        The least ticks between two refreshes of a view.
    with_visualization
        In a notebook, show the replay as it runs: a chart that can be clicked to label what the attacker should have done.
    with_accounting_visualizer
        In a notebook, show the accounts as it runs: a row a stream and a total.
    dry
        Leave what `get_replay_result` returns as it is.
    hyper_parameters
        Passed to an infer that takes them.
    with_hyper_parameters_load
        Passed to an infer that takes it: load saved parameters.
    infer
        A generator function, an attacker class, or a factory of attackers. By default ``infer`` of the main module.
    model_directory_path
        Passed to an infer that takes it.
    warmup
        Values before ``start_index`` that the attacker is fed first: never scored.
    backoff
        The least ticks between two counted decisions.
    with_trading_lag
        Anchor a decision at the tick after it, and resolve it one tick later.
    probe
        Names of attributes, or functions, of the attacker to sample after each decision.
    n_jobs
        Processes to replay in, as joblib counts them: -1 is one for each core. All streams are read first, and their
        parts replayed apart, so an attacker must not carry anything from one to the next. ``"auto"`` begins in this
        process and goes over to others once the pace says that they will save two seconds.
    progress
        Called with a `Progress` between chunks, about every 50 ms. It has no influence on the outcome.

    Returns
    -------
    ReplayResults
        Partial, and saying so, after Ctrl-C.

    Raises
    ------
    StreamError
        If the streams cannot be used.
    ProtocolError
        If infer breaks the rules of the game, naming stream and tick.
    ArgumentError, ArgumentTypeError
        If an argument is wrong.
    Exception
        The attacker's own, unchanged, with a note of stream and tick; what was replayed before is behind
        `get_replay_result`.

    Examples
    --------
    >>> class Trend:
    ...     last = None
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         before, self.last = self.last, x
    ...         return 0 if before is None else x - before
    >>> replay([[1, 2, 3, 4, 5]], horizon=2, epsilon=0.5, infer=Trend).total_score
    3.0
    """
    settings = ReplaySettings(
        horizon=horizon,
        epsilon=epsilon,
        start_index=start_index,
        stop_index=stop_index,
        warmup=warmup,
        backoff=backoff,
        with_trading_lag=with_trading_lag,
        update_frequency=update_frequency,
        n_jobs=n_jobs,
        probe=as_probes(probe),
    )
    if progress is not None and not callable(progress):
        raise ArgumentTypeError(
            f"progress: expected a function of a Progress, got {progress!r}. Give a function or None."
        )
    chosen = as_infer(infer) if infer is not None else _main_infer()
    parameters = InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path, settings.horizon)
    result = ReplayResults(settings, bind(chosen, parameters))
    for words in unused_parameters(chosen, parameters):
        warnings.warn(words, UserWarning, stacklevel=2)
    sources = selected(as_sources(streams), only_stream_ids)
    if not dry:
        _remember(result)
    view = _opened_view(result, len(sources), with_visualization, with_accounting_visualizer)
    try:
        run(result, sources, _listeners(progress, view))
    finally:
        if view is not None:
            view.finish()
    return result


def get_replay_result() -> ReplayResults:
    """Return the result of the last replay, partial where it was cut short.

    Raises
    ------
    MidplotError
        If nothing was replayed yet.
    """
    if _last_result is None:
        raise MidplotError("get_replay_result: nothing was replayed yet. Call replay(streams) first.")
    return _last_result


def load_scenarios(path: str | PathLike[str] = DEFAULT_FOLDER, on_error: Literal["raise", "skip"] = "raise") -> Movie:
    """Load the scenarios of a folder or file; see `midplot.movie.load_scenarios`.

    Parameters
    ----------
    path
        A folder with one scenario a file, of this version or the first; a movie in one file; or one scenario's file.
        The default folder need not exist yet.
    on_error
        ``"raise"`` where a file is damaged, foreign, of a newer version or a duplicate; ``"skip"`` to warn and go on
        with the good ones.

    Returns
    -------
    Movie

    Raises
    ------
    ScenarioError
        Listing every bad file and why; or if there is no such folder or file.
    """
    from midplot import movie

    return movie.load_scenarios(path, on_error)


def _remember(result: ReplayResults | None) -> None:
    global _last_result  # the one mutable global of midplot
    _last_result = result


def _listeners(progress: Listener | None, view: ReplayView | None) -> list[Listener]:
    listeners = [] if progress is None else [progress]
    return listeners if view is None else [*listeners, view.on_progress]


def _main_infer() -> Any:
    """Return the main module's infer, or one that decides nothing, with a warning."""
    infer = getattr(sys.modules.get("__main__"), "infer", None)
    if infer is not None:
        return as_infer(infer)
    warnings.warn(NO_INFER, UserWarning, stacklevel=3)
    return infer_nothing


def _opened_view(result: ReplayResults, n_streams: int, chart: bool, accounts: bool) -> ReplayView | None:
    """Display a view that will follow the replay, in a notebook only."""
    if not (chart or accounts):
        return None
    from midplot.views.show import in_notebook, opened

    return opened(result, n_streams, chart=chart, accounts=accounts) if in_notebook() else None
