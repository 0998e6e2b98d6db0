"""The replay view: chart, header, accounting table and controls in one, live while a replay is running."""

from __future__ import annotations

from collections import deque
from threading import RLock
from time import monotonic, thread_time
from typing import Any, ClassVar

from midplot._text import counted
from midplot.errors import MidplotError
from midplot.money._columns import total_of
from midplot.money._ledger import Ledger
from midplot.play._engine import Progress
from midplot.play._latency import Latency
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._selection import Selection
from midplot.views._front_end import get_ready
from midplot.views._view_state import BEST, ViewState
from midplot.views.chart.live._chart import Chart
from midplot.views.chart.live._scene import Scene, scene
from midplot.views.panel._accounts import AccountsRows
from midplot.views.panel._box import ViewBox
from midplot.views.panel._controls_state import controls_state
from midplot.views.panel._elsewhere import shown_elsewhere
from midplot.views.panel._header_state import header_state
from midplot.views.panel._lists import lists_state
from midplot.views.panel._pace import Pace
from midplot.views.panel._show import in_notebook
from midplot.views.panel._still import shown_to_readers, still_html, still_words
from midplot.views.panel._widgets import AccountsTable, Acts, Controls, Header
from midplot.views.panel._world import World
from midplot.views.panel.acts._act import Message
from midplot.views.panel.acts._looking import go_to, show_stream
from midplot.views.panel.acts._selecting import select_shown
from midplot.views.panel.acts._update import update
from midplot.views.panel.labels._desk import Desk
from midplot.views.panel.labels._review import settled
from midplot.views.panel.labels._review_desk import ReviewDesk, review_state
from midplot.views.panel.labels._targets import Windows
from midplot.views.panel.trades._table import Trades

__all__ = ["ReplayView"]

REFRESH_SECONDS = 0.25
"""Minimum time between two refreshes of a running replay. If they came faster, the browser would fall behind."""

LONGEST_UNHEARD = 5.0
"""Seconds in which a page has drawn the chart and said so, if the front end lets a kernel hear it while a cell runs."""

LEAST_REST = 9
"""Time until the next refresh, as a multiple of what the last one took: drawing gets at most a tenth of the time."""

# The acts after which the list of streams, which counts failed scenarios, has to be sent again.
_CHANGING_SCENARIOS = frozenset(
    {"label", "answer", "undo", "redo", "relabel", "delete", "accept", "look", "review", "skip", "back"}
)

# The acts that change nothing in the picture of the view, one of which comes with each frame of a playback.
_NOT_IN_PICTURE = frozenset({"frame", "play", "step", "seek", "theme", "tab", "trades", "drag", "blind"})


