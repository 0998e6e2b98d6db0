"""The front door: replay an attacker over streams as if live, and get back what it decided and earned."""

from __future__ import annotations

from collections.abc import Iterable
from inspect import signature
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from midplot._running import Listener
from midplot._session import Session, begin
from midplot.errors import ArgumentTypeError, MidplotError
from midplot.game import DEFAULT_FOLDER, EPSILON, HORIZON
from midplot.play._attacker import InferParameters
from midplot.play._probe import Probe, as_probes
from midplot.play._raised import front_door
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults
from midplot.streams._stream import StreamIds

if TYPE_CHECKING:
    from midplot.scenarios._movie import Movie

__all__ = ["ReplayResults", "get_replay_result", "load_result", "load_scenarios", "replay", "replay_async"]

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
        is a gap, and so are None, null, NA and masked cells: each part between gaps is replayed by a fresh attacker.
    horizon
        Ticks from a decision to its resolution.
    epsilon
        The cost of one resolved decision, in the units of the price.
    only_stream_ids
        Replay only these: an id, a name, or several of either.
    start_index, stop_index
        Half-open slice of original indices that is scored.
    update_frequency
        Minimum number of ticks between two refreshes of a view.
    with_visualization
        In a notebook, show the replay as it runs: a chart that you click to label what the attacker should have done.
    with_accounting_visualizer
        In a notebook, show the accounts as it runs: one row per stream and a total.
    dry
        Do not change what `get_replay_result` returns.
    hyper_parameters
        Passed to an infer that accepts them.
    with_hyper_parameters_load
        Passed to an infer that accepts it: whether to load saved parameters.
    infer
        A generator function, an attacker class, or a factory of attackers. By default ``infer`` of the main module.
    model_directory_path
        Passed to an infer that accepts it: folder of the saved parameters.
    warmup
        Number of values before ``start_index`` that are fed first and never scored.
    backoff
        Minimum number of ticks between two counted decisions.
    with_trading_lag
        Count a decision from the price of the next tick, and resolve it one tick later.
    probe
        Attributes of the attacker, by name, or functions of it, to sample after each decision.
    n_jobs
        Number of processes, as joblib counts them: -1 is one per core. All streams are read first, and their parts are
        replayed separately, so an attacker must not carry anything from one part to the next. ``"auto"`` starts in this
        process and moves to several if the pace so far promises to save two seconds.
    progress
        Function that is called with a `Progress` about every 50 ms. It has no influence on the outcome.

    Returns
    -------
    ReplayResults
        After Ctrl-C it is partial, and says so.

    Raises
    ------
    StreamError
        If the streams cannot be used.
    ProtocolError
        If infer breaks the rules of the game, or ends the program, naming stream and tick.
    ArgumentError, ArgumentTypeError
        If an argument is wrong.
    Exception
        The attacker's own, unchanged, with a note of stream and tick. `get_replay_result` returns what was replayed
        before.

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
    """Replay like `replay`, but give way to other tasks about twenty times a second.

    In a notebook, ``task = asyncio.create_task(replay_async(...))`` replays while other cells run, and the view responds
    to clicks at once, whatever the front end; ``await task`` returns the result. There is only one thread, so a replay
    and another cell take as long together as one after the other. The attacker must not await anything.

    Parameters
    ----------
    streams, *args, **kwargs
        As for `replay`.

    Returns
    -------
    ReplayResults
        The same as from `replay`. If the task is cancelled, `get_replay_result` returns the partial result.

    Raises
    ------
    Exception
        The same as from `replay`.

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
    # Loaded late: most programs that import midplot never use it.
    import asyncio

    arguments = signature(replay).bind(streams, *args, **kwargs)
    arguments.apply_defaults()
    with front_door:
        session = _begin(**arguments.arguments)
        chunks = session.replay.steps()
        try:
            for _ in chunks:
                await asyncio.sleep(0)  # one turn for everybody else; a chunk takes about 50 ms
        finally:
            chunks.close()  # if the task was cancelled, this stops the attacker
            session.end()
        return session.result


# For help() and completion: without it they would show *args and **kwargs.
replay_async.__signature__ = signature(replay)  # type: ignore[attr-defined]


def get_replay_result() -> ReplayResults:
    """Return the result of the last replay, which is partial if the replay was cut short.

    Raises
    ------
    MidplotError
        If nothing has been replayed yet.
    """
    if _last_result is None:
        raise MidplotError(
            "nothing was replayed yet",
            where="get_replay_result",
            advice="Call replay(streams) first.",
        )
    return _last_result


def load_scenarios(path: str | PathLike[str] = DEFAULT_FOLDER, on_error: Literal["raise", "skip"] = "raise") -> Movie:
    """Load the scenarios of a folder or file.

    Parameters
    ----------
    path
        A folder with one scenario per file, written by this or the first version; a movie in one file; or the file of a
        single scenario. The default folder need not exist yet.
    on_error
        What to do about a file that is damaged, foreign, of a newer version or a duplicate: ``"raise"`` an error, or
        ``"skip"`` it with a warning.

    Returns
    -------
    Movie

    Raises
    ------
    ScenarioError
        If there is no such folder or file, or if files cannot be loaded; the message lists all of them with the reasons.
    """
    # Loaded late: scenarios are pydantic models, which take longer to define than the rest of midplot takes to import.
    from midplot.scenarios import _loading

    return _loading.load_scenarios(path, on_error)


def load_result(path: str | PathLike[str], streams: Any) -> ReplayResults:
    """Load a run that `ReplayResults.save` or ``midplot replay --keep`` saved, or the decisions in a snapshot.

    Parameters
    ----------
    path
        The Parquet file of the run, or the ``.json`` file of the snapshot.
    streams
        The streams that were replayed, as for `replay`; others among them do no harm.

    Returns
    -------
    ReplayResults
        With the same decisions, latencies and score. Probed values and the attacker itself are not saved, so it cannot
        be verified. A snapshot holds no latencies either.

    Raises
    ------
    StreamError
        If a stream is missing or has changed since, by its fingerprint.
    ArgumentError, ArgumentTypeError
        If the file cannot be read or holds no run.
    ScenarioError
        If it is a ``.json`` file that cannot be read or holds no snapshot.
    """
    # Loaded late: most programs load no run, and this needs pyarrow.
    from midplot._files import given_path
    from midplot.evidence.runs._run_file import read_ledger
    from midplot.evidence.snapshots._kept_ledger import read_kept
    from midplot.play.workers._carried import LeftOut

    try:
        file = given_path(path)
    except TypeError as error:
        raise ArgumentTypeError(f"{path!r} is not a path", where="path", advice="Give the file of a run.") from error
    if file.suffix.lower() == ".json":
        snapshot, ledger = read_kept(file, streams)
        return ReplayResults(ledger, LeftOut(snapshot.attacker.name, "a snapshot holds decisions, not the attacker"))
    run, ledger = read_ledger(file, streams)
    return ReplayResults(ledger, LeftOut(run.attacker, "a saved run holds decisions, not the attacker"))


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
    """Sort the arguments of a replay by subject, and prepare the replay."""
    # A fifth of the time that importing midplot takes would go to reading inputs, which only a replay needs.
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
