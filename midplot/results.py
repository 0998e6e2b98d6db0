"""What a replay returns: the score to the last digit, the trades behind it, and ways to look at them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any, Literal

from midplot._text import NOT_KNOWN, counted
from midplot._warnings import warn
from midplot.errors import ArgumentError
from midplot.game import DEFAULT_FOLDER, DEFAULT_RUNS, __version__
from midplot.money._account import StreamAccount
from midplot.money._ledger import Ledger
from midplot.money._scoring import Summary
from midplot.play._latency import Latency
from midplot.play._lockstep import BoundInfer
from midplot.play._raised import front_door
from midplot.play._settings import ReplaySettings
from midplot.play.workers._carried import Carried, LeftOut
from midplot.scenarios._labeller import Labeller
from midplot.streams._stream import FloatArray

# Everything else is loaded by the method that needs it: importing midplot must load neither pandas nor plotly, and
# scenarios are pydantic models, whose making takes longer than importing all the rest.
if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from midplot.causality import Verification
    from midplot.checks._report import CheckReport
    from midplot.checks._snapshot_check import SnapshotCheck
    from midplot.evidence._event_study import EventStudy
    from midplot.evidence._luck import Luck
    from midplot.evidence._sensitivity import Sensitivity
    from midplot.evidence.runs._provenance import Provenance
    from midplot.scenarios import Movie, Scenario, Selection, Suggestion
    from midplot.views.chart._figure import Figure
    from midplot.views.pages._report_about import About
    from midplot.views.panel._box import ViewBox
    from midplot.views.panel._replay_view import ReplayView

__all__ = ["ReplayResults"]


class ReplayResults:
    """The outcome of a replay: the one object through which users reach its ledger, labels, views and checks.

    It is made by `replay`, grows while the replay runs, and holds what was replayed if the replay is cut short. It can be
    pickled and copied, without its view, whatever the attacker is and wherever it was defined.

    Parameters
    ----------
    ledger
        The record of the replay.
    infer
        The attacker, bound to its parameters; kept for `verify` and for checks.

    Attributes
    ----------
    ledger
        The record of the replay.
    labeller
        The selection, and the labels that are saved from it.
    bound_infer
        The attacker, bound to its parameters.
    """

    def __init__(self, ledger: Ledger, infer: BoundInfer) -> None:
        self.ledger = ledger
        self.labeller = Labeller(ledger)
        self.bound_infer = infer
        self._view: ReplayView | None = None

    # Money

    @property
    def settings(self) -> ReplaySettings:
        """The rules of the replay."""
        return self.ledger.settings

    @property
    def elapsed(self) -> float:
        """Seconds that the replay took."""
        return self.ledger.elapsed

    @property
    def interrupted(self) -> bool:
        """Whether the replay ended before its streams did, because of Ctrl-C or an error in the attacker."""
        return self.ledger.interrupted

    @property
    def streams(self) -> Mapping[int, StreamAccount]:
        """The account of each stream by stream id, in the order of the replay."""
        return self.ledger.streams

    @property
    def scores(self) -> dict[int, float]:
        """The profit after costs by stream id, in the units of the price."""
        return self.ledger.scores

    @property
    def total_score(self) -> float:
        """The profit after costs over all streams, in the units of the price."""
        return self.ledger.total_score

    @property
    def unresolved(self) -> int:
        """The number of decisions still pending when their streams ended; they have no score and no cost."""
        return self.ledger.unresolved

    @property
    def n_ticks(self) -> int:
        """The number of ticks that were scored."""
        return self.ledger.n_ticks

    @property
    def win_rate(self) -> float:
        """The share of resolved decisions with a profit; NaN without any."""
        return self.ledger.win_rate

    def summary(self, stream: int | str | None = None) -> Summary:
        """Summarise one stream, or all.

        Parameters
        ----------
        stream
            Id or name of the stream; None for all.

        Returns
        -------
        dict
            With midone's keys: ``current_ndx, num_resolved_decisions, total_profit, wins, losses, win_loss_ratio,
            profit_per_decision, standardized_profit_per_decision``. ``current_ndx`` counts the scored ticks.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        """
        return self.ledger.summary() if stream is None else dict(self.stream(stream).summary)

    def stream(self, stream: int | str) -> StreamAccount:
        """Return one stream by its id or name.

        Raises
        ------
        ArgumentError
            If there is no such stream, or several have the name.
        """
        return self.ledger.stream(stream)

    def probes(self, stream: int | str) -> dict[str, FloatArray]:
        """Return the probed values on one stream by name, each of shape ``(n_ticks,)``, warm-up included."""
        return self.ledger.probes(stream)

    # Evidence

    def luck(self, trials: int | None = None, seed: int = 0) -> Luck:
        """Tell how much of the score may be luck.

        Parameters
        ----------
        trials
            The number of attackers, or sets of parameters, that were tried to get here. None for what is known: 1, or more
            if this is a result of a sweep, of training or among saved runs.
        seed
            Seed for the sign flips behind ``p``.

        Returns
        -------
        Luck
            With ``interval``, ``p``, ``z``, ``enough``, ``by_stream`` and more; ``str()`` of it is a sentence.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If ``trials`` is below 1 or ``seed`` below 0, or either is not a whole number.
        """
        from midplot.evidence._luck import luck_of_ledger

        return luck_of_ledger(self.ledger, trials, seed)

    def rescore(
        self,
        *,
        epsilon: float | None = None,
        backoff: int | None = None,
        with_trading_lag: bool | None = None,
        horizon: int | None = None,
    ) -> ReplayResults:
        """Score the same decisions under other rules, without replaying.

        Parameters
        ----------
        epsilon
            Cost of one resolved decision, in the units of the price; None, here and below, for that of the replay.
        backoff
            Minimum number of ticks between two counted decisions.
        with_trading_lag
            Whether a decision counts from the price of the next tick.
        horizon
            Ticks from a decision to its resolution. The attacker was told that of the replay, and the result says so.

        Returns
        -------
        ReplayResults
            A result of its own; this one stays as it is.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If a rule is out of range or has the wrong type.
        """
        from midplot.evidence._rescore import rescored

        rules = {"epsilon": epsilon, "backoff": backoff, "with_trading_lag": with_trading_lag, "horizon": horizon}
        return ReplayResults(rescored(self.ledger, **rules), self.bound_infer)

    def sensitivity(
        self,
        *,
        epsilon: Iterable[float] | None = None,
        with_trading_lag: Iterable[bool] | None = None,
        backoff: Iterable[int] | None = None,
        horizon: Iterable[int] | None = None,
    ) -> Sensitivity:
        """Tell how the score and its interval depend on each rule, without replaying.

        Parameters
        ----------
        epsilon, with_trading_lag, backoff, horizon
            The values to look at; None for a choice around that of the replay. One rule varies at a time.

        Returns
        -------
        Sensitivity
            With a ``figure()`` and a frame, ``to_frame()``.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If a value is out of range or has the wrong type, or if there are none.
        """
        from midplot.evidence._rescore import scores_over
        from midplot.evidence._sensitivity import Sensitivity

        grids = {"epsilon": epsilon, "with_trading_lag": with_trading_lag, "backoff": backoff, "horizon": horizon}
        return Sensitivity(scores_over(self.ledger, grids))

    def event_study(self, *, before: int | None = None, after: int | None = None) -> EventStudy:
        """Average the path of the price around the decisions up, and around those down.

        It shows whether the move comes after the decision, before it, or not at all.

        Parameters
        ----------
        before, after
            Number of ticks to look at before and after a decision; None for one horizon before and two after.
            Decisions nearer to the ends of their part are left out.

        Returns
        -------
        EventStudy
            With a ``figure()`` and a frame, ``to_frame()``.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If a number of ticks is negative or not whole.
        """
        from midplot.evidence._event_study import EventStudy
        from midplot.evidence._paths import both_paths

        horizon = self.settings.horizon
        return EventStudy(*both_paths(self.ledger, before, after), horizon)

    # Tables

    @property
    def accounts(self) -> pd.DataFrame:
        """One row per stream and a total: midone's keys, unresolved decisions, latency in milliseconds.

        If a stream has times, also the ``first_time`` and ``last_time`` of its scored ticks.
        """
        from midplot.money._frames import accounts_frame

        return accounts_frame(self.ledger)

    @property
    def trades(self) -> pd.DataFrame:
        """One row per counted decision.

        Columns ``stream_id, part, index, decision, x, resolution_index, x_resolution, profit, latency_ms``; profit and
        x_resolution are NaN for an unresolved decision. Indices are those of the original stream. If any stream has
        times, there are also ``time``, after ``index``, and ``resolution_time``, after ``resolution_index``; they are NaT
        for streams without times.
        """
        from midplot.money._frames import trades_frame

        return trades_frame(self.ledger)

    @property
    def equity(self) -> pd.DataFrame:
        """The cumulative profit by tick: one row per scored tick, ``stream_id, part, index, profit, equity``.

        ``profit`` is what became known at that tick; ``equity`` is its sum over the stream so far. If any stream has
        times, there is also ``time``, after ``index``; it is NaT for streams without times.
        """
        from midplot.money._frames import equity_frame

        return equity_frame(self.ledger)

    @property
    def predictions(self) -> pd.DataFrame:
        """The decisions as the platform's predictions frame, ``stream, prediction``, which `midplot.test.pnl` scores."""
        from midplot.money._frames import predictions_frame

        return predictions_frame(self.ledger)

    # Time and truth

    @property
    def latency(self) -> Latency:
        """Latencies of the scored decisions over all streams."""
        return self.ledger.latency

    @property
    def latencies(self) -> dict[int, Latency]:
        """Latencies of the scored decisions by stream id."""
        return {stream_id: stream.latency for stream_id, stream in self.streams.items()}

    def verify(self, *, n_ticks: int = 20, seed: int = 0) -> Verification:
        """Find out whether the attacker uses only the past, by what it holds and reads and by replaying it again.

        Parameters
        ----------
        n_ticks
            Number of ticks at which the future is taken away and altered.
        seed
            Seed for the choice of ticks and for the altered futures.

        Returns
        -------
        Verification
            With ``ok``, ``causal``, ``deterministic``, ``leak``, what it ``holds`` and ``reads``, and the first tick whose
            decision changed.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If nothing was replayed, ``n_ticks`` is below 1, or ``seed`` below 0.
        MidplotError
            If the result was pickled and the attacker could not be pickled with it.
        """
        from midplot.causality._verify import verify_replays

        self._check_attacker()
        replays = [part.replay for part in self.ledger.parts]
        with front_door:
            return verify_replays(replays, self.bound_infer, horizon=self.settings.horizon, n_ticks=n_ticks, seed=seed)

    # Labels

    @property
    def selection(self) -> Selection | None:
        """The window that was selected last, by `select` or by a click on a chart; None if there was none yet."""
        return self.labeller.selection

    def select(self, stream: int | str, first: int, last: int) -> Selection:
        """Select a window of a replayed stream, as a click on its chart does.

        Parameters
        ----------
        stream
            Id or name of the stream.
        first, last
            Original indices, both inclusive.

        Returns
        -------
        Selection
            Also available as `selection`.

        Raises
        ------
        ScenarioError
            If the window is not inside the stream, or crosses a gap.
        ArgumentError
            If there is no such stream.
        """
        return self.labeller.select(stream, first, last)

    def save_selected(
        self,
        expected: float | str,
        *,
        note: str = "",
        tags: Iterable[str] = (),
        path: str | PathLike[str] = DEFAULT_FOLDER,
    ) -> Scenario:
        """Save the selection as a scenario, with the decision that the attacker should have made there.

        A warning names other labels that contradict it, or says that there is less history before it than the attacker
        has needed so far; in a notebook, the latter is printed.

        Parameters
        ----------
        expected
            UP, DOWN or NOTHING, as a number or as a word in any case; any other number counts by its sign.
        note
            Remark to save with it. If the window has this label already, its old note stays unless a new one is given.
        tags
            Words to find the scenario by; old tags stay in the same way.
        path
            Folder for scenarios, which is made if it is missing. A relative path starts from the working folder at the
            time of the replay; ``~`` is the home folder.

        Returns
        -------
        Scenario
            The scenario as it is in its file. In a notebook, the place of the file is printed too.

        Raises
        ------
        ScenarioError
            If nothing is selected, the file cannot be written, or the note of another user would be replaced unseen.
        ArgumentError
            If there is no such label.
        """
        saved = self.labeller.save(expected, note=note, tags=tags, path=path)
        from midplot.scenarios._contradictions import described
        from midplot.views.panel._show import in_notebook, say

        short, title = self.labeller.lacks_history(saved.scenario.selection), saved.scenario.title
        said = f"saved {title} → {self.labeller.shown(saved.path, path)}"
        say(f"{said}\nBut {short}" if short else said)
        if saved.contradictions:
            warn(described(saved.contradictions))
        if short and not in_notebook():
            warn(f"{title}: {short}")
        return saved.scenario

    def undo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Undo the last change that was made to labels with this result or its view.

        A scenario that was saved is gone again; one that was deleted or relabelled is back, to the byte.

        Parameters
        ----------
        path
            Folder for scenarios.

        Returns
        -------
        str
            Description of what was undone.

        Raises
        ------
        ScenarioError
            If there is nothing to undo, or if somebody else has changed the file since. In that case nothing is
            changed, and the next undo goes one change further back.
        """
        return self.labeller.undo(path)

    def redo(self, path: str | PathLike[str] = DEFAULT_FOLDER) -> str:
        """Redo the change that was undone last.

        Parameters
        ----------
        path
            Folder for scenarios.

        Returns
        -------
        str
            Description of what was redone.

        Raises
        ------
        ScenarioError
            As for `undo`.
        """
        return self.labeller.redo(path)

    def suggest(
        self,
        n: int = 10,
        *,
        stream: int | str | None = None,
        length: int = 50,
        path: str | PathLike[str] = DEFAULT_FOLDER,
    ) -> list[Suggestion]:
        """Propose the windows that are most worth labelling.

        They show missed moves, the worst losses, decisions that were reversed within the horizon, and the slowest ticks.
        They are ranked, do not overlap, and share no tick with a window that is labelled already. What they propose is
        not what the attacker did, except maybe at a slow tick.

        Parameters
        ----------
        n
            Maximum number of suggestions.
        stream
            Id or name of the only stream to look at; None for all.
        length
            Maximum number of points in a window.
        path
            Folder for scenarios; windows that are labelled there are left out.

        Returns
        -------
        list of Suggestion
            Suggestions with their ``kind``, ``why``, ``expected`` decision and ``selection``.
        """
        return self.labeller.suggest(n, stream=stream, length=length, path=path)

    def check_scenarios(
        self, scenarios: Iterable[Scenario] | None = None, threshold: float | None = None
    ) -> tuple[bool, CheckReport]:
        """Check the decisions of this replay, of ``movie.streams()``, against what the movie's scenarios expect.

        Parameters
        ----------
        scenarios
            The scenarios of the movie whose streams were replayed, in the same order; None for those that
            ``load_scenarios()`` finds.
        threshold
            Fraction that must succeed; None for all.

        Returns
        -------
        ok : bool
            Whether enough scenarios succeeded.
        report : CheckReport
            With ``success`` and ``failed``; every scenario is in one of them.

        Raises
        ------
        ScenarioError
            If this is not a replay of these scenarios' streams.
        """
        from midplot.checks._check import check_result
        from midplot.evidence.runs._provenance import attacker_and_file

        if scenarios is None:
            from midplot.scenarios._loading import load_scenarios

            scenarios = load_scenarios().scenarios
        infer = None if isinstance(self.bound_infer, LeftOut) else self.bound_infer
        origin = self.provenance
        attacker = attacker_and_file(origin.attacker, origin.file)
        ok, report = check_result(list(scenarios), self.ledger, threshold, infer, attacker)
        return ok, report.linked_to(self.labeller)

    def snapshot(
        self,
        path: str | PathLike[str] | None = None,
        *,
        data: str | PathLike[str] | None = None,
        update: bool = False,
    ) -> Path:
        """Keep the decisions of this replay, so that a later change of the attacker that alters them is noticed.

        The attacker is replayed a second time first: one that decides by dice has no snapshot.

        Parameters
        ----------
        path
            The file, which ends in ``.json``, or a folder; None for a file in ``snapshots`` that is named after the
            attacker.
        data
            The path that the streams were read from, so that ``midplot check`` finds them; not needed for the sample.
        update
            Whether to replace another snapshot of the same attacker.

        Returns
        -------
        pathlib.Path
            The file. `load_result` reads it, and `check_snapshot` compares with it.

        Raises
        ------
        ArgumentError
            If the replay is not complete or was scored again for another horizon, or the attacker has hyper-parameters
            that JSON cannot hold.
        ProtocolError
            If the attacker does not decide the same again.
        ScenarioError
            If there is another snapshot and ``update`` is not set, or the file cannot be written.
        """
        from midplot.evidence.snapshots._taking import own_parameters, own_place, take_snapshot
        from midplot.evidence.snapshots._where import relative

        self._check_attacker()
        place = own_place(self.bound_infer, path)
        with front_door:
            return take_snapshot(
                self.ledger,
                self.bound_infer,
                place,
                fingerprints=self.labeller.fingerprint,
                parameters=own_parameters(self.bound_infer, place.parent),
                data=None if data is None else relative(data, place.parent),
                update=update,
            ).path

    def check_snapshot(self, path: str | PathLike[str] | None = None) -> SnapshotCheck:
        """Compare the decisions of this replay with those of a snapshot.

        Parameters
        ----------
        path
            The file of the snapshot; None for the one that `snapshot` writes without a path.

        Returns
        -------
        SnapshotCheck
            With ``ok``, ``n_changed``, ``first``, ``difference`` and ``places``; ``str()`` of it is a sentence.

        Raises
        ------
        ScenarioError
            If the file cannot be read or holds no snapshot.
        StreamError
            If a stream of the snapshot was not replayed here.
        ArgumentError
            If the replay had other rules, or is not complete.
        """
        from midplot.checks._against_snapshot import check_result
        from midplot.evidence.snapshots._taking import own_place

        place = own_place(self.bound_infer, path)
        return check_result(place, self.ledger, self.labeller.fingerprint)

    # Looks

    def figure(self, stream: int | str | None = None, *, dark: bool | None = None) -> Figure:
        """Draw one stream: the price with decisions and their outcomes, and the equity below.

        Parameters
        ----------
        stream
            Id or name of the stream; None for the first.
        dark
            The colours: True for a dark page, False for a light one. By default the figure has no background, and colours
            that can be read on either.

        Returns
        -------
        plotly.graph_objects.Figure
            Static, with a constant number of traces, thinned to what a screen can show.
        """
        from midplot.views.chart._figure import stream_figure
        from midplot.views.chart._palette import palette_for

        return stream_figure(self._chosen(stream), self.settings.horizon, palette_for(dark))

    def view(self) -> ViewBox:
        """Return the interactive view of this replay, the one that was shown or a new one.

        Returns
        -------
        ipywidgets.VBox
            Its first child is the FigureWidget.
        """
        from midplot.views.panel._cells import CELLS

        view = self._view
        if view is None or view.is_closed:
            view = self.open_view(chart=True, accounts=False)
        CELLS.display(view)
        return view.box

    def open_view(self, *, chart: bool, accounts: bool) -> ReplayView:
        """Make a new interactive view of this replay."""
        from midplot.views.panel._replay_view import ReplayView

        self._view = ReplayView(self.ledger, self.labeller, chart=chart, accounts=accounts)
        return self._view

    @cached_property
    def provenance(self) -> Provenance:
        """Where the decisions came from: the attacker's name, its file and source, its hyper-parameters, the commit.

        It is looked up once, and goes with the result when it is pickled.
        """
        from midplot.evidence.runs._provenance import provenance_of

        return provenance_of(self.bound_infer)

    def to_html(
        self,
        path: str | PathLike[str],
        *,
        scenarios: Movie | Iterable[Scenario] | CheckReport | str | PathLike[str] | None = DEFAULT_FOLDER,
        plotly: Literal["inside", "shared"] = "inside",
    ) -> Path:
        """Write a report for others, which opens in any browser without a network.

        It says whose attacker it is and of which data, and holds the accounts, a chart of each stream, the evidence, the
        saved scenarios with their verdicts, and the trades, whose rows lead to the chart.

        Parameters
        ----------
        path
            File to write. Its folder is made if it is missing.
        scenarios
            The scenarios that a fresh attacker is checked on for the report: a movie, scenarios, or their folder or file.
            A report of a check that was made already is taken as it is; None leaves them out.
        plotly
            ``"inside"`` puts the chart library into the page, which takes 5 MB of its 6 at most. ``"shared"`` writes it
            beside the page, where all reports of a folder find it.

        Returns
        -------
        pathlib.Path
            Path of the file.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If the path cannot be written, or an argument is something else.
        ScenarioError
            If a folder that was named holds files that cannot be used; those in the default folder are skipped, with a
            warning.
        """
        from midplot.views.pages._report_page import write_report

        report, unchecked = self._checked_for_page(scenarios)
        return write_report(self.ledger, path, self._about(), report=report, unchecked=unchecked, plotly=plotly)

    def _checked_for_page(
        self, scenarios: Movie | Iterable[Scenario] | CheckReport | str | PathLike[str] | None
    ) -> tuple[CheckReport | None, str]:
        """Return the check of the attacker on scenarios; if there is none, the reason, unless nobody asked for one."""
        from midplot.checks._check import check_bound, scenarios_of
        from midplot.checks._report import CheckReport
        from midplot.scenarios._loading import load_scenarios

        if scenarios is None or isinstance(scenarios, CheckReport):
            return scenarios, ""
        # Nobody named the default folder, so a file in it that cannot be used must not keep the report from being written.
        given = load_scenarios(on_error="skip") if scenarios == DEFAULT_FOLDER else scenarios
        listed = scenarios_of(given)
        if not listed:
            return None, ""
        if self.ledger.state != "complete" or isinstance(self.bound_infer, LeftOut):
            why = "the attacker is missing" if isinstance(self.bound_infer, LeftOut) else "the replay is not complete"
            return None, f"{counted(len(listed), 'scenario')} saved, but not checked: {why}."
        with front_door:
            return check_bound(listed, self.bound_infer, self.ledger.told_horizon), ""

    def _about(self) -> About:
        from midplot.views.pages._report_about import About, together

        fingerprints = [self.labeller.fingerprint(stream_id) for stream_id in self.streams]
        return About(self.provenance, together(fingerprints), __version__, datetime.now(UTC))

    def save(
        self, path: str | PathLike[str] = DEFAULT_RUNS, *, report: CheckReport | None = None, note: str = ""
    ) -> Path:
        """Save this replay as a run, so that it can be listed, compared and counted later.

        The number of different attackers that were saved on the same streams is the ``trials`` of `luck` from then on:
        the best of many tries owes more to luck than a single one.

        Parameters
        ----------
        path
            Folder for runs, which is made if it is missing. It gets a Parquet file of the decisions and latencies, and a
            line in ``runs.jsonl``.
        report
            The report of a check of the same attacker; the run remembers how many scenarios passed.
        note
            Remark to save with it.

        Returns
        -------
        pathlib.Path
            The Parquet file, which `load_result` reads.

        Raises
        ------
        ArgumentError, ArgumentTypeError
            If nothing was replayed yet, ``runs.jsonl`` cannot be read, or ``report`` is not one.
        MidplotError
            If the folder cannot be written to. Nothing is saved then, and what was saved before is untouched.

        Warns
        -----
        UserWarning
            If lines of ``runs.jsonl`` cannot be read, so that the number of trials may be too low. The run is saved.
        """
        from midplot.evidence.runs._folder import save_run

        fingerprint = self.labeller.fingerprint
        return save_run(self.ledger, self.bound_infer, path, fingerprint=fingerprint, report=report, note=note)

    def __getstate__(self) -> dict[str, Any]:
        # A view belongs to its front end. A copy, or a result that was loaded, opens a new one when it is asked for it.
        return {**vars(self), "bound_infer": Carried(self.bound_infer), "_view": None}

    def __repr__(self) -> str:
        from midplot.evidence._shown import figures_with_luck

        figures = [each for each in figures_with_luck(self.ledger) if each.value != NOT_KNOWN]
        return "\n".join(["ReplayResults", *(f"  {each.name.lower():<12} {each}" for each in figures)])

    def _repr_html_(self) -> str:
        from midplot.views.pages._html import results_card

        return results_card(self.ledger)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def _check_attacker(self) -> None:
        if isinstance(self.bound_infer, LeftOut):
            self.bound_infer()  # raises, and says why the attacker is missing

    def _chosen(self, stream: int | str | None) -> StreamAccount:
        if stream is not None:
            return self.stream(stream)
        if not self.streams:
            raise ArgumentError(
                "nothing was replayed, so there is nothing to draw",
                where="stream",
                advice="Replay a stream first.",
            )
        return next(iter(self.streams.values()))
