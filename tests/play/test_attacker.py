"""What may be given as infer, which parameters it is called with, and what wrap makes of a class."""

from __future__ import annotations

import functools
import inspect

import numpy as np
import pytest

from midplot.errors import ArgumentTypeError, MidplotError, ProtocolError
from midplot.helpers import wrap
from midplot.play._attacker import InferParameters, as_infer, bind, infer_nothing


class Base:
    """Records what it is told."""

    def __init__(self):
        self.told = []

    def tick_and_predict(self, x, horizon):
        self.told.append((x, horizon))
        return x


class TickThenPredict:
    def tick(self, x):
        self.x = x

    def predict(self, horizon):
        return self.x * horizon


class Configured(Base):
    made = []  # noqa: RUF012 - each test empties it

    def __init__(self):
        super().__init__()
        self.made.append(self)

    def load_params(self, path):
        self.told.append(("load", path))

    def update_from_hyper_parameters(self, hyper_parameters):
        self.told.append(("update", hyper_parameters))


def messages(*values):
    return iter([{"x": x} for x in values])


def decisions(infer, *values, **given):
    """Bind an infer and play it by hand."""
    generator = bind(as_infer(infer), InferParameters(**given))(messages(*values))
    assert next(generator) is None
    return list(generator)


# wrap


def test_the_wrapped_function_has_the_four_arguments_of_the_quickstarter():
    infer = wrap(Base)
    assert [(p.name, p.default) for p in inspect.signature(infer).parameters.values()] == [
        ("stream", inspect.Parameter.empty),
        ("hyper_parameters", None),
        ("with_hyper_parameters_load", False),
        ("model_directory_path", "."),
    ]
    assert inspect.isgeneratorfunction(infer)
    assert infer.__name__ == "infer"
    assert "Base" in infer.__doc__


def partly_dynamic():
    attacker = type("Plain", (), {})()
    attacker.tick_and_predict = lambda x, horizon: x
    return attacker


class Delegating:
    """Has its methods from another object only."""

    def __init__(self):
        self.inner = Base()

    def __getattr__(self, name):
        return getattr(self.inner, name)


@pytest.mark.parametrize(
    ("attacker", "expected"),
    [
        (Base, [1.0, 2.0]),
        (TickThenPredict, [5.0, 10.0]),
        (Delegating, [1.0, 2.0]),
        (partly_dynamic, [1.0, 2.0]),
        (lambda: TickThenPredict(), [5.0, 10.0]),
        (functools.partial(Base), [1.0, 2.0]),
    ],
)
def test_attackers_are_made_and_ticked(attacker, expected):
    assert decisions(attacker, 1.0, 2.0, horizon=5) == expected
    assert decisions(wrap(attacker), 1.0, 2.0, horizon=5) == expected


def test_tick_and_predict_comes_before_tick_and_predict_apart():
    class Both(Base, TickThenPredict):
        pass

    assert decisions(Both, 3.0) == [3.0]


def test_each_stream_has_a_fresh_attacker():
    Configured.made.clear()
    infer = bind(wrap(Configured), InferParameters())
    for _ in range(2):
        list(infer(messages(1.0)))
    assert [attacker.told for attacker in Configured.made] == [[(1.0, 30)], [(1.0, 30)]]


@pytest.mark.parametrize(
    "attacker",
    [Configured, wrap(Configured), wrap(Configured, horizon=99), functools.partial(wrap(Configured))],
    ids=["class", "wrapped", "wrapped with its own", "partial"],
)
def test_a_replay_tells_its_horizon_to_a_wrapped_attacker(attacker):
    Configured.made.clear()
    decisions(attacker, 1.0, horizon=7)
    assert Configured.made[0].told == [(1.0, 7)]


def test_called_by_others_a_wrapped_attacker_has_the_horizon_of_the_game_or_its_own():
    Configured.made.clear()
    for infer in (wrap(Configured), wrap(Configured, horizon=7)):
        list(infer(messages(1.0)))
    assert [attacker.told for attacker in Configured.made] == [[(1.0, 30)], [(1.0, 7)]]


def test_a_decorated_infer_stays_decorated():
    infer = wrap(Base)

    @functools.wraps(infer)
    def negated(stream, *args, **kwargs):
        for decision in infer(stream, *args, **kwargs):
            yield decision if decision is None else -decision

    assert decisions(negated, 1.0, 2.0) == [-1.0, -2.0]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"hyper_parameters": {"a": 1}}, [("update", {"a": 1})]),
        ({"hyper_parameters": {}}, [("update", {})]),
        ({"with_hyper_parameters_load": True}, [("load", ".")]),
        ({"with_hyper_parameters_load": True, "model_directory_path": "models"}, [("load", "models")]),
        ({"model_directory_path": "models"}, []),
    ],
)
@pytest.mark.parametrize("as_given", [lambda c: c, wrap])
def test_parameters_reach_the_attacker(given, told, as_given):
    Configured.made.clear()
    decisions(as_given(Configured), 1.0, **given)
    assert Configured.made[0].told == [*told, (1.0, 30)]


