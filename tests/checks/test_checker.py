"""The checker: a fresh attacker for each scenario, warm-up first; faults, thresholds, mismatches, and readiness."""

from __future__ import annotations

import numpy as np
import pytest

from midplot import DOWN, NOTHING, UP, replay
from midplot.checks import CheckReport, Reason, check
from midplot.checks._checker import check_replays, check_scenarios
from midplot.errors import ArgumentError, ArgumentTypeError, ProtocolError, ScenarioError
from midplot.examples import MeanReversionAttacker, MomentumAttacker
from midplot.play._attacker import InferParameters, as_infer, bind
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import Scenario, Selection
from midplot.streams._stream import Stream

WALK = Stream(np.random.default_rng(5).normal(size=3000).cumsum(), name="walk")


def a_scenario(expected=UP, first=200, last=None, warmup=100, stream=WALK, horizon=3, epsilon=0.5):
    last = first + 19 if last is None else last
    return Scenario(
        selection=Selection.of(stream, first, last, horizon=horizon, epsilon=epsilon, warmup=warmup), expected=expected
    )


def ready_after(n, decision=1.0):
    """Return an infer that decides on every tick once it has seen n."""

    def infer(stream):
        yield
        for seen, _ in enumerate(stream, start=1):
            yield decision if seen >= n else 0.0

    return infer


def checked(scenarios, infer, threshold=None):
    return check(scenarios, infer, threshold=threshold)[1]


def judged(scenarios, replays, threshold=None, infer=None):
    return CheckReport(tuple(check_replays(scenarios, replays, infer=infer)), threshold)


def replays_of(movie, infer, **options):
    result = replay(movie.streams(), infer=infer, **{"horizon": 3, "epsilon": 0.5, **options})
    return [part.replay for stream in result.streams.values() for part in stream.parts]


class Recorder:
    """Keeps what every attacker of it was fed."""

    fed: list[list[float]]

    def __init__(self):
        self.seen = []
        Recorder.fed.append(self.seen)

    def tick_and_predict(self, x, horizon):
        self.seen.append((x, horizon))
        return 0.0


# What is fed


def test_each_scenario_gets_a_fresh_attacker_the_warm_up_first_and_never_what_follows():
    Recorder.fed = []
    scenarios = [a_scenario(NOTHING, 200, 219), a_scenario(NOTHING, 300, 304, warmup=7, horizon=9)]
    assert checked(scenarios, Recorder).ok
    prices = [[x for x, _ in seen] for seen in Recorder.fed]
    assert prices == [list(s.selection.before + s.selection.values) for s in scenarios]
    assert [{horizon for _, horizon in seen} for seen in Recorder.fed] == [{3}, {9}]


def test_an_infer_is_given_the_parameters_that_it_asks_for():
    asked = []

    def infer(stream, hyper_parameters, model_directory_path, horizon):
        asked.append((hyper_parameters, model_directory_path, horizon))
        yield
        for _ in stream:
            yield 1.0

    parameters = InferParameters({"factor": 2}, False, "models", horizon=77)
    assert check_scenarios([a_scenario()], infer, parameters)[0].succeeded
    assert asked == [({"factor": 2}, "models", 3)]


@pytest.mark.parametrize("attacker", [MomentumAttacker, MeanReversionAttacker])
def test_decisions_are_those_of_a_replay(attacker):
    movie = Movie([a_scenario(label, first, first + 30) for first in range(150, 2500, 90) for label in (UP,)])
    replayed = replays_of(movie, attacker)
    for made, expected in zip(checked(movie, attacker).checks, replayed, strict=True):
        assert made.decisions.tolist() == expected.decisions.tolist()


# Every scenario is in one of two lists


def test_the_check_never_stops_early_and_keeps_the_order():
    scenarios = [a_scenario((UP, DOWN, NOTHING)[n % 3], first) for n, first in enumerate(range(200, 1400, 100))]
    report = checked(scenarios, ready_after(1), threshold=0)
    assert [c.scenario for c in report.checks] == scenarios
    assert report.ok
    assert len(report.success) == 4
    assert len(report.failed) == 8
    assert {id(c) for c in report.checks} == {id(c) for c in report.success + report.failed}


