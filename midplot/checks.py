"""The checker as users meet it: check a movie in one call, look at the report, compare two of them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterable, Sequence
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from midplot.core import check_report as core
from midplot.core.account import StreamAccount
from midplot.core.attacker import InferParameters, as_infer, unused_parameters
from midplot.core.checker import Check, Reason, check_replays, check_scenarios
from midplot.core.comparison import Comparison, compare
from midplot.core.lockstep import BoundInfer
from midplot.core.movie import Movie
from midplot.core.raised import front_door
from midplot.core.scenario import Scenario
from midplot.errors import ArgumentError, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

    from midplot.views.replay_view import ViewBox

__all__ = ["Check", "CheckReport", "Comparison", "Reason", "check", "check_result", "compare"]


class CheckReport(core.CheckReport):
    """The checks of all scenarios of a movie, with their tables and pictures.

    Parameters
    ----------
    checks
        One a scenario, in the order of the movie; at least one.
    threshold
        The fraction that must succeed; all where it is None.
    """

    @classmethod
    def of(cls, report: core.CheckReport) -> Self:
        """Return a plain report with tables and pictures."""
        return cls(report.checks, report.threshold)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a scenario, in the order of the movie.

        Returns
        -------
        pandas.DataFrame
            Columns ``title, label, succeeded, reason, why, first_index, first_decision, delay, earned, stream_id,
            stream, first, last, warm_up, horizon, epsilon, variant, origin, note, tags, hindsight, error``. Indices are original
            ones; of the first decision it has the sign.
        """
        import pandas as pd

        frame = pd.DataFrame([core.check_row(check) for check in self.checks])
        return frame.astype(
            {"first_index": "Int64", "delay": "Int64", "first_decision": "float64", "earned": "float64"}
        )

    def to_html(self, path: str | PathLike[str]) -> Path:
        """Write a self-contained page, failed scenarios first, that opens in any browser without a network.

        Parameters
        ----------
        path
            The file to write. Its folder is made where it is missing.

        Returns
        -------
        pathlib.Path
            Where it is.
        """
        from midplot.views.check_page import write_check_page

        return write_check_page(self, path)

    def show(self) -> ViewBox:
        """Show the report as a view: a picture of each scenario, failed first; a click opens one in a replay view.

        Returns
        -------
        ipywidgets.VBox
            To be displayed, as the last line of a cell is.
        """
        from midplot.views.report_view import ReportView

        return ReportView(self).box

    def _repr_html_(self) -> str:
        from midplot.views.check_page import check_card

        return check_card(self)


def check(
    movie: Movie | Scenario | Iterable[Scenario] | str | PathLike[str],
    infer: Any = None,
    *,
    threshold: float | None = None,
    hyper_parameters: Any = None,
    with_hyper_parameters_load: bool = False,
    model_directory_path: str = ".",
) -> tuple[bool, CheckReport]:
    """Check an attacker against scenarios: each is replayed by a fresh one, warm-up first.

    What the attacker raises fails that scenario, `SystemExit` included; the check never stops early, but for Ctrl-C.

    Parameters
    ----------
    movie
        A movie, scenarios, or the path of a folder or file with some.
    infer
        A generator function, an attacker class, or a factory of attackers. By default ``infer`` of the main module.
    threshold
        The fraction that must succeed; None for all.
    hyper_parameters
        Passed to an infer that takes them.
    with_hyper_parameters_load
        Passed to an infer that takes it: load saved parameters.
    model_directory_path
        Passed to an infer that takes it.

    Returns
    -------
    ok : bool
        Whether enough succeeded.
    report : CheckReport
        With ``success`` and ``failed``; every scenario is in one of them.

    Raises
    ------
    ScenarioError
        If there is no scenario, one is given twice, or a file cannot be used.
    ArgumentError, ArgumentTypeError
        If an argument is wrong.

    Examples
    --------
    >>> from midplot.core.scenario import Selection
    >>> from midplot.core.stream import Stream
    >>> class Trend:
    ...     last = None
    ...
    ...     def tick_and_predict(self, x, horizon):
    ...         before, self.last = self.last, x
    ...         return 0 if before is None else x - before
    >>> selection = Selection.of(Stream([1, 2, 3, 4], name="rising"), 1, 2, horizon=1, epsilon=0.5)
    >>> ok, report = check(Scenario(selection=selection, expected=1), Trend)
    >>> print(report)
    Success: 1, Failed: 0 (100% of 1; all must succeed): passed
    """
    with front_door:
        core.checked_threshold(threshold)
        chosen = as_infer(_main_infer() if infer is None else infer)
        parameters = InferParameters(hyper_parameters, with_hyper_parameters_load, model_directory_path)
        for words in unused_parameters(chosen, parameters):
            warnings.warn(words, UserWarning, stacklevel=2)
        report = CheckReport.of(check_scenarios(_scenarios(movie), chosen, parameters, threshold))
        return report.ok, report


def check_result(
    scenarios: Sequence[Scenario],
    streams: Sequence[StreamAccount],
    threshold: float | None = None,
    infer: BoundInfer | None = None,
) -> tuple[bool, CheckReport]:
    """Check what was decided in a replay of a movie's streams.

    Parameters
    ----------
    scenarios
        Those of the movie, in its order.
    streams
        What came of the replay.
    threshold
        The fraction that must succeed; None for all.
    infer
        The attacker that was replayed, to find out how much history it needs.

    Raises
    ------
    ScenarioError
        If this is a replay of something else.
    """
    replays = [part.replay for stream in streams for part in stream.parts]
    report = CheckReport.of(check_replays(scenarios, replays, threshold, infer=infer))
    return report.ok, report


def _scenarios(movie: Any) -> tuple[Scenario, ...]:
    if isinstance(movie, Movie):
        return movie.scenarios
    if isinstance(movie, Scenario):
        return (movie,)
    if isinstance(movie, str | PathLike):
        from midplot.movie import load_scenarios

        return load_scenarios(movie).scenarios
    if not isinstance(movie, Iterable):
        raise ScenarioError(
            f"check: got {movie!r} ({type(movie).__name__}), which holds no scenarios. "
            "Give a movie, scenarios, or the path of their folder."
        )
    return Movie(movie).scenarios


def _main_infer() -> Any:
    infer = getattr(sys.modules.get("__main__"), "infer", None)
    if infer is None:
        raise ArgumentError(
            "infer: there is none in the main module, so there is nothing to check. "
            "Define infer there, or pass an attacker class as infer."
        )
    return infer