class ReplayView:
    """One view of a replay, with a picker for its streams.

    Its state goes one way: an act makes a new state, the state makes a scene, and one writer sends what is new in it.

    Parameters
    ----------
    ledger
        What happened in the replay, which may still be running.
    labeller
        Holds the selection and saves labels.
    chart, accounts
        Whether to show the chart with its controls, and the accounting table.
    path
        Folder for scenarios.

    Attributes
    ----------
    box
        The widget to display. Its first child is the FigureWidget, if a chart is shown.
    state
        What is shown.
    """

    def __init__(
        self, ledger: Ledger, labeller: Labeller, *, chart: bool = True, accounts: bool = False, path: str = "scenarios"
    ) -> None:
        get_ready()
        self.ledger = ledger
        self.labeller = labeller
        # Acts come from several threads.
        self.lock = RLock()
        self.world = World(ledger, labeller)
        self.desk = Desk(labeller, self.world, path)
        self.reviews = ReviewDesk(self.desk, labeller, self.world)
        self.trades = Trades(self.world)
        self.chart = Chart(self.world.probes)
        self._has_chart = chart
        self.header, self.controls, self.acts = Header(), Controls(), Acts()
        self.table = AccountsTable() if accounts else None
        self.pace = Pace(self.world.fed)
        self.state = ViewState(stream=next(iter(ledger.streams), 0), follow=ledger.state == "running")
        self.is_closed = False
        # The acts that were answered last, of all pages that show the view.
        self._heard: deque[str] = deque(maxlen=16)
        self._page_loss = ""
        self._sight_number = 0
        self._n_streams = 0
        self._refreshed = -float("inf")
        self._refreshed_tick = 0
        self._rest = 0.0
        # When a replay began of which no page has said anything yet.
        self._unheard_since = float("inf")
        self._rows = AccountsRows()
        self.refresh()
        self.chart.complete()
        parts = [
            self.chart.figure if chart else None,
            self.header,
            self.table,
            self.controls if chart else None,
            self.acts,
        ]
        self.box = ViewBox([part for part in parts if part is not None], self)
        self.acts.on_act(self.on_message)
        self.chart.on_drawn_click(lambda x: self._on_plotly({"act": "pick", "x": x}))
        self.chart.figure.on_range(lambda low, high: self._on_plotly({"act": "sight", "low": low, "high": high}))
        labeller.on_change(self._on_labeller)

    # While a replay is running

    def begin(self, n_streams: int) -> None:
        """Expect checkpoints of a replay of some streams."""
        self.state = self.state.changed(follow=True)
        self._n_streams = n_streams
        self._unheard_since = monotonic()
        self.pace.begin(n_streams)

    def on_progress(self, checkpoint: Progress) -> None:
        """Draw a running replay, at most four times a second, and for at most a tenth of the time."""
        self.pace.note(checkpoint)
        if self.is_closed:
            return
        due = monotonic() - self._refreshed >= max(REFRESH_SECONDS, self._rest)
        ticks = self.pace.ticks - self._refreshed_tick
        if not due or (0 < ticks < self.ledger.settings.update_frequency and self._refreshed_tick):
            return
        started, is_first = thread_time(), not self._refreshed_tick
        with self.lock:
            if self.state.follow:
                self.state = show_stream(self.state, checkpoint.part.stream_id)
            self.refresh()
        # The rest is counted from the end of a refresh, and is longer if drawing takes long: it must not crowd out the
        # replay. The first refresh is not counted, since it also loads and creates what later ones reuse.
        self._refreshed, self._refreshed_tick = monotonic(), self.pace.ticks
        self._rest = 0.0 if is_first else LEAST_REST * (thread_time() - started)

    def finish(self) -> None:
        """Draw the final state of a replay, however it ended."""
        self.pace.finish()
        with self.lock:
            self.desk.forget_suggestions()
            if self.is_closed:
                return
            if self.state.follow and self.ledger.streams:
                self.state = show_stream(self.state, next(iter(self.ledger.streams))).changed(sight=BEST)
            self.state = self.state.changed(follow=False)
            self.refresh()
            self.box.show_picture()

    def refresh(self) -> None:
        """Draw the current state of everything."""
        with self.lock:
            if self.state.stream not in self.ledger.streams and self.ledger.streams:
                self.state = self.state.changed(stream=next(iter(self.ledger.streams)))
            self._draw(with_streams=True)

    # What a person does

    def go_to(self, stream: int | str, index: int) -> None:
        """Show a tick of a stream: the window that ends there is selected, with some room around it.

        Parameters
        ----------
        stream
            Id or name of the stream.
        index
            Original index of the tick.

        Raises
        ------
        ArgumentError
            If there is no such stream.
        ScenarioError
            If there is no such tick.
        """
        stream_id = self.ledger.stream(stream).stream_id
        self.labeller.window(stream_id, index, index)
        with self.lock:
            self._take(go_to(self.state.changed(follow=False), stream_id, index, self.world))
            self._draw(with_streams=True)

    def label_windows(self, windows: Windows | None = None) -> None:
        """Label many windows in a row; see `ViewBox.label_windows`."""
        with self.lock:
            self._take(self.reviews.begin(self.state, windows))
            self._draw(with_streams=True)

    def show_window(self, selection: Selection) -> None:
        """Select a window of the replay, and make sure that it is visible and large enough to see."""
        with self.lock:
            self._take(self._with_window(selection))
            self._draw(with_streams=True)

    def _with_window(self, selection: Selection) -> ViewState:
        state = show_stream(self.state.changed(follow=False), selection.stream_id)
        return select_shown(state, selection.first, selection.last, self.world)

    def close(self) -> None:
        """Close all widgets of the view, and let go of the replay. A running replay goes on."""
        with self.lock:
            self.box.picture.update()
            self.is_closed = True
            self.box.close_all()

    def on_message(self, message: Message) -> None:
        """Act on a message of the page. Errors go to the status line, since nobody would see them raised."""
        name = str(message.get("act", ""))
        with self.lock:
            if self.is_closed:
                return
            self._unheard_since = float("inf")
            if "ticket" in message:
                self._heard.append(str(message["ticket"]))
            # Whatever this changes is drawn below, once.
            self._telling = True
            try:
                if name in self._own_acts:
                    self._own_acts[name](self, message)
                elif self.reviews.takes(self.state, name):
                    self._take(self.reviews.act(self.state, message))
                elif name in self.desk.acts:
                    self._take(self.desk.act(self.state, message))
                elif name != "sight" or self._is_fresh(message):
                    self._take(update(self.state, {**message, "now": monotonic()}, self.world))
            except Exception as error:  # noqa: BLE001 -- shown on the status line: a callback's would be lost
                words = str(error) if isinstance(error, MidplotError) else f"{type(error).__name__}: {error}"
                self.state = self.state.saying(words, "error")
            finally:
                self._telling = False
            changed = self.desk.shelf.look() if name != "frame" else False
            self._draw(with_streams=changed or name in _CHANGING_SCENARIOS)
            if name not in self._own_acts:
                self.box.picture.touch(soon=name not in _NOT_IN_PICTURE and not self.is_running)

    def _take(self, state: ViewState) -> None:
        """Make a state the current one, and tell the labeller what is selected in it."""
        before, self.state = self.state, settled(state, self.world)
        if state.selection is not None and state.selection is not before.selection:
            self.labeller.hold(state.selection)

    def _on_labeller(self, selected: Selection | None) -> None:
        """Show what was selected in code, or labelled in code or in another view."""
        with self.lock:
            if self._telling or self.is_closed:
                return
            self.desk.shelf.look()
            if selected is not None and selected.stream_id in self.ledger.streams:
                self.state = settled(self._with_window(selected), self.world)
            self._draw(with_streams=True)

    def _is_fresh(self, message: Message) -> bool:
        """Tell whether a page that reports a visible range was looking at the one that it was sent last."""
        fresh = int(message.get("scene", self.chart.number)) >= self._sight_number
        if not fresh:
            # The page shows something else now, so it is sent again what it should show.
            self.chart.forget_touched()
        return fresh

    def _on_hooked(self, message: Message) -> None:
        """Take note of a page that has just drawn the chart."""
        self.state = self.state.changed(places=bool(message["picks"]))
        self._page_loss = (
            "" if self.state.places else "this page's plotly.js is unknown to midplot, so a click may be missed"
        )
        self.chart.resend()
        for panel in (self.header, self.table, self.controls):
            if panel is not None:
                panel.resend()

    def _on_script(self, _: Message) -> None:
        self.chart.figure.send_script()

    def _on_look(self, _: Message) -> None:
        """Do nothing else: after every act the folder is looked at."""

    _own_acts: ClassVar = {"hooked": _on_hooked, "script": _on_script, "look": _on_look}

    def _on_plotly(self, message: Message) -> None:
        """Act on what plotly reports, if the page cannot report it itself: plotly's reports get lost, or are stale."""
        if not self.state.places:
            self.on_message(message)

    # Drawing

    def scene(self) -> Scene:
        """Return the picture of the current state."""
        brackets = () if self.state.target is not None else self.desk.brackets(self.state)
        return scene(self.state, self.world.subject(self.state, brackets))

    def _draw(self, *, with_streams: bool = False) -> None:
        """Send what is new: the chart and the controls always, the header and table only if they may have changed."""
        shown = (self.state.stream, self.state.sight)
        self.chart.draw(self.scene())
        if shown != self._shown:
            self._shown, self._sight_number = shown, self.chart.number
        scene_and_acts: dict[str, Any] = {"scene": self.chart.number, "heard": list(self._heard)}
        controls = controls_state(self.state, self.world, self.desk, **scene_and_acts, losses=self._losses())
        # Before the state, which says that the act was answered.
        self.controls.lists = lists_state(self.state, self.desk, self.trades)
        self.controls.state = {**controls, "review": review_state(self.state, self.reviews)}
        shown_before = self.header.state
        fresh = (self.state.stream, self.state.target is not None)
        if with_streams or not shown_before or (shown_before["stream"], shown_before["plain"]) != fresh:
            self.header.state = self._header_state()
            if self.table is not None:
                self.table.show(self._table_state())

    _shown: Any = None
    # Whether an act of this view is under way, which draws what it changes by itself.
    _telling = False

    def _losses(self) -> list[str]:
        """Say what works less well with the installed releases of the libraries below the view."""
        # Either the kernel is known not to hear a page while it runs a cell, or this page is of a front end that waits.
        unheard = not self.acts.is_heard or monotonic() - self._unheard_since >= LONGEST_UNHEARD
        deaf = self.world.running and in_notebook() and unheard
        busy = "clicks have to wait until the cell has ended, but not for a task with replay_async" if deaf else ""
        return [loss for loss in (self.chart.loss, self._page_loss, busy) if loss]

    def _header_state(self) -> dict[str, Any]:
        return header_state(
            self.ledger,
            self.state.stream,
            self.pace.state(),
            running=self.world.running,
            plain=self.state.target is not None,
            n_failed=self.desk.shelf.n_failed,
        )

    def _table_state(self) -> dict[str, Any]:
        streams = list(self.ledger.streams.values())
        # Ranking all latencies takes longer than everything else, so during a run the total has only their mean.
        latency = Latency.together([each.latency for each in streams]) if self.world.running else None
        horizon = None if self.world.running else self.ledger.settings.horizon
        return self._rows.table(streams, total_of(self.ledger, latency), self.state.stream, horizon)

    @property
    def scene_number(self) -> int:
        """Number of scenes that were sent to the page."""
        return self.chart.number

    @property
    def is_running(self) -> bool:
        """Whether the replay is still running."""
        return self.world.running

    def still(self) -> str:
        """Return a picture of what the view shows, as HTML that needs no kernel."""
        with self.lock:
            state = shown_to_readers(self.state)
            drawn = scene(state, self.world.subject(state, self.desk.brackets(state))) if self._has_chart else None
            accounts = self.table is not None
            return still_html(self.ledger, state, drawn, self.world.probes, self._labels(state), accounts=accounts)

    def still_words(self) -> str:
        """Return what the picture of the view shows, as text."""
        with self.lock:
            state = shown_to_readers(self.state)
            return still_words(self.ledger, state, self._labels(state))

    def elsewhere(self) -> list[Any]:
        """Return what is shown of the view where there are no widgets."""
        with self.lock:
            shown = {"chart": self._has_chart, "accounts": self.table is not None}
            return shown_elsewhere(self.ledger, self.state.stream, **shown)

    def _labels(self, state: ViewState) -> list[str]:
        return [kept.scenario.label for kept in self.desk.kept(state.stream)]

    def words(self) -> str:
        """Return what the view shows, as text."""
        # The view is displayed before the replay begins, when the ledger has no streams yet.
        return f"ReplayView({counted(max(len(self.ledger.streams), self._n_streams), 'stream')})"
