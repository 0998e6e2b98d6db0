"""Values and times that stay in a file until somebody looks at them, and fields that hold either those or an array."""

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
    """Values in a file: small, hashable, and cheap to send to another process in place of the values themselves.

    Only the values read last are kept in memory, so that looking at one stream repeatedly reads it once.
    """

    __slots__ = ()

    @abstractmethod
    def __len__(self) -> int:
        """Return the number of values, without reading them."""

    @abstractmethod
    def load(self) -> npt.NDArray[Any]:
        """Read the values, shape ``(len(self),)``, checked and read-only."""

    @property
    @abstractmethod
    def place(self) -> str:
        """A short name for where they are, such as the name of the file."""

    def read(self) -> npt.NDArray[Any]:
        """Return the values, from the file unless they were the last ones read."""
        return _last_read(self)


class StoredTimes(StoredValues):
    """The times of a stream that stays in its file. The last ones read are kept as well, apart from the values."""

    __slots__ = ()

    def read(self) -> npt.NDArray[Any]:
        """Return the times, from the file unless they were the last ones read."""
        return _last_times(self)


# One entry each: a replay takes one stream after the other, and a second entry would double the memory it needs.
@lru_cache(maxsize=1)
def _last_read(stored: StoredValues) -> npt.NDArray[Any]:
    return stored.load()


@lru_cache(maxsize=1)
def _last_times(stored: StoredTimes) -> npt.NDArray[Any]:
    return stored.load()


@dataclass(frozen=True, slots=True)
class StoredSlice(StoredValues):
    """A slice of the values or times of a stream that stays in a file.

    Attributes
    ----------
    whole
        All values or times of the stream.
    start, stop
        Half-open bounds of the slice.
    """

    whole: StoredValues
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start

    @property
    def place(self) -> str:
        """A short name for where they are."""
        return self.whole.place

    def read(self) -> npt.NDArray[Any]:
        """Return the values; the whole stream is kept in memory, for its other parts."""
        return self.load()

    def load(self) -> npt.NDArray[Any]:
        """Return the slice of the whole."""
        return self.whole.read()[self.start : self.stop]


class ValuesField:
    """The field ``values`` of a dataclass: an array in memory, or one that is read each time the field is."""

    @overload
    def __get__(self, instance: None, owner: type) -> Any: ...

    @overload
    def __get__(self, instance: object, owner: type) -> FloatArray: ...

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            raise AttributeError("values")  # this is how dataclasses learn that the field has no default
        given = vars(instance)["values"]
        return given.read() if isinstance(given, StoredValues) else given

    def __set__(self, instance: object, values: npt.ArrayLike | StoredValues) -> None:
        vars(instance)["values"] = values


class HoldsValues:
    """Base of dataclasses with the fields ``values`` and ``times``; keeps them read-only when pickled or copied.

    numpy restores a pickled or copied array as writable.
    """

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        for name in ("values", "times"):
            if isinstance(array := state.get(name), np.ndarray):
                vars(self)[name] = array.view()
                vars(self)[name].flags.writeable = False


class TimesField:
    """The field ``times`` of a dataclass: None, an array in memory, or one that is read each time the field is."""

    @overload
    def __get__(self, instance: None, owner: type) -> Any: ...

    @overload
    def __get__(self, instance: object, owner: type) -> _Times | None: ...

    def __get__(self, instance: object | None, owner: type) -> Any:
        if instance is None:
            return None  # dataclasses take this for the default of the field
        given = vars(instance)["times"]
        return given.read() if isinstance(given, StoredValues) else given

    def __set__(self, instance: object, times: _Times | StoredValues | None) -> None:
        vars(instance)["times"] = times
