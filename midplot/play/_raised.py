"""Marks the errors that an attacker's code raises, and shows them without midplot's frames in the traceback."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import TracebackType

from midplot.errors import MidplotError, ProtocolError, message_of
from midplot.play._decision import repr_of, shortened

__all__ = ["claim", "ended", "front_door", "is_attackers", "mark", "own_frames", "place_of"]

_MARK = "_midplot_attackers"
"""Key in an error's ``__dict__``, which is pickled with the error when it is sent between processes."""

_OWN = ("midplot", "importlib")  # importlib runs the attacker's file for midplot
"""Packages whose frames a user need not see."""

_SHOWN = ("midplot.examples",)
"""Modules of midplot whose frames are shown: they hold attackers."""


@cache
def _libraries() -> tuple[str, ...]:
    """Return the folders of code that the user did not write."""
    import sysconfig  # slow to load, and needed once an attacker has failed only

    return tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


YIELD = "Raise an Exception where something is wrong, and yield 0 where there is nothing to decide."
"""What infer should do instead of ending the program."""


def claim(error: BaseException, where: str, advice: str = YIELD, *, who: str = "the attacker") -> None:
    """Note on an attacker's error where it happened, and turn what would end the program into an error.

    To be called while the error is handled, and not for KeyboardInterrupt, which is Ctrl-C whoever raises it. A
    GeneratorExit is the attacker's own: that by which midplot closes a generator does not leave it.

    Parameters
    ----------
    error
        The error that the attacker's code raised.
    where
        Stream and tick, or the function that was called.
    advice
        What to do instead of ending the program.
    who
        Name in the message for the code that raised the error.

    Raises
    ------
    ProtocolError
        Instead of a SystemExit, or of anything else that is not an Exception: code that catches errors does not expect
        them, and a SystemExit would end the program as if all were well.
    RuntimeError
        Instead of a StopIteration, which would end whichever of midplot's own generators it came through.
    """
    if not isinstance(error, Exception):
        raise ProtocolError(f"{who} {ended(error)}", where=where, advice=advice) from error
    if isinstance(error, StopIteration):
        told = RuntimeError(f"{who} raised StopIteration")
        _mark_at(told, where)
        raise told from error
    _mark_at(error, where)


def _mark_at(error: BaseException, where: str) -> None:
    mark(error)
    error.add_note(where)


def mark(error: BaseException) -> None:
    """Mark an error as raised by an attacker's code."""
    # Not by setattr, which a class of the user's may refuse.
    error.__dict__[_MARK] = True


def is_attackers(error: BaseException) -> bool:
    """Tell whether an attacker's code raised an error."""
    return _MARK in error.__dict__


def ended(error: BaseException) -> str:
    """Describe what would have ended the program, with its code and its line."""
    if isinstance(error, SystemExit):
        what, details = "tried to exit the program", [f"SystemExit, code {shortened(repr_of(error.code))}"]
    else:
        kind = type(error).__name__
        what, details = f"raised {kind}, which is not an Exception", [shortened(message_of(error))]
    return f"{what} ({'; '.join(filter(None, [*details, place_of(error)]))})"


def place_of(error: BaseException) -> str:
    """Return the innermost line that is neither midplot's nor, if possible, a library's; an empty text if there is none."""
    codes = [(entry.tb_frame.f_code, entry.tb_lineno) for entry in _entries(error.__traceback__) if not _is_own(entry)]
    written = [place for place in codes if not place[0].co_filename.startswith((*_libraries(), "<frozen"))]
    if not codes:
        return ""
    code, line = (written or codes)[-1]
    file = Path(code.co_filename)
    # The file of a notebook's cell, or of code from another process, has a name that means nothing to anybody.
    named = [] if file.name.startswith("<") or file.parent.name.startswith("ipykernel_") else [file.name]
    named += [f"line {line}"] if code.co_name == "<module>" else [f"line {line}, in {code.co_name}"]
    return ", ".join(named)


def own_frames(error: BaseException) -> None:
    """Remove midplot's frames from the traceback of an error, and of the errors that caused it."""
    seen: set[int] = set()  # a chain of causes may be a circle
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        each.__traceback__ = _without_own(each.__traceback__)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


class _FrontDoor:
    """Shows an error as if the caller of midplot had called the attacker directly.

    Put ``with front_door:`` around the body of a function that users call. An error that midplot did not foresee keeps
    all its frames, since they are needed to find the bug.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Python reads the traceback from the error again after this has returned. It has already added the frame that
        # holds the `with`, so that frame is removed too.
        if error is not None and (is_attackers(error) or isinstance(error, MidplotError)):
            own_frames(error)


front_door = _FrontDoor()


def _entries(traceback: TracebackType | None) -> list[TracebackType]:
    entries = []
    while traceback is not None:
        entries.append(traceback)
        traceback = traceback.tb_next
    return entries


def _without_own(traceback: TracebackType | None) -> TracebackType | None:
    kept: TracebackType | None = None
    for entry in reversed(_entries(traceback)):
        if not _is_own(entry):
            # A new entry, since other errors may share the old one.
            kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return kept


def _is_own(entry: TracebackType) -> bool:
    """Tell whether a frame belongs to midplot, or to the machinery by which it runs a file."""
    name = str(entry.tb_frame.f_globals.get("__name__", ""))
    return name.partition(".")[0] in _OWN and name not in _SHOWN