@pytest.mark.parametrize(
    ("attacker", "given", "words"),
    [
        (
            Base,
            {"hyper_parameters": {}},
            ["Base: hyper_parameters were given", "update_from_hyper_parameters", "Add it"],
        ),
        (Base, {"with_hyper_parameters_load": True}, ["Base: with_hyper_parameters_load is set", "load_params"]),
        (lambda: 3, {}, ["<lambda>: it made 3 (int)", "tick_and_predict(x, horizon)", "return an attacker"]),
        (dict, {}, ["dict: it made {} (dict)", "tick(x) with predict(horizon)"]),
    ],
)
def test_an_attacker_without_the_method_that_is_needed(attacker, given, words):
    with pytest.raises(ProtocolError) as caught:
        decisions(attacker, 1.0, **given)
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("make", [wrap, as_infer])
@pytest.mark.parametrize("candidate", [Base(), 5, "infer", [Base]], ids=["object", "number", "text", "list"])
def test_what_cannot_make_attackers(make, candidate):
    with pytest.raises(ArgumentTypeError) as caught:
        make(candidate)
    assert isinstance(caught.value, MidplotError)
    assert isinstance(caught.value, TypeError)
    assert str(caught.value).startswith(("wrap: ", "infer: "))
    assert type(candidate).__name__ in str(caught.value)


def test_an_object_that_could_be_called_is_still_no_class():
    class Callable(Base):
        def __call__(self):
            return self

    for make in (wrap, as_infer):
        with pytest.raises(ArgumentTypeError, match="class itself"):
            make(Callable())


# The signature decides


def recording(make):
    """Return what an infer was called with, by the function that `make` defines around a recorder."""

    def run(**given):
        got = {}
        generator = bind(as_infer(make(got)), InferParameters(**given))(messages())
        assert list(generator) == [None]
        return got

    return run


def plain(got):
    def infer(stream):
        yield

    return infer


def path_only(got):
    def infer(stream, model_directory_path):
        got.update(path=model_directory_path)
        yield

    return infer


def quickstarter(got):
    def infer(stream, hyper_parameters=None, with_hyper_parameters_load=False, model_directory_path="."):
        got.update(hyper=hyper_parameters, load=with_hyper_parameters_load, path=model_directory_path)
        yield

    return infer


def required(got):
    def infer(s, horizon, *, hyper_parameters, with_hyper_parameters_load):
        got.update(horizon=horizon, hyper=hyper_parameters, load=with_hyper_parameters_load)
        yield

    return infer


def own_defaults(got):
    def infer(stream, hyper_parameters=(1, 2), horizon=3, other="mine"):
        got.update(hyper=hyper_parameters, horizon=horizon, other=other)
        yield

    return infer


def keywords(got):
    def infer(stream, **kwargs):
        got.update(kwargs)
        yield

    return infer


def everything(got):
    def infer(*args, **kwargs):
        got.update(kwargs, args=len(args))
        yield

    return infer


def part_keywords(got):
    return functools.partial(keywords(got), horizon=3, hyper_parameters={"b": 2})


def part_quickstarter(got):
    return functools.partial(quickstarter(got), model_directory_path="mine", with_hyper_parameters_load=True)


class AsMethod:
    def __init__(self, got):
        self.got = got

    def infer(self, stream, horizon):
        self.got.update(horizon=horizon)
        yield

    def __call__(self, stream, horizon):
        self.got.update(called=horizon)
        yield


ALL = {"hyper_parameters": {"a": 1}, "with_hyper_parameters_load": True, "model_directory_path": "m", "horizon": 9}
NONE = {"hyper_parameters": None, "with_hyper_parameters_load": False, "model_directory_path": ".", "horizon": 30}
ARRAY = np.arange(3)


