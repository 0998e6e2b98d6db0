"""The facade: replay an attacker over streams as if live, and get back what it decided and earned."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import signature
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from midplot._running import Listener
from midplot._session import Session, begin
from midplot.errors import MidplotError
from midplot.game import DEFAULT_FOLDER, EPSILON, HORIZON
from midplot.play._attacker import InferParameters
from midplot.play._probe import Probe, as_probes
from midplot.play._raised import front_door
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults

if TYPE_CHECKING:
    from midplot.scenarios._movie import Movie
    from midplot.streams._inputs import StreamIds

__all__ = ["ReplayResults", "get_replay_result", "load_scenarios", "replay", "replay_async"]

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
        One of the two lists that `load_streams` returns; a list of iterables of messages or numbers; a 1-D or 2-D
        array (rows are streams) or tensor; a range or generator; a series or frame of pandas, polars or Arrow, whose
        index counts as columns; ``frame.groupby(...)``; a mapping of names to any of these; a `Stream`, or several. NaN
        is a gap, like None, null, NA and a masked cell: the parts between gaps are replayed by a fresh attacker each.
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
        If infer breaks the rules of the game, or ends the program, naming stream and tick.
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
    with front_door:
        session = _begin(
            streams=streams,
            horizon=horizon,
            epsilon=epsilon,
            only_stream_ids=only_stream_ids,
            start_index=start_index,
            stop_index=stop_index,
            update_frequency=update_frequency,
            with_visualization=with_visualization,
            with_accounting_visualizer=with_accounting_visualizer,
            dry=dry,
            hyper_parameters=hyper_parameters,
            with_hyper_parameters_load=with_hyper_parameters_load,
            infer=infer,
            model_directory_path=model_directory_path,
            warmup=warmup,
            backoff=backoff,
            with_trading_lag=with_trading_lag,
            probe=probe,
            n_jobs=n_jobs,
            progress=progress,
        )
        try:
            session.replay.run()
        finally:
            session.end()
        return session.result


async def replay_async(streams: Any, *args: Any, **kwargs: Any) -> ReplayResults:
    """Replay as `replay` does, and let others have their turn about twenty times a second.

    In a notebook, ``task = asyncio.create_task(replay_async(...))`` replays while other cells run and every click on
    the view is heard at once, whatever the front end; ``await task`` gives the result. Both at once take the time of
    both: it is one thread. The attacker must not await anything.

    Parameters
    ----------
    streams, *args, **kwargs
        As `replay` takes them.

    Returns
    -------
    ReplayResults
        The same as of `replay`. Where the task is cancelled, the partial one is behind `get_replay_result`.

    Raises
    ------
    Exception
        As of `replay`.

    Examples
    --------
    >>> import asyncio
    >>> def infer(stream):
    ...     yield
    ...     for message in stream:
    ...         yield 1
    >>> asyncio.run(replay_async([[1, 2, 3, 4, 5]], horizon=2, epsilon=0.5, infer=infer)).total_score
    4.5
    """
    import asyncio

    arguments = signature(replay).bind(streams, *args, **kwargs)
    arguments.apply_defaults()
    with front_door:
        session = _begin(**arguments.arguments)
        chunks = session.replay.steps()
        try:
            for _ in chunks:
                await asyncio.sleep(0)
        finally:
            chunks.close()  # a task that was cancelled ends the attacker too
            session.end()
        return session.result


replay_async.__signature__ = signature(replay)  # type: ignore[attr-defined]


def get_replay_result() -> ReplayResults:
    """Return the result of the last replay, partial where it was cut short.

    Raises
    ------
    MidplotError
        If nothing was replayed yet.
    """
    if _last_result is None:
        raise MidplotError(
            "nothing was replayed yet",
            where="get_replay_result",
            advice="Call replay(streams) first.",
        )
    return _last_result


def load_scenarios(path: str | PathLike[str] = DEFAULT_FOLDER, on_error: Literal["raise", "skip"] = "raise") -> Movie:
    """Load the scenarios of a folder or file; see `midplot.scenarios._movie.load_scenarios`.

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
    from midplot.scenarios import _loading

    return _loading.load_scenarios(path, on_error)


def _begin(
    *,
    streams: Any,
    horizon: int,
    epsilon: float,
    only_stream_ids: StreamIds | None,
    start_index: int,
    stop_index: int | None,
    update_frequency: int,
    with_visualization: bool,
    with_accounting_visualizer: bool,
    dry: bool,
    hyper_parameters: Any,
    with_hyper_parameters_load: bool,
    infer: Any,
    model_directory_path: str,
    warmup: int,
    backoff: int,
    with_trading_lag: bool,
    probe: Probe | Iterable[Probe],
    n_jobs: int | Literal["auto"],
    progress: Listener | None,
) -> Session:
    """Sort the arguments of a replay by what they are about, and make ready."""
    # Inputs of every form take a fifth of what importing midplot does, and are needed from the first replay on only.
    from midplot.streams._inputs import as_sources, selected

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
    session = begin(
        selected(as_sources(streams), only_stream_ids),
        infer,
        InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path, settings.horizon),
        settings,
        chart=with_visualization,
        accounts=with_accounting_visualizer,
        progress=progress,
    )
    if not dry:
        _remember(session.result)
    return session


def _remember(result: ReplayResults | None) -> None:
    global _last_result  # the one mutable global of midplot
    _last_result = result
