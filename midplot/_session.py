"""Prepares a replay: finds the attacker, and opens the result and its view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from midplot._running import Listener, Replay
from midplot._warnings import warn
from midplot.errors import ArgumentTypeError, message_of
from midplot.money._ledger import Ledger
from midplot.play._attacker import InferParameters, as_infer, bind, infer_nothing, main_infer, unused_parameters
from midplot.play._settings import ReplaySettings
from midplot.results import ReplayResults

if TYPE_CHECKING:
    from midplot.streams._inputs import Source
    from midplot.views.panel._elsewhere import MarimoView
    from midplot.views.panel._replay_view import ReplayView

__all__ = ["NO_INFER", "Session", "begin"]

NO_INFER = "Please define the 'infer' function in the main module: for debugging, showing no attacks."


@dataclass(frozen=True, slots=True)
class Session:
    """A replay that is ready to run, the result that it fills, and the view that follows it, if any."""

    replay: Replay
    result: ReplayResults
    view: ReplayView | MarimoView | None

    def end(self) -> None:
        """Refresh the view for the last time."""
        if self.view is None:
            return
        try:
            self.view.finish()
        except Exception as error:  # noqa: BLE001 -- a broken view must not take the result with it
            _warn_of_view(error)


def begin(
    sources: list[Source],
    infer: Any,
    parameters: InferParameters,
    settings: ReplaySettings,
    *,
    chart: bool,
    accounts: bool,
    progress: Listener | None,
) -> Session:
    """Prepare the replay of an attacker over sources.

    Parameters
    ----------
    sources
        The sources to replay.
    infer
        The attacker as the user passed it; None for ``infer`` of the main module.
    parameters
        Values of the parameters that infer may have.
    settings
        The rules of the replay.
    chart, accounts
        Whether to show them in a view as the replay runs; in a notebook only.
    progress
        Function that is called with each checkpoint, or None.

    Raises
    ------
    ArgumentError, ArgumentTypeError
        If an argument is wrong.
    """
    if progress is not None and not callable(progress):
        raise ArgumentTypeError(
            f"expected a function of a Progress, got {progress!r}",
            where="progress",
            advice="Give a function or None.",
        )
    chosen = main_infer() if infer is None else infer
    if chosen is None:
        # Not an error: people run a notebook up to its replay before they have written an attacker.
        warn(NO_INFER)
        chosen = infer_nothing
    chosen = as_infer(chosen)
    bound = bind(chosen, parameters)
    for words in unused_parameters(chosen, parameters):
        warn(words)
    result = ReplayResults(Ledger(settings), bound)
    view = _shown_view(result, len(sources), chart=chart, accounts=accounts)
    listeners = [*([progress] if progress else []), *([view.on_progress] if view else [])]
    return Session(Replay(result.ledger, bound, sources, tuple(listeners)), result, view)


def _shown_view(
    result: ReplayResults, n_streams: int, *, chart: bool, accounts: bool
) -> ReplayView | MarimoView | None:
    """Show a view that will follow the replay, and return it; None outside a notebook."""
    if not (chart or accounts):
        return None
    from midplot.views._front_end import in_marimo
    from midplot.views.panel._show import in_notebook, show

    # It can only be seen in a notebook, so a script does not have to load plotly for it.
    if not in_notebook() and not in_marimo():
        return None
    try:
        if in_marimo():
            from midplot.views.panel._elsewhere import MarimoView

            return MarimoView(result.ledger, chart=chart, accounts=accounts)
        from midplot.views.panel._cells import CELLS

        view = result.open_view(chart=chart, accounts=accounts)
        CELLS.display(view)
        view.begin(n_streams)
        show(view.box)
    except Exception as error:  # noqa: BLE001 -- what cannot be shown can still be replayed
        _warn_of_view(error)
        return None
    return view


def _warn_of_view(error: Exception) -> None:
    warn(
        f"view: it raised {type(error).__name__}: {message_of(error)}. The replay is not affected. "
        "Call result.view() for a new view."
    )