@pytest.mark.parametrize(
    ("make", "given", "expected"),
    [
        (plain, ALL, {}),
        (path_only, {}, {"path": "."}),
        (path_only, ALL, {"path": "m"}),
        (quickstarter, {}, {"hyper": None, "load": False, "path": "."}),
        (quickstarter, ALL, {"hyper": {"a": 1}, "load": True, "path": "m"}),
        (quickstarter, {"hyper_parameters": ARRAY}, {"hyper": ARRAY, "load": False, "path": "."}),
        (required, {}, {"horizon": 30, "hyper": None, "load": False}),
        (required, ALL, {"horizon": 9, "hyper": {"a": 1}, "load": True}),
        (own_defaults, {}, {"hyper": (1, 2), "horizon": 30, "other": "mine"}),
        (own_defaults, ALL, {"hyper": {"a": 1}, "horizon": 9, "other": "mine"}),
        (keywords, {}, NONE),
        (keywords, ALL, ALL),
        (everything, ALL, {**ALL, "args": 1}),
        (part_keywords, {}, {**NONE, "horizon": 3, "hyper_parameters": {"b": 2}}),
        (part_keywords, ALL, ALL),
        (part_quickstarter, {}, {"hyper": None, "load": True, "path": "mine"}),
        (part_quickstarter, ALL, {"hyper": {"a": 1}, "load": True, "path": "m"}),
        (lambda got: AsMethod(got).infer, ALL, {"horizon": 9}),
        (lambda got: AsMethod(got), ALL, {"called": 9}),
    ],
)
def test_infer_is_called_with_just_what_its_signature_accepts(make, given, expected):
    assert recording(make)(**given) == expected


@pytest.mark.parametrize(
    ("infer", "words"),
    [
        (lambda *, stream: None, ["it takes no stream", "def infer(stream)"]),
        (lambda stream, lag: None, ["it requires lag", "Give a default", "hyper_parameters", "horizon"]),
        (lambda stream, lag, *, depth: None, ["it requires lag, depth"]),
        (lambda stream, horizon, /: None, ["it requires horizon"]),
    ],
)
def test_a_signature_that_cannot_be_served(infer, words):
    with pytest.raises(ArgumentTypeError) as caught:
        bind(as_infer(infer), InferParameters())
    for word in ["infer: ", *words]:
        assert word in str(caught.value)


def test_a_function_whose_parameters_cannot_be_told():
    with pytest.raises(ArgumentTypeError, match=r"infer: the parameters of <built-in .*cannot be read\. Write"):
        as_infer(max)


def test_infer_nothing_decides_nothing():
    assert decisions(infer_nothing, 1.0, 2.0) == [0.0, 0.0]


# Behind a decorator that does not say whom it calls


def passing(function):
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


def yielding(function):
    def wrapper(*args, **kwargs):
        yield from function(*args, **kwargs)

    return wrapper


def naming_the_stream(function):
    def wrapper(stream, **kwargs):
        return function(stream, **kwargs)

    return wrapper


def logging(function):
    """Hold another function besides, as a decorator that logs or counts does."""
    said = []

    def log(text):
        said.append(text)

    def wrapper(*args, **kwargs):
        log(f"called with {len(args)}")
        return function(*args, **kwargs)

    return wrapper


def adding(function):
    def wrapper(*args, **kwargs):
        return function(*args, horizon=77, **{name: each for name, each in kwargs.items() if name != "horizon"})

    return wrapper


class Calling:
    def __init__(self, function):
        self.function = function

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)

    def method(self, *args, **kwargs):
        return self.function(*args, **kwargs)


def held_back(function):
    return functools.partial(passing(function))


DECORATORS = [
    passing,
    yielding,
    naming_the_stream,
    logging,
    Calling,
    held_back,
    lambda function: Calling(function).method,
    lambda function: passing(passing(function)),
    lambda function: logging(yielding(naming_the_stream(function))),
    lambda function: functools.wraps(function)(passing(function)),
    staticmethod,
]


@pytest.mark.parametrize("decorate", DECORATORS)
@pytest.mark.parametrize("make", [plain, path_only, quickstarter, required, own_defaults, keywords, part_quickstarter])
def test_a_decorated_infer_is_called_as_the_undecorated_one_would_be(decorate, make):
    for given in ({}, ALL, {"hyper_parameters": ARRAY}, {"horizon": 5}):
        assert recording(lambda got: decorate(make(got)))(**given) == recording(make)(**given)


@pytest.mark.parametrize("given", [{}, ALL])
def test_what_a_decorator_gives_itself_is_not_asked_for(given):
    def infer(stream, horizon):
        yield horizon

    generator = bind(as_infer(adding(infer)), InferParameters(**given))(messages())
    assert list(generator) == [77]


@pytest.mark.parametrize("decorate", [passing, logging, Calling, held_back])
def test_a_decorated_class_is_still_a_factory(decorate):
    assert decisions(decorate(Base), 1.0, 3.0) == decisions(Base, 1.0, 3.0)


@pytest.mark.parametrize("decorate", [passing, yielding])
def test_a_decorated_infer_of_a_wrapped_class(decorate):
    assert decisions(decorate(wrap(Base)), 1.0, 3.0) == decisions(Base, 1.0, 3.0)


GLOBAL_CALLS = []


def global_infer(stream, model_directory_path):
    GLOBAL_CALLS.append(model_directory_path)
    yield


