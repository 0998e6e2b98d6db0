"""Lets a result that is pickled or copied keep its functions, including lambdas, closures and those of a notebook."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Never

from midplot.errors import MidplotError
from midplot.play.workers._travel import dumped, loaded

__all__ = ["Carried", "LeftOut"]


class LeftOut:
    """A stand-in for a function that could not be pickled or unpickled; calling it says so.

    Parameters
    ----------
    name
        The name of the function.
    reason
        Why the function is missing.
    """

    def __init__(self, name: str, reason: str) -> None:
        self.__name__ = name
        self.reason = reason

    def __call__(self, *_: Any) -> Never:
        """Raise, since there is nothing to call.

        Raises
        ------
        MidplotError
            Always.
        """
        raise MidplotError(
            f"the attacker did not come along with this result ({self.reason})",
            where="infer",
            advice="Replay it again to verify it.",
        )


class Carried:
    """A wrapper that pickles a function with everything it needs. It unpickles, and copies, as the function itself.

    Plain pickle refuses a function that cannot be imported by name, and a single one of them must not prevent a whole
    result from being saved.

    Parameters
    ----------
    function
        The function to be pickled.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.__name__ = getattr(function, "__name__", type(function).__name__)
        self._function = function

    def __call__(self, *args: Any) -> Any:
        """Call the function."""
        return self._function(*args)

    # Functions are copied by reference, as copy.deepcopy does with plain ones.
    def __deepcopy__(self, _: dict[int, Any]) -> Callable[..., Any]:
        return self._function

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, bytes | None, str]]:
        try:
            return _unpickled, (self.__name__, dumped(self._function), "")
        except Exception as error:  # noqa: BLE001 -- a user's objects may raise anything when they are pickled
            return _unpickled, (self.__name__, None, f"{type(error).__name__}: {error}")


def _unpickled(name: str, content: bytes | None, reason: str) -> Callable[..., Any]:
    """Return the function that was pickled, or a stand-in that says why it is missing when it is called."""
    if content is None:
        return LeftOut(name, reason)
    try:
        function: Callable[..., Any] = loaded(content)
    except Exception as error:  # noqa: BLE001 -- its modules are imported here and may do anything
        return LeftOut(name, f"{type(error).__name__}: {error}")
    return function
