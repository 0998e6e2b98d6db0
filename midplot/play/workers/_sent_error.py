"""Brings an error back from a worker process as itself, whatever arguments its class requires."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from midplot.errors import message_of
from midplot.play.workers._travel import dumped, loaded

__all__ = ["WorkerTracebackError", "packed_error", "unpacked_error"]


class WorkerTracebackError(Exception):
    """The traceback of an error in a worker, as the cause of the same error in this process."""

    def __str__(self) -> str:
        return f"in a worker process:\n\n{self.args[0]}"


def packed_error(error: BaseException) -> bytes:
    """Pack an error with its notes, and its traceback as text; attributes that cannot be pickled are left out."""
    text = "".join(traceback.format_exception(error))
    return dumped((_sent(error), _in_words(error, _builtin(type(error))), text))


def unpacked_error(content: bytes) -> BaseException:
    """Unpack an error from a worker; its cause holds the worker's traceback."""
    sent, words, text = loaded(content)
    error: BaseException
    try:
        error = loaded(sent)
    except Exception:  # noqa: BLE001 -- its class may load in the worker and fail to load here
        error = loaded(words)
    error.__cause__ = WorkerTracebackError(text)
    return error


def _sent(error: BaseException) -> bytes:
    """Pack an error in the most faithful form that can be unpacked to an error that says the same."""
    ways: list[Callable[[BaseException], bytes]] = [_without_init, dumped]
    # If nothing else works, its words, in a class derived from the nearest of its classes that can be pickled: then
    # `except` still finds it.
    ways += [lambda error, kind=kind: _in_words(error, kind) for kind in type(error).__mro__[:-1]]  # type: ignore[misc]
    for way in ways:
        try:
            content = way(error)
            if _identity(loaded(content)) == _identity(error):
                return content
        except Exception:  # noqa: BLE001 -- whatever its class raises, this way does not work
            continue
    return _in_words(error, _builtin(type(error)))


def _identity(error: BaseException) -> tuple[str, str, tuple[Any, ...]]:
    return type(error).__name__, message_of(error), tuple(getattr(error, "__notes__", ()))


def _builtin(kind: type[BaseException]) -> type[BaseException]:
    """Return the nearest built-in class that an error class derives from."""
    return next(each for each in kind.__mro__ if each.__module__ == "builtins")


def _without_init(error: BaseException) -> bytes:
    """Pack an error so that it is made without its ``__init__``, which may require other arguments or have effects."""
    reduced = error.__reduce_ex__(4)
    if isinstance(reduced, str) or reduced[0] is not type(error):
        raise TypeError("its class defines how it is pickled")
    kind, args, *rest = reduced
    if isinstance(error, BaseExceptionGroup):
        args = (error.message, [_Sent(each) for each in error.exceptions])
    else:
        args = tuple(each if _can_be_sent(each) else repr(each) for each in args)
    state = rest[0] if rest else None
    if isinstance(state, dict):
        state = {name: value for name, value in state.items() if _can_be_sent(value)}
    return dumped(_Made(_remade, (kind, args, state)))


def _remade(kind: type[BaseException], args: tuple[Any, ...], state: Any) -> BaseException:
    builtin = _builtin(kind)
    error = builtin.__new__(kind, *args)
    builtin.__init__(error, *args)
    if state:
        error.__setstate__(state)
    return error


def _in_words(error: BaseException, base: type[BaseException]) -> bytes:
    """Pack the words of an error, for an error of a class with the same name that derives from ``base``."""
    kind = type(error)
    names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
    notes = [str(note) for note in getattr(error, "__notes__", ())]
    return dumped(_Made(_worded, (base, kind.__name__, names, message_of(error), notes)))


def _worded(base: type[BaseException], name: str, names: dict[str, str], text: str, notes: list[str]) -> BaseException:
    builtin = _builtin(base)
    if issubclass(builtin, BaseExceptionGroup):  # a group must hold errors, and here are only words
        base = builtin = Exception if issubclass(builtin, ExceptionGroup) else BaseException
    kind = type(name, (base,), {**names, "__str__": lambda self: self.args[0]})
    try:
        error: BaseException = builtin.__new__(kind, text)
    except TypeError:  # some require more: a UnicodeDecodeError has five arguments
        error = Exception.__new__(type(name, (Exception,), dict(vars(kind))), text)
    error.args = (text,)
    for note in notes:
        error.add_note(note)
    return error


class _Made:
    """An object that is pickled as the call that makes something else."""

    def __init__(self, make: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._call = make, args

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


class _Sent(_Made):
    """An error in a group; it is unpickled as that error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(loaded, (_sent(error),))


def _can_be_sent(value: Any) -> bool:
    try:
        loaded(dumped(value))
    except Exception:  # noqa: BLE001 -- a user's objects may raise anything when they are pickled
        return False
    return True
