"""The replay view: chart, header, accounting table and controls in one, live while a replay is running."""

from __future__ import annotations

from collections.abc import Callable
from threading import RLock
from time import monotonic, thread_time
from typing import Any

import ipywidgets

from midplot._text import counted
from midplot.errors import legible
from midplot.money._account import StreamAccount
from midplot.money._columns import total_of
from midplot.money._ledger import Ledger
from midplot.play._engine import Progress
from midplot.play._latency import Latency
from midplot.play._probe import column_names
from midplot.scenarios._labeller import Labeller
from midplot.scenarios._scenario import label_of
from midplot.scenarios._selection import Selection
from midplot.views.chart._chart import DRAG_MODES, Chart
from midplot.views.panel._accounts import AccountsRows
from midplot.views.panel._capture import Capture
from midplot.views.panel._header_state import header_state
from midplot.views.panel._pace import Pace
from midplot.views.panel._player import Player
from midplot.views.panel._shelf import Kept
from midplot.views.panel._show import in_notebook
from midplot.views.panel._widgets import AccountsTable, Acts, Controls, Header

__all__ = ["ReplayView", "ViewBox"]

REFRESH_SECONDS = 0.25
"""Minimum time between two refreshes of a running replay. If they came faster, the browser would fall behind."""

LEAST_REST = 9
"""Time until the next refresh, as a multiple of what the last one took: drawing gets at most a tenth of the time."""

Message = dict[str, Any]

# The acts after which the list of streams, which counts failed scenarios, has to be sent again.
_CHANGING_SCENARIOS = frozenset({"label", "undo", "redo", "relabel", "delete", "accept"})


class ViewBox(ipywidgets.VBox):  # type: ignore[misc]
    """The displayed box. Its ``repr`` says what it shows and is the same from run to run, so that outputs compare."""

    def __init__(self, children: list[Any], words: Callable[[], str], name: str) -> None:
        self._words = words
        super().__init__(children)
        self.add_class(name)

    def __repr__(self) -> str:
        return self._words()