def test_what_an_attacker_raises_fails_its_scenario_and_the_check_goes_on():
    class Picky:
        def __init__(self):
            self.ticks = 0

        def tick_and_predict(self, x, horizon):
            self.ticks += 1
            if x == bad and self.ticks > 100:
                raise ZeroDivisionError("by hand")
            return 1.0

    scenarios = [a_scenario(UP, first) for first in (200, 300, 400)]
    bad = scenarios[1].selection.values[4]
    report = checked(scenarios, Picky)
    assert [c.reason for c in report.checks] == [Reason.SUCCEEDED, Reason.RAISED, Reason.SUCCEEDED]
    failed = report.failed[0]
    assert isinstance(failed.error, ZeroDivisionError)
    assert failed.why == "the attacker raised ZeroDivisionError: by hand at tick 304"
    assert failed.decisions.tolist() == [1.0] * 104


def peeks(stream):
    yield
    for message in stream:
        following = next(stream)
        yield following["x"] - message["x"]


def ends_early(stream):
    yield
    for _ in range(5):
        next(stream)
        yield 0.0


def decides_none(stream):
    yield
    for _ in stream:
        yield None


def raises_at_start(stream):
    raise FileNotFoundError("params.json")
    yield


def raises_at_end(stream):
    yield
    for _ in stream:
        yield 1.0
    raise RuntimeError("no room on disk")


@pytest.mark.parametrize(
    ("infer", "kind", "why"),
    [
        (peeks, ProtocolError, "the attacker broke the protocol: tick 100: previous value not yield-ed"),
        (
            ends_early,
            ProtocolError,
            "the attacker broke the protocol: tick 105: yield not called enough time (5 / 120)",
        ),
        (
            decides_none,
            ProtocolError,
            "the attacker broke the protocol: tick 100: expected a number as decision, got None",
        ),
        (
            raises_at_start,
            FileNotFoundError,
            "the attacker raised FileNotFoundError: params.json before the first tick",
        ),
        (raises_at_end, RuntimeError, "the attacker raised RuntimeError: no room on disk after the last tick"),
    ],
)
def test_faults_of_every_kind_are_verdicts(infer, kind, why):
    report = checked([a_scenario(UP), a_scenario(NOTHING, 300, 310)], infer)
    assert [c.reason for c in report.checks] == [Reason.RAISED] * 2
    assert type(report.checks[0].error) is kind
    assert report.checks[0].why.startswith(why)


def test_an_attacker_that_raised_is_closed():
    closed = []

    def infer(stream):
        try:
            yield
            for _ in stream:
                yield "up"
        finally:
            closed.append(True)

    assert checked([a_scenario()], infer).failed
    assert closed == [True]


def test_ctrl_c_goes_through_and_closes_the_attacker():
    closed = []

    def infer(stream):
        try:
            yield
            for n, _ in enumerate(stream):
                if n == 3:
                    raise KeyboardInterrupt
                yield 0.0
        finally:
            closed.append(True)

    with pytest.raises(KeyboardInterrupt):
        checked([a_scenario()], infer)
    assert closed == [True]


def test_what_a_generator_is_closed_by_fails_the_scenario_and_the_check_goes_on():
    def infer(stream):
        yield
        for _ in stream:
            raise GeneratorExit

    checks = checked([a_scenario(), a_scenario(expected=DOWN, first=300)], infer).checks
    assert [check.reason for check in checks] == [Reason.RAISED, Reason.RAISED]
    assert "raised GeneratorExit" in checks[0].why


# Wrong use


def test_checking_nothing_is_wrong_use_that_says_what_to_do_first():
    with pytest.raises(ScenarioError, match="save it first"):
        checked([], MomentumAttacker)
    with pytest.raises(ScenarioError, match="save it first"):
        judged([], [])


@pytest.mark.parametrize("threshold", [-0.01, 1.01, float("nan"), float("inf")])
def test_a_threshold_that_is_no_fraction_is_refused_before_anything_is_replayed(threshold):
    Recorder.fed = []
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        checked([a_scenario()], Recorder, threshold)
    with pytest.raises(ArgumentError, match="between 0 and 1"):
        judged([], [], threshold)
    assert Recorder.fed == []


@pytest.mark.parametrize("threshold", ["0.5", True, np.bool_(True), [0.5]])
def test_a_threshold_that_is_no_number_is_refused(threshold):
    with pytest.raises(ArgumentTypeError, match="threshold"):
        checked([a_scenario()], MomentumAttacker, threshold)


# A replay that was made