def global_wrapper(*args, **kwargs):
    return global_infer(*args, **kwargs)


def test_a_wrapper_of_a_global_function():
    generator = bind(as_infer(global_wrapper), InferParameters(model_directory_path="here"))(messages())
    assert list(generator) == [None]
    assert GLOBAL_CALLS == ["here"]


def test_a_function_that_helps_is_not_taken_for_the_one_that_is_wrapped():
    def windows(values, size):
        yield from values

    def infer(stream, **kwargs):
        got.update(kwargs)
        yield
        yield from map(abs, windows(stream, 2) if kwargs["horizon"] == 0 else ())

    got = {}
    infer.helper = abs
    list(bind(as_infer(lambda stream, **kwargs: infer(stream, **kwargs)), InferParameters())(messages()))
    assert got == NONE


HIDDEN = {}


def hiding(*args, **kwargs):
    return HIDDEN["infer"](*args, **kwargs)


def test_where_nothing_can_be_seen_only_what_was_given_is_passed(monkeypatch):
    def infer(stream, hyper_parameters):
        yield hyper_parameters

    monkeypatch.setitem(HIDDEN, "infer", infer)
    bound = bind(as_infer(hiding), InferParameters(hyper_parameters=3))
    assert list(bound(messages())) == [3]
    with pytest.raises(
        ProtocolError, match=r"^infer: hiding .* the stream alone, and raised TypeError: .*functools\.wraps"
    ):
        bind(as_infer(hiding), InferParameters())(messages())


# What is no attacker is said to be what it is


class Iterated:
    def __init__(self, stream):
        self.stream, self.ready = iter(stream), False

    def __iter__(self):
        return self

    def __next__(self):
        if not self.ready:
            self.ready = True
            return None
        return next(self.stream)["x"]


class Iterable:
    def __init__(self, stream):
        self.stream = stream

    def __iter__(self):
        yield
        for message in self.stream:
            yield message["x"]


class Called:
    def __call__(self, stream):
        yield
        for message in stream:
            yield message["x"]


class Function:
    """Made from the stream, and nothing else is known of it."""

    def __init__(self, stream, lag):
        self.stream = stream


class Sized(Base):
    def __init__(self, size):
        super().__init__()


async def asynchronous(stream):
    return stream


async def asynchronous_generator(stream):
    yield
    async for message in stream:
        yield message["x"]


class CalledAsynchronously:
    async def __call__(self, stream):
        return stream


@pytest.mark.parametrize(
    ("infer", "kind", "words"),
    [
        (
            Iterated,
            ProtocolError,
            ["class Iterated", "iterated over", "def infer(stream): yield from Iterated(stream)"],
        ),
        (Iterable, ProtocolError, ["class Iterable", "def infer(stream): yield from Iterable(stream)"]),
        (Called, ProtocolError, ["class Called", "infer=Called()"]),
        (Function, ProtocolError, ["class Function, made from stream, lag", "tick_and_predict", "def infer(stream)"]),
        (Sized, ArgumentTypeError, ["Sized requires size", "infer=lambda: Sized(...)"]),
        (asynchronous, ProtocolError, ["asynchronous is an `async def`", "def infer(stream)"]),
        (asynchronous_generator, ProtocolError, ["`async def`"]),
        (CalledAsynchronously(), ProtocolError, ["CalledAsynchronously is an `async def`"]),
        (functools.partial(asynchronous), ProtocolError, ["`async def`"]),
        (plain({})(messages()), ArgumentTypeError, ["got <generator object"]),
        ("infer", ArgumentTypeError, ["got 'infer' (str)"]),
    ],
)
def test_what_cannot_be_replayed_is_said_to_be_what_it_is(infer, kind, words):
    with pytest.raises(kind) as caught:
        as_infer(infer)
    for word in ["infer: ", *words]:
        assert word in str(caught.value)


@pytest.mark.parametrize(
    "infer",
    [
        Called(),
        Called().__call__,
        lambda stream: Called()(stream),
        lambda stream=(): Called()(stream),
        functools.partial(lambda stream, size: Called()(stream), size=3),
        lambda stream: (yield from Iterated(stream)),
        lambda stream: (yield from Iterable(stream)),
    ],
)
def test_other_ways_to_write_an_infer(infer):
    assert decisions(infer, 1.0, 2.0) == [1.0, 2.0]


@pytest.mark.parametrize(
    "attacker",
    [functools.partial(Sized, 3), functools.partial(Sized, size=3), lambda: Sized(3), lambda size=3: Sized(size)],
)
def test_other_ways_to_make_an_attacker(attacker):
    assert decisions(attacker, 1.0, 3.0) == decisions(Base, 1.0, 3.0)
