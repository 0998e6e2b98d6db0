"""Follows what an attacker can reach: the globals that its code names, closures, defaults, attributes, and so on.

It is followed as its code is written, without running it: through functions and classes of the user's own modules, and
through whatever objects hold, be they of Python, numpy or a library.
"""

from __future__ import annotations

import functools
import gc
import sys
import types
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import Any

from midplot.causality._named import Names, is_own, names_in
from midplot.causality._numbers import as_float, is_number, runs_of_numbers
from midplot.streams._stream import FloatArray

__all__ = ["Reach"]

MOST_OBJECTS = 100_000
"""Objects that are looked at: a second or so. An attacker that holds more is a model, not a table of prices."""

MOST_NUMBERS = 4_000_000
"""Numbers of a run that are looked at."""

DEEPEST = 24
"""Steps from the attacker to an object."""

ENTRIES = {"tick", "predict", "tick_and_predict", "infer", "update_from_hyper_parameters", "load_params"}
"""Methods that midplot calls. Others are followed when the code that is followed names them."""

_WRAPPED = (staticmethod, classmethod, functools.cached_property)
_CACHE = type(functools.lru_cache(len))
_PLAIN = (int, float, complex, type(None), type(Ellipsis), types.CodeType)


class Reach:
    """Follows objects and collects the numbers that they hold.

    Parameters
    ----------
    roots
        Where to start: objects, each with its name.

    Attributes
    ----------
    runs
        Runs of numbers, each with the path to it as one would write it.
    scalars
        Single numbers, likewise.
    complete
        Whether everything was looked at; False if there were too many objects.
    """

    def __init__(self, roots: Iterable[tuple[str, Any]]) -> None:
        self.runs: list[tuple[str, FloatArray]] = []
        self.scalars: list[tuple[str, float]] = []
        self._seen: dict[int, Any] = {}  # the objects themselves, or the id of one that is gone would be given again
        self._named = set(ENTRIES)
        self._unnamed: list[tuple[str, str, Any]] = []
        self._left = deque((path, root, 0) for path, root in roots)
        while self._left and len(self._seen) < MOST_OBJECTS:
            # A user's object may raise whatever it likes when it is looked at, even when it is asked for its class.
            with suppress(Exception):
                self._visit(*self._left.popleft())
            if not self._left:
                self._take_up_named()
        self.complete = not self._left

    def _take_up_named(self) -> None:
        """Follow the methods, and attributes of modules, that have been named since they were met."""
        for path, name, each in self._unnamed:
            if name in self._named:
                self._left.append((path, each, 1))
        self._unnamed = [each for each in self._unnamed if each[1] not in self._named]

    def _visit(self, path: str, held: Any, depth: int) -> None:
        if is_number(held) and not isinstance(held, bool):
            self.scalars.append((path, as_float(held)))
        if isinstance(held, _PLAIN) or id(held) in self._seen or depth > DEEPEST:
            return
        self._seen[id(held)] = held
        runs = runs_of_numbers(held)
        self.runs += [(path + suffix, run[:MOST_NUMBERS]) for suffix, run in runs]
        if not runs:
            try:
                for name, each in islice(self._inside(path, held), MOST_OBJECTS):
                    self._left.append((name, each, depth + 1))
            except Exception:  # noqa: BLE001 -- one that refuses to be read is read by the collector
                self._left.append((path, _behind(held), depth + 1))

    def _inside(self, path: str, held: Any) -> Iterator[tuple[str, Any]]:
        """Yield what an object holds."""
        if isinstance(held, types.FunctionType):
            yield from self._of_function(held)
        elif isinstance(held, types.MethodType):
            yield from ((path, held.__self__), (path, held.__func__))
        elif isinstance(held, functools.partial):
            yield path, held.func
            yield from ((f"{path}, argument {i}", each) for i, each in enumerate(held.args, 1))
            yield from held.keywords.items()
        elif isinstance(held, types.ModuleType):
            if is_own(held):
                self._unnamed += [(f"{held.__name__}.{name}", name, each) for name, each in vars(held).items()]
        elif isinstance(held, type):
            yield from self._of_class(held)
        elif isinstance(held, _WRAPPED):
            yield path, getattr(held, "__func__", None) or getattr(held, "func", None)
        elif isinstance(held, property):
            yield path, held.fget
        else:
            yield from self._of_object(path, held)

    def _of_object(self, path: str, held: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(held, Mapping):
            yield f"{path}.keys()", tuple(held)
            values = tuple(held.values())
            if values and all(map(is_number, values)) and len(values) > 8:
                yield f"{path}.values()", values
            else:
                yield from ((f"{path}[{_written(key)}]", held[key]) for key in held)
        elif isinstance(held, list | tuple | deque):
            yield from ((f"{path}[{i}]", each) for i, each in enumerate(held))
        elif isinstance(held, set | frozenset):
            yield from ((f"{path}[…]", each) for each in held)
        elif isinstance(held, types.GeneratorType):
            yield from _frame_of(held)
        else:
            yield from self._of_instance(path, held)

    def _of_function(self, function: types.FunctionType) -> Iterator[tuple[str, Any]]:
        code = function.__code__
        for name, cell in zip(code.co_freevars, function.__closure__ or (), strict=True):
            yield from ((name, each) for each in gc.get_referents(cell))  # none if it is not assigned yet
        defaults = function.__defaults__ or ()
        named = code.co_varnames[: code.co_argcount][code.co_argcount - len(defaults) :]
        arguments = {**dict(zip(named, defaults, strict=True)), **(function.__kwdefaults__ or {})}
        yield from ((f"{function.__name__}({name}=…)", each) for name, each in arguments.items())
        yield from ((f"{function.__name__}.{name}", each) for name, each in vars(function).items())
        if is_own(sys.modules.get(function.__module__)):
            names = names_in(code)
            self._named |= names.attributes | ({"super"} & names.globals)
            yield from _globals_of(function, names)

    def _of_class(self, held: type) -> Iterator[tuple[str, Any]]:
        known: set[str] = set()
        for base in held.__mro__:
            if not is_own(sys.modules.get(base.__module__)):
                continue
            for name, each in list(vars(base).items()):
                code = isinstance(each, (types.FunctionType, property, type, *_WRAPPED))
                special = name.startswith("__") and name.endswith("__")
                # A method that a subclass overrides is called by `super` only.
                called = "super" if name in known else name
                if code and (called == "super" or not special) and called not in self._named:
                    self._unnamed.append((f"{base.__name__}.{name}", called, each))
                elif name not in ("__dict__", "__weakref__", "__doc__"):
                    yield f"{base.__name__}.{name}", each
            known |= vars(base).keys()

    def _of_instance(self, path: str, held: Any) -> Iterator[tuple[str, Any]]:
        yield type(held).__name__, type(held)
        attributes = dict(getattr(held, "__dict__", {}))
        slots = [name for base in type(held).__mro__ for name in _slots_of(base) if hasattr(held, name)]
        attributes |= {name: getattr(held, name) for name in slots}
        yield from ((f"{path}.{name}", each) for name, each in attributes.items())
        if not attributes or isinstance(held, _CACHE):
            # An iterator, a method of a list, a cache: what is behind it is not Python's to see, but the collector's.
            yield from ((path, each) for each in _behind(held))


def _behind(held: Any) -> list[Any]:
    """Return what the collector knows to be held by an object."""
    foreign = (type, types.ModuleType, types.FunctionType, types.FrameType)
    return [each for each in gc.get_referents(held) if not issubclass(type(each), foreign)]


def _written(key: Any) -> str:
    # Python refuses to write an int of thousands of digits.
    return repr(key) if isinstance(key, str) or (isinstance(key, int) and key.bit_length() <= 128) else "…"


def _slots_of(base: type) -> tuple[str, ...]:
    slots = vars(base).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _globals_of(function: types.FunctionType, names: Names) -> Iterator[tuple[str, Any]]:
    yield from ((name, function.__globals__[name]) for name in sorted(names.globals & function.__globals__.keys()))
    yield from ((name, sys.modules[name]) for name in sorted(names.modules & sys.modules.keys()))
    yield from ((f"a constant in {function.__name__}", each) for each in names.constants)


def _frame_of(generator: types.GeneratorType[Any, Any, Any]) -> Iterator[tuple[str, Any]]:
    frame = generator.gi_frame
    if frame is not None:
        yield from frame.f_locals.items()
