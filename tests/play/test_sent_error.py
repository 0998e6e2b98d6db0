"""Errors of any class come back from a worker as what they are; what cannot travel is left out, not what they say."""

from __future__ import annotations

import builtins
import threading

import pytest

from midplot.errors import StreamError
from midplot.play.workers._sent_error import packed_error, unpacked_error

MADE = []


class TwoWordsError(ValueError):
    def __init__(self, price, limit):
        super().__init__(f"{price} is above {limit}")
        self.price, self.limit = price, limit


class KeywordError(LookupError):
    def __init__(self, *, code):
        super().__init__()
        self.code = code

    def __str__(self):
        return f"code {self.code}"


class PrefixError(Exception):
    """Of one argument: made again from its words, it would say "tick tick 5"."""

    def __init__(self, tick):
        super().__init__(f"tick {tick}")


class CountingError(Exception):
    def __init__(self, text):
        MADE.append(text)
        super().__init__(text)


class HoldingError(Exception):
    def __init__(self, text):
        super().__init__(text)
        self.lock, self.tick = threading.Lock(), 7


class SpokenByLockError(KeyError):
    """What it says is made of what cannot travel."""

    def __init__(self, lock):
        super().__init__(lock)
        self.lock = lock

    def __str__(self):
        return f"held: {self.lock.locked()}"


class MuteError(Exception):
    def __str__(self):
        raise RuntimeError("no words")


class NewError(Exception):
    def __new__(cls, one, two):
        return super().__new__(cls, one)

    def __init__(self, one, two):
        super().__init__(one)


class OwnWayError(Exception):
    def __init__(self, a, b):
        super().__init__(a, b)

    def __reduce__(self):
        return type(self), self.args


class CodedError(OSError):
    def __init__(self, code, host, port):
        super().__init__(code, f"{host}:{port}")


class TextError(UnicodeDecodeError):
    def __init__(self, lock):
        super().__init__("utf-8", b"\xff", 0, 1, "why")
        self.lock = lock

    def __str__(self):
        return f"{self.lock.locked()}"


class Leaving(SystemExit):
    def __init__(self, code, why):
        super().__init__(code)
        self.why = why


ERRORS = {
    "two arguments": lambda: TwoWordsError(5.0, 4.0),
    "keyword only": lambda: KeywordError(code=3),
    "a prefix": lambda: PrefixError(5),
    "a side effect": lambda: CountingError("once"),
    "an attribute that cannot be sent": lambda: HoldingError("held"),
    "an argument that cannot be sent": lambda: ValueError(threading.Lock()),
    "words of what cannot be sent": lambda: SpokenByLockError(threading.Lock()),
    "no words": lambda: MuteError("unseen"),
    "its own __new__": lambda: NewError(1, 2),
    "its own __reduce__": lambda: OwnWayError(1, 2),
    "OSError": lambda: FileNotFoundError(2, "No such file", "prices.csv"),
    "a kind of OSError": lambda: CodedError(5, "feed", 80),
    "ImportError": lambda: ImportError("no river", name="river", path="/river.py"),
    "UnicodeDecodeError": lambda: UnicodeDecodeError("ascii", b"\xe9", 0, 1, "ordinal"),
    "a kind of UnicodeDecodeError": lambda: TextError(threading.Lock()),
    "a kind of SystemExit": lambda: Leaving(3, "done"),
    "KeyError": lambda: KeyError("price"),
    "KeyboardInterrupt": KeyboardInterrupt,
    "midplot's own": lambda: StreamError("stream 3: empty."),
    "a group": lambda: ExceptionGroup("several", [TwoWordsError(1, 2), HoldingError("held"), ValueError("plain")]),
    "a group in a group": lambda: BaseExceptionGroup("outer", [ExceptionGroup("inner", [TwoWordsError(1, 2)])]),
}


def said(error):
    try:
        return str(error)
    except RuntimeError as own:
        return repr(own)


def python_class(error):
    return next(each for each in type(error).__mro__ if hasattr(builtins, each.__name__))


@pytest.mark.parametrize("make", ERRORS.values(), ids=ERRORS)
def test_an_error_comes_back_with_its_name_words_and_notes(make):
    error = make()
    error.add_note("stream 3, tick 118")
    MADE.clear()
    back = unpacked_error(packed_error(error))
    assert (type(back).__name__, type(back).__qualname__) == (type(error).__name__, type(error).__qualname__)
    assert said(back) == said(error)
    assert back.__notes__ == ["stream 3, tick 118"]
    assert MADE == []  # nothing that it does when it is made was done again
    assert type(error).__name__ in str(back.__cause__)


@pytest.mark.parametrize("make", [make for name, make in ERRORS.items() if "UnicodeDecodeError" not in name])
def test_an_error_is_caught_by_its_own_class_and_by_python_s(make):
    error = make()
    back = unpacked_error(packed_error(error))
    assert isinstance(back, type(error))
    assert isinstance(back, python_class(error))


def test_a_class_that_does_not_travel_leaves_its_words_and_a_class_of_python_s():
    class Meta(type):
        def __reduce_ex__(cls, protocol):
            raise TypeError("no")

    class BoundError(ZeroDivisionError, metaclass=Meta):
        lock = threading.Lock()

        def __init__(self, a, b):
            super().__init__(f"{a} by {b}")

    back = unpacked_error(packed_error(BoundError(1, 0)))
    assert (type(back).__name__, str(back)) == ("BoundError", "1 by 0")
    assert isinstance(back, ZeroDivisionError)


def test_attributes_come_along_but_for_what_cannot():
    back = unpacked_error(packed_error(HoldingError("held")))
    assert back.tick == 7
    assert not hasattr(back, "lock")
    two = unpacked_error(packed_error(TwoWordsError(5.0, 4.0)))
    assert (two.price, two.limit, two.args) == (5.0, 4.0, ("5.0 is above 4.0",))
    file = unpacked_error(packed_error(FileNotFoundError(2, "No such file", "prices.csv")))
    assert (file.errno, file.filename) == (2, "prices.csv")
    assert unpacked_error(packed_error(Leaving(3, "done"))).code == 3
    assert unpacked_error(packed_error(ImportError("x", name="river"))).name == "river"


def test_the_errors_of_a_group_come_along():
    back = unpacked_error(packed_error(ERRORS["a group"]()))
    assert [type(each) for each in back.exceptions] == [TwoWordsError, HoldingError, ValueError]
    assert back.subgroup(TwoWordsError).exceptions[0].limit == 2


def test_causes_are_told_by_the_traceback():
    try:
        try:
            raise KeyError("price")
        except KeyError as cause:
            raise TwoWordsError(1, 2) from cause
    except TwoWordsError as error:
        back = unpacked_error(packed_error(error))
    assert "KeyError: 'price'" in str(back.__cause__)
    assert "direct cause" in str(back.__cause__)
