"""An offline stand-in for the notebook object of the crunch CLI, which no longer supports the format of streams.

``load_notebook().test()`` does what the platform's runner did in release 5.2.0, down to the rule by which it fills
parameters.
"""

from __future__ import annotations

import inspect
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from midplot._files import given_path
from midplot._warnings import warn
from midplot.errors import ArgumentError, ArgumentTypeError, MidplotError, message_of
from midplot.evidence._luck import Luck, luck_of_ledger
from midplot.money._ledger import Ledger
from midplot.play._engine import PartReplay
from midplot.play._latency import Latency
from midplot.play._raised import claim, front_door
from midplot.play._settings import ReplaySettings
from midplot.play._trial import replay_stream
from midplot.streams import load_streams
from midplot.streams._platform import Messages, StreamMessage, load_times, parts_of
from midplot.streams._stream import Part, Stream

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Notebook", "StreamMessage", "load_notebook"]


@dataclass(frozen=True, slots=True)
class _TestStream:
    """One stream of the test set, with the times of its rows as they are in the file."""

    stream: Stream
    times: Any


class Notebook:
    """The object that ``crunch.load_notebook()`` returns: it loads streams and runs a test like the platform's.

    Parameters
    ----------
    module
        The module that defines ``train`` and ``infer``.
    model_directory
        Folder that is passed to them as ``model_directory_path``. It is made if it does not exist, as by ``crunch setup``.
    data_directory
        Folder that holds ``X_train.parquet`` and ``X_test.parquet``; if it does not exist, the embedded sample is used.

    Attributes
    ----------
    latency
        Latencies of the last test, or None.
    deterministic
        Whether the last test decided the same twice; None if it was not asked to.
    luck
        The score of the last test at the game's horizon and epsilon, and how much of it may be luck; None before a test.
    """

    def __init__(self, module: types.ModuleType, model_directory: Path, data_directory: Path) -> None:
        self.module = module
        self.model_directory = _made(model_directory)  # a cell may train by hand, before any test
        self.data_directory = data_directory
        self.latency: Latency | None = None
        self.deterministic: bool | None = None
        self.luck: Luck | None = None
        self._warned: set[str] = set()  # infer is called for each part, and one warning is enough

    def load_streams(self) -> tuple[list[Stream], list[Stream]]:
        """Load the parts of every stream, as the platform passes them.

        Returns
        -------
        x_train, x_test : list of Stream
            Streams in lexicographic order, each as its parts in order; the parts bear the name of their stream. Iterating
            one gives the platform's messages.

        Raises
        ------
        StreamError
            If a file is missing or cannot be read.
        """
        x_train, x_test = load_streams(self._source())
        return parts_of(x_train), parts_of(x_test)

    def test(self, *, check_determinism: bool = False) -> pd.DataFrame:
        """Train and infer as the platform's runner did.

        ``train`` is called first, then ``infer`` afresh for each part of each test stream. The runner fills only
        parameters without a default; a parameter with a default keeps it, and a warning says so.

        The runner failed if infer raised an error after its last decision, as code that sums up a part may do on a part
        without decisions. Here that is a warning, and the decisions count.

        Parameters
        ----------
        check_determinism
            Whether to infer twice and set ``deterministic`` to whether the decisions are the same.

        Returns
        -------
        pandas.DataFrame
            Columns ``time, stream, prediction``, one row per value that is not NaN; the index restarts at each stream.

        Raises
        ------
        MidplotError
            If the module has no ``train`` or no ``infer``.
        ProtocolError
            If infer breaks the rules of the game, or train or infer ends the program.
        """
        import pandas as pd

        self.latency = self.deterministic = self.luck = None
        with front_door:
            train, infer = self._function("train"), self._function("infer")
            x_train, x_test = load_streams(self._source())
            times = load_times(self._source())
            tested = [_TestStream(stream, times[stream.name]) for stream in x_test]
            _made(self.model_directory)  # again: somebody may have deleted it since
            self._train(train, x_train)
            replays = self._infer_all(infer, tested)
            if check_determinism:
                self.deterministic = _same(replays, self._infer_all(infer, tested))
        self.latency = Latency.of(*(part.latency_ns for parts in replays for part in parts))
        self.luck = luck_of_ledger(_ledger_of(tested, replays))
        return pd.concat([_predictions(each, parts) for each, parts in zip(tested, replays, strict=True)])

    def __repr__(self) -> str:
        tested = "" if self.luck is None else f", score: {self.luck}"
        return f"Notebook(module={self.module.__name__!r}, data={str(self._source() or 'embedded sample')!r}{tested})"

    def _source(self) -> Path | None:
        return self.data_directory if self.data_directory.is_dir() else None

    def _train(self, train: Callable[..., Any], streams: list[Stream]) -> None:
        values = {"streams": [Messages(part) for part in parts_of(streams)], **self._platform_values()}
        try:
            self._call(train, values)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            claim(error, "in train", "Raise an Exception where something is wrong, and return at the end.")
            raise

    def _infer_all(self, infer: Callable[..., Any], tested: list[_TestStream]) -> list[list[PartReplay]]:
        def bound(messages: Iterator[Any]) -> Any:
            return self._call(infer, {"stream": messages, **self._platform_values()})

        return [replay_stream(each.stream, bound, StreamMessage, self._warn_at_end) for each in tested]

    def _platform_values(self) -> dict[str, Any]:
        """Return the arguments that the runner offered besides the streams."""
        return {
            "model_directory_path": str(self.model_directory),
            "number_of_features": 0,
            "embargo": 0,
            "has_gpu": False,
        }

    def _function(self, name: str) -> Callable[..., Any]:
        function: Callable[..., Any] | None = getattr(self.module, name, None)
        if not callable(function):
            raise MidplotError(
                f"there is no function {name} in {self.module.__name__}",
                where="test",
                advice=f"Define `def {name}(...)`: the platform calls train first, then infer for each stream.",
            )
        return function

    def _call(self, function: Callable[..., Any], values: dict[str, Any]) -> Any:
        """Call a function as the runner did: parameters without a default are filled by name, with None if unknown."""
        called = getattr(function, "__name__", type(function).__name__)
        arguments = {}
        for name, parameter in inspect.signature(function).parameters.items():
            if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
                continue
            if parameter.default is not parameter.empty:
                self._warn_kept(called, parameter, values)
                continue
            if name not in values:
                self._warn(f"{called}: the platform knows no parameter {name!r} and passes None. Remove it.")
            arguments[name] = values.get(name)
        return function(**arguments)

    def _warn_kept(self, function: str, parameter: inspect.Parameter, values: dict[str, Any]) -> None:
        # A user of midplot may expect the platform to fill these two as well; any other default is the user's own affair.
        if parameter.name not in values and parameter.name not in ("with_hyper_parameters_load", "hyper_parameters"):
            return
        self._warn(
            f"{function}: the platform fills only parameters without a default, so "
            f"{parameter.name} stays {parameter.default!r}, whatever was trained."
        )

    def _warn_at_end(self, part: Part, error: Exception) -> None:
        raised = f"infer: {type(error).__name__} was raised after the last decision"
        self._warn(
            f"{raised} on {part.label} ({len(part.values):,} values): {message_of(error)}. Its decisions count here, "
            "but the platform's runner would have failed: let infer end without an error, even if it decided nothing.",
            key=raised,
        )

    def _warn(self, message: str, key: str = "") -> None:
        if (key or message) not in self._warned:
            self._warned.add(key or message)
            warn(message)


