"""What an attacker's code raises: told apart from what midplot raises itself, and shown without midplot's frames."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from types import TracebackType

from midplot.errors import MidplotError, ProtocolError
from midplot.play._decision import shortened

__all__ = ["MEANT", "claim", "ended", "front_door", "is_attackers", "mark", "own_frames", "place_of"]

MEANT = (KeyboardInterrupt, GeneratorExit)
"""What keeps its meaning whoever raises it: Ctrl-C, and the end of a generator that is closed."""

_MARK = "_midplot_attackers"
"""An entry of an error's own dictionary, so that it travels between processes with the error."""

_OWN = ("midplot", "importlib")
_SHOWN = ("midplot.examples",)
"""Attackers that come with midplot: their frames are an attacker's."""


@cache
def _libraries() -> tuple[str, ...]:
    """Return the folders of Python's own modules and of installed packages."""
    import sysconfig  # slow to load, and needed once an attacker has failed only

    return tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})


YIELD = "Raise an Exception where something is wrong, and yield 0 where there is nothing to decide."
"""What to do instead of ending the program, in infer."""


def claim(error: BaseException, where: str, advice: str = YIELD, *, who: str = "the attacker") -> None:
    """Note on an attacker's error where it happened; what would end the program becomes a failure.

    To be called while the error is handled, and not for what is `MEANT`.

    Parameters
    ----------
    error
        What the attacker's code raised.
    where
        Stream and tick, or the function that was called.
    advice
        What to do instead of ending the program.
    who
        How the message calls the code that raised it.

    Raises
    ------
    ProtocolError
        In place of a SystemExit, or of anything else that is no Exception: nobody who catches errors expects those,
        and a SystemExit would make the program end as if all were well.
    """
    if not isinstance(error, Exception):
        raise ProtocolError(
            f"{who} {ended(error)}",
            where=where,
            advice=advice,
        ) from error
    mark(error)
    error.add_note(where)


def mark(error: BaseException) -> None:
    """Remember of an error that an attacker's code raised it."""
    error.__dict__[_MARK] = True


def is_attackers(error: BaseException) -> bool:
    """Tell whether an attacker's code raised an error."""
    return _MARK in error.__dict__


def ended(error: BaseException) -> str:
    """Say what would have ended the program, with which code, and in which line."""
    if isinstance(error, SystemExit):
        what, details = "tried to exit the program", [f"SystemExit, code {shortened(repr(error.code))}"]
    else:
        kind = type(error).__name__
        what, details = f"raised {kind}, which is not an Exception", [shortened(str(error))]
    return f"{what} ({'; '.join(filter(None, [*details, place_of(error)]))})"


def place_of(error: BaseException) -> str:
    """Return the line of the innermost frame that is neither midplot's nor a library's; nothing where there is none."""
    codes = [(entry.tb_frame.f_code, entry.tb_lineno) for entry in _entries(error.__traceback__) if not _is_own(entry)]
    written = [place for place in codes if not place[0].co_filename.startswith((*_libraries(), "<frozen"))]
    if not codes:
        return ""
    code, line = (written or codes)[-1]
    file = Path(code.co_filename)
    # What came from a notebook's cell, or from another process, has no file that anybody knows.
    named = [] if file.name.startswith("<") or file.parent.name.startswith("ipykernel_") else [file.name]
    named += [f"line {line}"] if code.co_name == "<module>" else [f"line {line}, in {code.co_name}"]
    return ", ".join(named)


def own_frames(error: BaseException) -> None:
    """Leave midplot's frames out of an error's traceback, and out of those that it came from."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        each.__traceback__ = _without_own(each.__traceback__)
        each = each.__cause__ or (None if each.__suppress_context__ else each.__context__)


class _FrontDoor:
    """Shows an error as if the attacker had been called by whoever called midplot.

    ``with front_door:`` around the body of a function that users call. What midplot did not foresee keeps its frames.
    """

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        # Python takes the traceback anew from the error when this returns, and has entered the present frame already:
        # so that one is left out too.
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
            kept = TracebackType(kept, entry.tb_frame, entry.tb_lasti, entry.tb_lineno)
    return kept


def _is_own(entry: TracebackType) -> bool:
    """Tell whether a frame is midplot's, or of the machinery by which it runs a file."""
    name = str(entry.tb_frame.f_globals.get("__name__", ""))
    return name.partition(".")[0] in _OWN and name not in _SHOWN