def test_a_replay_of_the_movie_is_judged_as_the_check_in_one_call():
    movie = Movie([a_scenario((UP, DOWN, NOTHING)[n % 3], f, f + 40) for n, f in enumerate(range(150, 2800, 50))])
    made = judged(movie.scenarios, replays_of(movie, MomentumAttacker), 0.5)
    called = checked(movie.scenarios, MomentumAttacker, 0.5)
    assert made.to_dict() == called.to_dict()
    assert 0 < len(made.success) < made.n


@pytest.fixture
def movie():
    return Movie([a_scenario(UP, 200), a_scenario(DOWN, 300), a_scenario(NOTHING, 400)])


def test_another_number_of_streams_is_refused(movie):
    replays = replays_of(movie, MomentumAttacker)
    with pytest.raises(ScenarioError, match=r"there are 2 scenarios, but 3 streams were replayed.*movie.streams\(\)"):
        judged(movie.scenarios[:2], replays)
    with pytest.raises(ScenarioError, match="there are 3 scenarios, but 1 streams"):
        judged(movie.scenarios, replays[:1])


def test_streams_in_another_order_are_refused(movie):
    with pytest.raises(ScenarioError, match="is not the stream of the scenario 'UP walk 200-219'"):
        judged(movie.scenarios, replays_of(movie, MomentumAttacker)[::-1])


@pytest.mark.parametrize(
    "others",
    [
        lambda m: [np.random.default_rng(n).normal(size=120) for n in range(3)],
        lambda m: [s.values for s in m.streams()],  # without their indices and warm-up
        lambda m: [Stream(s.values + 1e-9, s.stream_id, s.name, s.offset, s.warmup) for s in m.streams()],
        lambda m: [Stream(s.values, s.stream_id, s.name, s.offset + 1, s.warmup) for s in m.streams()],
        lambda m: [Stream(s.values, s.stream_id, s.name, s.offset, s.warmup - 1) for s in m.streams()],
        lambda m: [Stream(s.values[:-1], s.stream_id, s.name, s.offset, s.warmup) for s in m.streams()],
    ],
)
def test_a_replay_of_something_else_is_refused(movie, others):
    result = replay(others(movie), infer=MomentumAttacker)
    replays = [part.replay for stream in result.streams.values() for part in stream.parts]
    with pytest.raises(ScenarioError, match="is not the stream of the scenario"):
        judged(movie.scenarios, replays)


def test_a_replay_that_was_cut_short_is_refused(movie):
    with pytest.raises(ScenarioError, match="is not the stream of the scenario"):
        judged(movie.scenarios, replays_of(movie, MomentumAttacker, stop_index=415))

    ticks = iter(range(300))

    def interrupted(stream):
        yield
        for _ in stream:
            if next(ticks) == 290:
                raise KeyboardInterrupt
            yield 0.0

    with pytest.raises(ScenarioError, match="was not replayed to its end"):
        judged(movie.scenarios, replays_of(movie, interrupted))


# Too short to get ready, or did not fire