def load_notebook(
    module: str | types.ModuleType = "__main__",
    model_directory: str | Path = "resources",
    data_directory: str | Path = "data",
) -> Notebook:
    """Stand in for ``crunch.load_notebook()``, offline.

    Parameters
    ----------
    module
        The module that defines ``train`` and ``infer``, or its name.
    model_directory
        Folder in which ``train`` saves what it has learned. It is made if it does not exist.
    data_directory
        Folder that holds ``X_train.parquet`` and ``X_test.parquet`` with the columns ``time, stream, value``. If there is
        no such folder, the embedded sample is used.

    Returns
    -------
    Notebook

    Raises
    ------
    ArgumentError
        If the module is not imported, or the folder for the model cannot be made.
    ArgumentTypeError
        If it is neither a module nor a name.
    """
    if not isinstance(module, str | types.ModuleType):
        raise ArgumentTypeError(
            f"expected a module or its name, got {module!r}",
            where="module",
            advice="Give '__main__'.",
        )
    found = sys.modules.get(module) if isinstance(module, str) else module
    if found is None:
        raise ArgumentError(
            f"{module!r} is not imported",
            where="module",
            advice="Import it first, or give '__main__'.",
        )
    return Notebook(found, given_path(model_directory, "model_directory"), given_path(data_directory, "data_directory"))


def _made(folder: Path) -> Path:
    """Make a folder unless it is there, and return it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ArgumentError(
            f"the folder {str(folder)!r} cannot be made: {error.strerror or error}",
            where="model_directory",
            advice="Name a folder in which train may save its model.",
        ) from error
    return folder


def _predictions(tested: _TestStream, replays: list[PartReplay]) -> pd.DataFrame:
    import pandas as pd

    recorded = ~np.isnan(tested.stream.values)
    return pd.DataFrame(
        {
            "time": tested.times[recorded],
            "stream": tested.stream.name,
            "prediction": np.concatenate([replay.decisions for replay in replays]),
        }
    )


def _ledger_of(tested: list[_TestStream], replays: list[list[PartReplay]]) -> Ledger:
    ledger = Ledger(ReplaySettings())
    for each, parts in zip(tested, replays, strict=True):
        ledger.open_stream(each.stream)
        for part in parts:
            ledger.record(part)
    ledger.close("complete", 0.0)
    return ledger


def _same(first: list[list[PartReplay]], second: list[list[PartReplay]]) -> bool:
    return all(
        np.array_equal(a.decisions, b.decisions)
        for one, other in zip(first, second, strict=True)
        for a, b in zip(one, other, strict=True)
    )
