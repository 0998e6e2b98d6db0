"""Values and times that stay in a file until they are looked at, and fields that hold either those or an array."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, overload

import numpy as np
import numpy.typing as npt

__all__ = ["FloatArray", "StoredSlice", "StoredTimes", "StoredValues", "TimesField", "ValuesField"]

FloatArray = npt.NDArray[np.float64]

_Times = npt.NDArray[np.datetime64]


class StoredValues(ABC):
    """Values in a file: small, hashable, and able to travel to another process in the place of what they stand for.

    What was read last is kept, so that looking at one stream again and again reads it once; no more than that is.
    """

    __slots__ = ()

    @abstractmethod
    def __len__(self) -> int:
        """Return how many values there are, without reading them."""

    @abstractmethod
    def load(self) -> npt.NDArray[Any]:
        """Read the values, shape ``(len(self),)``, checked and read-only."""

    @property
    @abstractmethod
    def place(self) -> str:
        """Where they are, in a word or two."""

    def read(self) -> npt.NDArray[Any]:
        """Return the values, read anew where others were read since."""
        return _last_read(self)


class StoredTimes(StoredValues):
    """The times of a stream that stays in its file: of these, too, what was read last is kept."""

    __slots__ = ()

    def read(self) -> npt.NDArray[Any]:
        """Return the times, read anew where others were read since."""
        return _last_times(self)


@lru_cache(maxsize=1)
def _last_read(stored: StoredValues) -> npt.NDArray[Any]:
    return stored.load()


@lru_cache(maxsize=1)
def _last_times(stored: StoredTimes) -> npt.NDArray[Any]:
    return stored.load()


@dataclass(frozen=True, slots=True)
class StoredSlice(StoredValues):
    """Some of the values, or of the times, of a stream that stays in a file.

    Attributes
    ----------
    whole
        All of them.
    start, stop
        Which, half-open.
    """

    whole: StoredValues
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def place(self) -> str:
        """Where they are, in a word or two."""
        return self.whole.place

    def read(self) -> npt.NDArray[Any]:
        """Return the values; it is the whole stream that is kept, for its other parts."""
        return self.load()

    def load(self) -> npt.NDArray[Any]:
        """Read the values."""
        return self.whole.read()[self.start : self.stop]


class ValuesField:
    """The field ``values`` of a dataclass: an array that is held, or one that is read whenever it is looked at."""

    @overload
    def __get__(self, instance: None, owner: type) -> Any: ...

    @overload
    def __get__(self, instance: object, owner: type) -> FloatArray: ...

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            raise AttributeError("values")  # tells the dataclass that the field has no default
        given = vars(instance)["values"]
        return given.read() if isinstance(given, StoredValues) else given

    def __set__(self, instance: object, values: npt.ArrayLike | StoredValues) -> None:
        vars(instance)["values"] = values


class HoldsValues:
    """A dataclass with fields ``values`` and ``times``, read-only also where it was pickled or copied: numpy forgets that."""

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        for name in ("values", "times"):
            if isinstance(array := state.get(name), np.ndarray):
                vars(self)[name] = array.view()
                vars(self)[name].flags.writeable = False


class TimesField:
    """The field ``times`` of a dataclass: None, an array that is held, or one that is read whenever it is looked at."""

    @overload
    def __get__(self, instance: None, owner: type) -> Any: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Times | None: ...

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return None  # the default of the field
        given = vars(instance)["times"]
        return given.read() if isinstance(given, StoredValues) else given

    def __set__(self, instance: object, times: _Times | StoredValues | None) -> None:
        vars(instance)["times"] = times
