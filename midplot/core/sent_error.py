"""How an error comes back from a worker process: as itself, whatever its class asks for when it is made."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

from midplot.core.travel import dumped, loaded

__all__ = ["packed_error", "unpacked_error"]


class WorkerTracebackError(Exception):
    """Where in a worker an error came from: the cause of the error that is raised in its stead."""

    def __str__(self) -> str:
        return f"in a worker process:\n\n{self.args[0]}"


def packed_error(error: BaseException) -> bytes:
    """Pack an error with its notes and its traceback as text; what of it cannot travel is left out."""
    text = "".join(traceback.format_exception(error))
    return dumped((_sent(error), _in_words(error, _builtin(type(error))), text))


def unpacked_error(content: bytes) -> BaseException:
    """Return an error that came from a worker, caused by what its traceback says."""
    sent, words, text = loaded(content)
    error: BaseException
    try:
        error = loaded(sent)
    except Exception:  # noqa: BLE001 -- its class could be loaded in the worker, and raises here
        error = loaded(words)
    error.__cause__ = WorkerTracebackError(text)
    return error


def _sent(error: BaseException) -> bytes:
    """Return an error in the most faithful form that can be loaded, and then says the same."""
    ways: list[Callable[[BaseException], bytes]] = [_without_init, dumped]
    # Its words at least, and that it is of as many of its classes as can travel: `except` has to find it.
    ways += [lambda error, kind=kind: _in_words(error, kind) for kind in type(error).__mro__[:-1]]  # type: ignore[misc]
    for way in ways:
        try:
            content = way(error)
            if _told(loaded(content)) == _told(error):
                return content
        except Exception:  # noqa: BLE001 -- whatever its class raises, it cannot travel in this way
            continue
    return _in_words(error, _builtin(type(error)))


def _told(error: BaseException) -> tuple[str, str, tuple[Any, ...]]:
    return type(error).__name__, _text(error), tuple(getattr(error, "__notes__", ()))


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 -- its own
        return "<exception str() failed>"  # the words of Python's own tracebacks


def _builtin(kind: type[BaseException]) -> type[BaseException]:
    """Return the nearest of an error's classes that is Python's own."""
    return next(each for each in kind.__mro__ if each.__module__ == "builtins")


def _without_init(error: BaseException) -> bytes:
    """Pack an error to be made without its ``__init__``, which may want other arguments, or do something again."""
    reduced = error.__reduce_ex__(4)
    if isinstance(reduced, str) or reduced[0] is not type(error):
        raise TypeError("its class has a way of its own to be made again")
    kind, args, *rest = reduced
    if isinstance(error, BaseExceptionGroup):
        args = (error.message, [_Sent(each) for each in error.exceptions])
    else:
        args = tuple(each if _travels(each) else repr(each) for each in args)
    state = rest[0] if rest else None
    if isinstance(state, dict):
        state = {name: value for name, value in state.items() if _travels(value)}
    return dumped(_Made(_remade, (kind, args, state)))


def _remade(kind: type[BaseException], args: tuple[Any, ...], state: Any) -> BaseException:
    builtin = _builtin(kind)
    error = builtin.__new__(kind, *args)
    builtin.__init__(error, *args)
    if state:
        error.__setstate__(state)
    return error


def _in_words(error: BaseException, base: type[BaseException]) -> bytes:
    """Pack an error's words, to be raised in a class of the same name that is derived of one of its own."""
    kind = type(error)
    names = {"__module__": kind.__module__, "__qualname__": kind.__qualname__}
    notes = [str(note) for note in getattr(error, "__notes__", ())]
    return dumped(_Made(_worded, (base, kind.__name__, names, _text(error), notes)))


def _worded(base: type[BaseException], name: str, names: dict[str, str], text: str, notes: list[str]) -> BaseException:
    builtin = _builtin(base)
    if issubclass(builtin, BaseExceptionGroup):  # has to hold errors; these are words only
        base = builtin = Exception if issubclass(builtin, ExceptionGroup) else BaseException
    kind = type(name, (base,), {**names, "__str__": lambda self: self.args[0]})
    try:
        error: BaseException = builtin.__new__(kind, text)
    except TypeError:  # a UnicodeDecodeError, say, has five arguments
        error = Exception.__new__(type(name, (Exception,), dict(vars(kind))), text)
    error.args = (text,)
    for note in notes:
        error.add_note(note)
    return error


class _Made:
    """Something that is pickled as the call that makes it."""

    def __init__(self, make: Callable[..., Any], args: tuple[Any, ...]) -> None:
        self._call = make, args

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return self._call


class _Sent(_Made):
    """An error of a group, which is unpickled as that error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(loaded, (_sent(error),))


def _travels(value: Any) -> bool:
    try:
        loaded(dumped(value))
    except Exception:  # noqa: BLE001 -- what a user's objects raise when they are pickled may be anything
        return False
    return True