def short_of(n_ticks, expected=UP, first=500):
    """Return a scenario with so many ticks in all, half of them warm-up."""
    window = n_ticks - n_ticks // 2
    return a_scenario(expected, first, first + window - 1, warmup=n_ticks // 2)


def test_a_scenario_too_short_for_the_attacker_is_told_from_the_decisions_on_others():
    scenarios = [a_scenario(UP, 200, 299), short_of(63), short_of(99, DOWN, first=700)]
    report = checked(scenarios, ready_after(100))
    assert [c.reason for c in report.checks] == [Reason.SUCCEEDED, Reason.TOO_SHORT, Reason.TOO_SHORT]
    assert report.checks[1].why == (
        "too short to get ready: no decision within these 63 ticks, and the attacker needs about 100"
    )
    assert not report.checks[1].succeeded


def test_what_the_attacker_needs_is_found_though_it_decided_much_later_elsewhere():
    seen_by = WALK.values[250]

    def infer(stream):
        yield
        for seen, message in enumerate(stream, start=1):
            yield 1.0 if seen >= 40 and message["x"] == seen_by else 0.0

    scenarios = [a_scenario(UP, 200, 299), short_of(39, first=600), short_of(45, first=800)]
    reasons = [c.reason for c in checked(scenarios, infer).checks]
    assert reasons == [Reason.SUCCEEDED, Reason.TOO_SHORT, Reason.NO_DECISION]


def test_an_attacker_that_was_ready_in_time_elsewhere_did_not_fire():
    scenarios = [a_scenario(UP, 200, 209), short_of(63)]
    rare = scenarios[0].selection.before[20]

    def infer(stream):
        yield
        for message in stream:
            yield 1.0 if message["x"] == rare else 0.0

    assert [c.reason for c in checked(scenarios, infer).checks] == [Reason.NO_DECISION] * 2


def test_where_all_are_silent_a_longer_history_is_put_in_front():
    report = checked([short_of(63), short_of(20, DOWN, first=900)], ready_after(100))
    assert [c.reason for c in report.checks] == [Reason.TOO_SHORT] * 2
    assert "needs about 100" in report.checks[0].why


def test_scenarios_of_the_first_version_are_too_short_for_the_momentum_attacker():
    # They have no warm-up, and 50 points where it needs 100.
    scenarios = [a_scenario(UP, first, first + 49, warmup=0) for first in range(0, 1000, 100)]
    report = checked(scenarios, MomentumAttacker)
    assert report.by_reason() == {"too short": 10}
    assert all("needs about 100" in c.why for c in report.checks)


def test_an_attacker_that_never_decides_is_not_said_to_need_more():
    def never(stream):
        yield
        for _ in stream:
            yield 0.0

    report = checked([short_of(63), short_of(20)], never)
    assert [(c.reason, c.why) for c in report.checks] == [(Reason.NO_DECISION, "no decision in the window")] * 2


def test_one_that_decided_on_the_warm_up_was_ready():
    def once(stream):
        yield
        for seen, _ in enumerate(stream):
            yield 1.0 if seen == 10 else 0.0

    assert checked([short_of(63)], once).checks[0].reason is Reason.NO_DECISION


def test_nothing_where_nothing_was_expected_is_a_success_however_short():
    report = checked([short_of(10, NOTHING), a_scenario(UP, 200, 299)], ready_after(100))
    assert report.ok


def test_an_attacker_that_fails_on_made_up_history_needs_nothing_that_is_known():
    known = set(WALK.values.tolist())

    def infer(stream):
        yield
        seen = []
        for message in stream:
            seen.append(message["x"])
            if message["x"] not in known or len(seen) != len(set(seen)):
                raise LookupError(message["x"])
            yield 0.0

    assert checked([short_of(63)], infer).checks[0].reason is Reason.NO_DECISION


def test_how_much_is_needed_is_found_for_each_horizon_by_itself():
    class Doubling:
        def __init__(self):
            self.ticks = 0

        def tick_and_predict(self, x, horizon):
            self.ticks += 1
            return 1.0 if self.ticks >= 10 * horizon else 0.0

    scenarios = [a_scenario(UP, 500, 519, warmup=15, horizon=h) for h in (3, 4, 9)]
    report = checked(scenarios, Doubling)
    assert [c.reason for c in report.checks] == [Reason.SUCCEEDED, Reason.TOO_SHORT, Reason.TOO_SHORT]
    assert ["about 40" in report.checks[1].why, "about 90" in report.checks[2].why] == [True, True]


def test_a_replay_that_was_made_is_told_apart_as_well_where_its_attacker_is_given():
    movie = Movie([short_of(63), a_scenario(UP, 700, 799)])
    replays = replays_of(movie, ready_after(100))
    infer = bind(as_infer(ready_after(100)), InferParameters(horizon=3))
    told = judged(movie.scenarios, replays, infer=infer)
    untold = judged(movie.scenarios, replays)
    assert [c.reason for c in told.checks] == [Reason.TOO_SHORT, Reason.SUCCEEDED]
    assert [c.reason for c in untold.checks] == [Reason.NO_DECISION, Reason.SUCCEEDED]


def test_the_search_for_what_is_needed_does_not_grow_with_the_movie():
    fed = [0, 0]

    def counting(which):
        def infer(stream):
            yield
            for seen, _ in enumerate(stream, start=1):
                fed[which] += 1
                yield 1.0 if seen >= 100 else 0.0

        return infer

    few = [short_of(63, first=500 + n) for n in range(6)]
    many = [short_of(63, first=500 + n) for n in range(60)]
    checked(few, counting(0))
    checked(many, counting(1))
    assert fed[1] - fed[0] == 63 * (len(many) - len(few))
