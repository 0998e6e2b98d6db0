"""What a replay gives back: the score to the last digit, the trades behind it, and ways to look at them."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np

from midplot.core.account import PartAccount, StreamAccount, account_of, unresolved_in, win_rate
from midplot.core.carried import Carried, LeftOut
from midplot.core.engine import PartReplay, Run
from midplot.core.latency import Latency
from midplot.core.ledger import Summary, summarise
from midplot.core.lockstep import BoundInfer
from midplot.core.names import same_name
from midplot.core.raised import front_door
from midplot.core.settings import ReplaySettings
from midplot.core.stream import FloatArray, Stream
from midplot.errors import ArgumentError, did_you_mean
from midplot.labelling import Labelling

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd
    import plotly.graph_objects as go

    from midplot.core.verify import Verification
    from midplot.views.replay_view import ReplayView, ViewBox

__all__ = ["ReplayResults"]


class ReplayResults(Labelling):
    """The outcome of a replay.

    Made by `replay`; grows while one is running, and holds what was replayed where one was cut short. It can be
    pickled and copied, without its view, whatever the attacker is and wherever it was defined.

    Parameters
    ----------
    settings
        The rules of the replay.
    infer
        The attacker, bound to its parameters; kept for `verify`.

    Attributes
    ----------
    settings
        The rules of the replay.
    elapsed
        Seconds that it took.
    interrupted
        Whether it ended before its streams did: by Ctrl-C, or by an error in the attacker.
    bound_infer
        The attacker, bound to its parameters.
    """

    def __init__(self, settings: ReplaySettings, infer: BoundInfer) -> None:
        super().__init__()
        self.settings = settings
        self.elapsed = 0.0
        self.interrupted = False
        self.bound_infer = infer
        self._accounts: dict[int, list[PartAccount]] = {}
        self._running: PartAccount | None = None
        self._streams: dict[int, StreamAccount] = {}
        self._version = self._listed_version = 0
        self._view: ReplayView | None = None

    # Filling, by the replay

    def open_stream(self, stream: Stream) -> None:
        """Note that a stream is being replayed; it is listed when its first part is recorded."""
        self._accounts[stream.stream_id] = []
        self._sources[stream.stream_id] = stream

    def record(self, replayed: PartReplay) -> None:
        """Add what came of one part."""
        self._accounts[replayed.part.stream_id].append(account_of(replayed, self.settings))
        self._running = None
        self._version += 1

    def watch(self, run: Run) -> None:
        """Count in what came so far of the part that is being replayed."""
        self._running = account_of(run.outcome(), self.settings)
        self._version += 1

    # Money

    @property
    def streams(self) -> Mapping[int, StreamAccount]:
        """What each stream earned, by stream id, in the order of the replay."""
        version = self._version
        if version != self._listed_version:
            # A new one each time, for another thread may be looking at the last; what did not change is kept in it.
            self._streams = {
                stream_id: self._account(stream_id, parts)
                for stream_id in list(self._accounts)
                if (parts := self._parts(stream_id))
            }
            self._listed_version = version
        return self._streams

    def _account(self, stream_id: int, parts: tuple[PartAccount, ...]) -> StreamAccount:
        known = self._streams.get(stream_id)
        if known is not None and known.parts == parts:
            return known  # with the sums that it has made
        return StreamAccount(stream_id, self._sources[stream_id].name, parts)

    def _parts(self, stream_id: int) -> tuple[PartAccount, ...]:
        running = self._running
        live = running is not None and running.part.stream_id == stream_id and running.replay.n_ticks
        return (*self._accounts[stream_id], *([running] if live and running is not None else ()))

    @property
    def scores(self) -> dict[int, float]:
        """The profit after costs by stream id, in the units of the price."""
        return {stream_id: stream.score for stream_id, stream in self.streams.items()}

    @property
    def total_score(self) -> float:
        """The profit after costs over all streams, in the units of the price."""
        return float(sum(self.scores.values()))

    @property
    def unresolved(self) -> int:
        """How many decisions were still pending when their streams ended: no score, no cost."""
        return unresolved_in(list(self.streams.values()))

    @property
    def n_ticks(self) -> int:
        """How many ticks were scored."""
        return sum(stream.n_ticks for stream in self.streams.values())

    def summary(self, stream: int | str | None = None) -> Summary:
        """Summarise one stream, or all.

        Parameters
        ----------
        stream
            An id or a name; None for all.

        Returns
        -------
        dict
            Under midone's keys: ``current_ndx, num_resolved_decisions, total_profit, wins, losses, win_loss_ratio,
            profit_per_decision, standardized_profit_per_decision``. ``current_ndx`` counts the scored ticks.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        """
        if stream is not None:
            return dict(self.stream(stream).summary)
        profits = np.concatenate([np.empty(0), *(stream.profits for stream in self.streams.values())])
        summary = summarise(profits, self.n_ticks)
        summary["total_profit"] = self.total_score
        return summary

    def stream(self, stream: int | str) -> StreamAccount:
        """Return one stream by its id or name.

        Raises
        ------
        ArgumentError
            If there is no such stream, or several have the name.
        """
        found = [s for s in self.streams.values() if stream == s.stream_id or same_name(stream, s.name)]
        if len(found) == 1:
            return found[0]
        if found:
            ids = ", ".join(str(s.stream_id) for s in found)
            raise ArgumentError(f"stream: several streams are called {stream!r}. Choose one by its id: {ids}.")
        names = list(dict.fromkeys(s.name for s in self.streams.values() if s.name is not None))
        raise ArgumentError(
            f"stream: {stream!r} was not replayed.{did_you_mean(str(stream), names)} "
            f"Choose one of {', '.join(map(repr, [*self.streams, *names])) or 'none'}."
        )

    # Tables

    @property
    def accounts(self) -> pd.DataFrame:
        """One row for each stream and a total: midone's keys, unresolved decisions, latency in milliseconds.

        Where a stream has times, also ``first_time`` and ``last_time`` of what was scored.
        """
        from midplot.tables import accounts_frame

        return accounts_frame(self)

    @property
    def trades(self) -> pd.DataFrame:
        """One row a counted decision.

        Columns ``stream_id, part, index, decision, x, resolution_index, x_resolution, profit, latency_ms``; profit
        and x_resolution are NaN where the decision is unresolved. Indices are those of the original stream. Where a
        stream has times there are also ``time``, after ``index``, and ``resolution_time``, after
        ``resolution_index``: NaT for the streams that have none.
        """
        from midplot.tables import trades_frame

        return trades_frame(list(self.streams.values()))

    @property
    def equity(self) -> pd.DataFrame:
        """The cumulative profit by tick: one row a scored tick, ``stream_id, part, index, profit, equity``.

        ``profit`` is what became known at that tick; ``equity`` is its sum over the stream so far. Where a stream has
        times there is also ``time``, after ``index``: NaT for the streams that have none.
        """
        from midplot.tables import equity_frame

        return equity_frame(list(self.streams.values()))

    @property
    def predictions(self) -> pd.DataFrame:
        """The decisions as the platform's predictions frame, ``stream, prediction``, as `midplot.test.pnl` takes it."""
        from midplot.tables import predictions_frame

        return predictions_frame(list(self.streams.values()))

    def probes(self, stream: int | str) -> dict[str, FloatArray]:
        """Return the probed values of the attacker on one stream, by name, shape ``(n_ticks,)`` with the warm-up."""
        # A part whose attacker did not get ready was not sampled at all.
        sampled = [part.replay.probes for part in self.stream(stream).parts if part.replay.probes]
        return {name: np.concatenate([probes[name] for probes in sampled]) for name in (sampled[0] if sampled else ())}

    # Time and truth

    @property
    def latency(self) -> Latency:
        """How long the scored decisions took, over all streams."""
        parts = [part.replay for stream in self.streams.values() for part in stream.parts]
        return Latency.of(*(part.latency_ns[part.scored] for part in parts))

    @property
    def latencies(self) -> dict[int, Latency]:
        """How long the scored decisions took, by stream id."""
        return {stream_id: stream.latency for stream_id, stream in self.streams.items()}

    def verify(self, *, n_ticks: int = 20, seed: int = 0) -> Verification:
        """Check that the attacker is causal and deterministic, by replaying it again.

        Parameters
        ----------
        n_ticks
            At how many ticks the future is taken away and altered.
        seed
            Of the choice of ticks and of the altered futures.

        Returns
        -------
        Verification
            With ``ok``, ``causal``, ``deterministic``, ``leak`` and the first tick whose decision changed.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If nothing was replayed, ``n_ticks`` is below 1, or ``seed`` below 0.
        MidplotError
            If the result was pickled, and the attacker could not be.
        """
        from midplot.core.verify import verify_replays

        if isinstance(self.bound_infer, LeftOut):
            self.bound_infer()
        replays = [part.replay for stream in self.streams.values() for part in stream.parts]
        with front_door:
            return verify_replays(replays, self.bound_infer, horizon=self.settings.horizon, n_ticks=n_ticks, seed=seed)

    # Looks

    def figure(self, stream: int | str | None = None) -> go.Figure:
        """Draw one stream: the price with decisions and their outcomes, and the equity below.

        Parameters
        ----------
        stream
            An id or a name; None for the first.

        Returns
        -------
        plotly.graph_objects.Figure
            Static, of a constant number of traces, thinned to what a screen shows.
        """
        from midplot.views.figure import stream_figure

        return stream_figure(self._chosen(stream), self.settings.horizon)

    def view(self) -> ViewBox:
        """Return the interactive view of this replay: the one that was shown, or a new one.

        Returns
        -------
        ipywidgets.VBox
            Its first child is the FigureWidget.
        """
        return (self._view or self.open_view(chart=True, accounts=False)).box

    def open_view(self, *, chart: bool, accounts: bool) -> ReplayView:
        """Make a new interactive view of this replay."""
        from midplot.views.replay_view import ReplayView

        self._view = ReplayView(self, chart=chart, accounts=accounts)
        return self._view

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Write a self-contained report, table and charts, that opens in any browser without a network.

        Parameters
        ----------
        path
            The file to write. Its folder is made where it is missing.

        Returns
        -------
        pathlib.Path
            Where it is.
        """
        from midplot.views.report_page import write_report

        return write_report(self, path)

    def __getstate__(self) -> dict[str, Any]:
        # A view belongs to its front end, and is opened anew where a copy or a loaded result is looked at.
        return {**vars(self), "bound_infer": Carried(self.bound_infer), "_view": None}

    def __repr__(self) -> str:
        from midplot.describe import describe

        return "\n".join(["ReplayResults", *(f"  {name:<10} {text}" for name, text in describe(self))])

    def _repr_html_(self) -> str:
        from midplot.views.html import results_card

        return results_card(self)

    def _chosen(self, stream: int | str | None) -> StreamAccount:
        if stream is not None:
            return self.stream(stream)
        if not self.streams:
            raise ArgumentError("stream: nothing was replayed, so there is nothing to draw. Replay a stream first.")
        return next(iter(self.streams.values()))

    @property
    def win_rate(self) -> float:
        """The share of resolved decisions with a profit; NaN without any."""
        return win_rate(self.summary())

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}