class ReplayView:
    """One view of a replay, with a picker for its streams.

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
    capture
        What a person selected and saved.
    """

    def __init__(
        self, ledger: Ledger, labeller: Labeller, *, chart: bool = True, accounts: bool = False, path: str = "scenarios"
    ) -> None:
        self.ledger = ledger
        self.lock = RLock()
        first = next(iter(ledger.streams), 0)
        self.capture = Capture(labeller, first, path)
        self.chart = Chart(ledger.settings.horizon, column_names(ledger.settings.probe))
        self.header, self.controls, self.acts = Header(), Controls(), Acts()
        self.table = AccountsTable() if accounts else None
        self.player = Player(self._reveal)
        self.pace = Pace()
        self._drag = DRAG_MODES[0]
        self._page_picks = False
        self._page_loss = ""
        self._follow = True
        self._running = False
        self._n_streams = 0
        self._refreshed = -float("inf")
        self._refreshed_tick = 0
        self._rest = 0.0
        self._rows = AccountsRows()
        self._drawn_stream: int | None = None
        if ledger.streams:
            self.refresh()
        else:
            self._push()
        self.chart.complete()
        parts = [
            self.chart.figure if chart else None,
            self.header,
            self.table,
            self.controls if chart else None,
            self.acts,
        ]
        self.box = ViewBox([part for part in parts if part is not None], self._words, "midplot-view")
        self.acts.on_act(self._on_message)
        self.chart.on_drawn_click(self._on_drawn_click)

    # While a replay is running

    def begin(self, n_streams: int) -> None:
        """Expect checkpoints of a replay of some streams."""
        self._running = True
        self._n_streams = n_streams
        self.pace.begin(n_streams)

    def on_progress(self, checkpoint: Progress) -> None:
        """Draw a running replay, at most four times a second, and for at most a tenth of the time."""
        self.pace.note(checkpoint)
        due = monotonic() - self._refreshed >= max(REFRESH_SECONDS, self._rest)
        ticks = self.pace.ticks - self._refreshed_tick
        if not due or (0 < ticks < self.ledger.settings.update_frequency and self._refreshed_tick):
            return
        started, is_first = thread_time(), not self._refreshed_tick
        if self._follow:
            self.capture.go_to(checkpoint.part.stream_id)
        self.refresh()
        # The rest is counted from the end of a refresh, and is longer if drawing takes long: it must not crowd out the
        # replay. The first refresh is not counted, since it also loads and creates what later ones reuse.
        self._refreshed, self._refreshed_tick = monotonic(), self.pace.ticks
        self._rest = 0.0 if is_first else LEAST_REST * (thread_time() - started)

    def finish(self) -> None:
        """Draw the final state of a replay, however it ended."""
        self._running = False
        self.pace.finish()
        self.capture.replay_changed()
        if self._follow and self.ledger.streams:
            self.capture.go_to(next(iter(self.ledger.streams)))
        self.refresh()

    def refresh(self) -> None:
        """Draw the current state of everything."""
        with self.lock:
            account = self._account()
            if account is not None:
                fresh = self._drawn_stream != account.stream_id
                self._drawn_stream = account.stream_id
                self.chart.show(account, keep_range=not fresh)
            self._draw_capture()
            self._push(with_streams=True)

    # What a person does

    def _on_message(self, message: Message) -> None:
        """Act on a message of the front end. Errors go to the status line, since nobody would see them raised."""
        act = self._acts().get(message.get("act", ""))
        if act is None:
            return
        with self.lock:
            try:
                act(message)
            except Exception as error:  # noqa: BLE001 -- shown on the status line: a callback's would be lost
                self.capture.fail(error)
            self._draw_capture()
            self._push(with_streams=message["act"] in _CHANGING_SCENARIOS)

    def _acts(self) -> dict[str, Callable[[Message], object]]:
        capture = self.capture
        return {
            "pick": self._pick,
            "range": self._pick_range,
            "length": lambda m: capture.set_length(int(m["value"])),
            "move": lambda m: capture.move(int(m["by"]), start=bool(m["start"])),
            "label": lambda m: capture.label(m["label"], m["note"], m["tags"]),
            "undo": lambda _: capture.undo(),
            "redo": lambda _: capture.redo(),
            "open": lambda m: self._then_look(lambda: capture.open(m["key"])),
            "relabel": lambda m: capture.relabel(m["key"], m["label"]),
            "delete": lambda m: capture.delete(m["key"]),
            "suggest": lambda _: self._then_look(capture.suggest),
            "accept": lambda m: self._then_look(lambda: capture.accept(m["note"], m["tags"])),
            "blind": lambda m: capture.set_blind(bool(m["on"])),
            "stream": self._go_to,
            "step": lambda m: self.player.step(int(m["by"])),
            "play": lambda _: self.player.toggle(),
            "speed": lambda m: self.player.set_speed(float(m["value"])),
            "whole": lambda _: self.player.show_whole(),
            "drag": self._set_drag,
            "theme": lambda m: self.chart.set_dark(bool(m["dark"])),
            "hooked": self._hooked,
            "sight": lambda m: self.chart.see(m.get("low"), m.get("high")),
        }

    def _pick(self, message: Message) -> None:
        index = self.chart.nearest_index(float(message["x"]))
        if index is not None:
            self.capture.pick(index, start=bool(message.get("start")))

    def _pick_range(self, message: Message) -> None:
        first = self.chart.nearest_index(float(message["first"]))
        last = self.chart.nearest_index(float(message["last"]))
        if first is not None and last is not None:
            self.capture.pick_range(first, last)
        self.chart.clear_outline()

    def _on_drawn_click(self, x: float) -> None:
        """Use plotly's own click if the page has said that it cannot locate clicks itself."""
        if not self._page_picks:
            self._on_message({"act": "pick", "x": x})

    def _hooked(self, message: Message) -> None:
        self._page_picks = self.chart.page_tells = bool(message["picks"])
        self._page_loss = (
            "" if self._page_picks else "this page's plotly.js is unknown to midplot, so a click may be missed"
        )
        self.chart.resend()

    def _set_drag(self, message: Message) -> None:
        if message["value"] in DRAG_MODES:
            self._drag = message["value"]
            self.chart.set_drag(self._drag)

    def _go_to(self, message: Message) -> None:
        # Once a person has chosen a stream, a running replay must not take it away again.
        self._follow = False
        ids = list(self.ledger.streams)
        if "by" in message:
            place = ids.index(self.capture.state.stream_id) if self.capture.state.stream_id in ids else 0
            wanted = ids[(place + int(message["by"])) % len(ids)]
        else:
            wanted = int(message["id"])
        if wanted in self.ledger.streams:
            self.player.show_whole()
            self.capture.go_to(wanted)
            self.refresh()

    def _then_look(self, act: Callable[[], object]) -> None:
        """Run an act that selects a window, and make sure that the window is visible."""
        act()
        selected = self.capture.state.selection
        if selected is not None:
            self.chart.make_visible(selected.first, selected.last)

    def _reveal(self, revealed: int | None) -> None:
        """Show the replay up to an index. The player calls this from its own thread."""
        with self.lock:
            self._draw_capture(revealed)
            self._push()

    # Drawing

    def _account(self) -> StreamAccount | None:
        return self.ledger.streams.get(self.capture.state.stream_id)

    def _draw_capture(self, revealed: int | None = None) -> None:
        state = self.capture.state
        selected = state.selection
        window = None if selected is None else (selected.first, selected.last)
        self.player.bounds = self.chart.extent()
        kept = [each.scenario for each in self.capture.kept()]
        with self.chart.batch():
            self.chart.hide_after(
                selected.last if state.blind and selected is not None else None,
                revealed if revealed is not None else self.player.at,
            )
            self.chart.select(window)
            self.chart.scenarios([(s.selection.first, s.selection.last, s.label) for s in kept])

    def _push(self, *, with_streams: bool = False) -> None:
        """Send changes to the front end: the controls always, the header and table only if they may have changed."""
        self.controls.state = self._controls_state()
        if with_streams or not self.header.state or self.header.state["stream"] != self.capture.state.stream_id:
            self.header.state = self._header_state()
            if self.table is not None:
                self.table.show(self._table_state())

    def _controls_state(self) -> dict[str, Any]:
        state, suggestion = self.capture.state, self.capture.state.suggestion
        selected, status = state.selection, self.capture.status()
        return {
            "length": state.length,
            "selection": None if selected is None else {"first": selected.first, "last": selected.last},
            "can_undo": self.capture.can_undo,
            "blind": state.blind,
            "drag": self._drag,
            "dark": self.chart.dark,
            "cleared": state.cleared,
            "status": {"text": " · ".join([status.text, *self._losses()]), "kind": status.kind},
            "play": None if self._running else self.player.state(),
            "suggestion": None if suggestion is None else _suggested(*suggestion),
            "scenarios": [_shown(kept, selected) for kept in self.capture.kept()],
        }

    def _losses(self) -> list[str]:
        """Say what works less well with the installed releases of the libraries below the view."""
        deaf = self._running and in_notebook() and not self.acts.is_heard
        busy = "with this kernel, clicks may have to wait until the cell has ended" if deaf else ""
        return [loss for loss in (self.chart.loss, self._page_loss, busy) if loss]

    def _header_state(self) -> dict[str, Any]:
        return header_state(
            self.ledger,
            self.capture.state.stream_id,
            self.pace.state(),
            running=self._running,
            n_failed=self.capture.shelf.n_failed,
        )

    def _table_state(self) -> dict[str, Any]:
        streams = list(self.ledger.streams.values())
        # Ranking all latencies takes longer than everything else, so during a run the total has only their mean.
        latency = Latency.together([each.latency for each in streams]) if self._running else None
        return self._rows.table(streams, total_of(self.ledger, latency), self.capture.state.stream_id)

    def _words(self) -> str:
        # The view is displayed before the replay begins, when the ledger has no streams yet.
        return f"ReplayView({counted(max(len(self.ledger.streams), self._n_streams), 'stream')})"


def _suggested(suggestion: Any, place: int, total: int) -> dict[str, str]:
    why = f"{suggestion.kind}: {suggestion.why}"
    return {"position": f"{place + 1} of {total}", "why": why, "label": label_of(suggestion.expected)}


def _shown(kept: Kept, selected: Selection | None) -> dict[str, Any]:
    scenario, window = kept.scenario, kept.scenario.selection
    return {
        "key": kept.key,
        "label": scenario.label,
        "first": window.first,
        "last": window.last,
        "note": legible(scenario.note),
        "tags": [legible(tag) for tag in scenario.tags],
        "failed": kept.is_failed,
        "hindsight": kept.hindsight,
        "current": selected is not None and (selected.first, selected.last) == (window.first, window.last),
    }
