"""Functions inside results that are pickled or copied: those of a notebook, lambdas and closures travel too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never

from midplot.core.travel import dumped, loaded
from midplot.errors import MidplotError

__all__ = ["Carried", "LeftOut"]


class LeftOut:
    """Stands for a function that could not be pickled, or not be unpickled here; calling it says so.

    Parameters
    ----------
    name
        What the function was called.
    reason
        Why it is not here.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.__name__ = name
        self.reason = reason

    def __call__(self, *_: Any) -> Never:
        """Raise, for there is nothing to call.

        Raises
        ------
        MidplotError
            Always.
        """
        raise MidplotError(
            f"infer: the attacker did not come along when this result was pickled ({self.reason}). "
            "Replay it again to verify it."
        )


class Carried:
    """A function that is pickled with all that it needs, and unpickles as itself; it is shared by copies.

    Plain pickle refuses functions without an importable name, and one of them must not keep a whole result from
    being saved.

    Parameters
    ----------
    function
        What is carried.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self._function = function

    def __call__(self, *args: Any) -> Any:
        """Call the function."""
        return self._function(*args)

    def __deepcopy__(self, _: dict[int, Any]) -> Callable[..., Any]:
        return self._function

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, bytes | None, str]]:
        try:
            return _arrived, (self.__name__, dumped(self._function), "")
        except Exception as error:  # noqa: BLE001 -- what a user's objects raise when they are pickled may be anything
            return _arrived, (self.__name__, None, f"{type(error).__name__}: {error}")


def _arrived(name: str, content: bytes | None, reason: str) -> Callable[..., Any]:
    """Return a function that was pickled; where it cannot be, something that says why when it is called."""
    if content is None:
        return LeftOut(name, reason)
    try:
        function: Callable[..., Any] = loaded(content)
    except Exception as error:  # noqa: BLE001 -- its modules are imported here, and may do anything
        return LeftOut(name, f"{type(error).__name__}: {error}")
    return function
