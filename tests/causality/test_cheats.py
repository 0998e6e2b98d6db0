"""What finds each way to know the future; and the ways that nothing finds."""

from __future__ import annotations

import pytest

from midplot import replay
from midplot.play._attack_file import attacker_of
from tests.causality import cheats
from tests.causality.markets import walk

STREAMS = [walk(1500, 50), walk(700, 51)]


@pytest.fixture(scope="module", autouse=True)
def _known(tmp_path_factory):
    cheats.prepare(STREAMS, tmp_path_factory.mktemp("cheats"))


def verified(infer, streams=STREAMS[:1]):
    infer = infer() if infer in cheats.MAKERS else infer
    result = replay(streams, infer=infer, dry=True)
    return result, result.verify(n_ticks=4)


@pytest.mark.parametrize("path", cheats.HOLDS)
def test_what_it_holds_is_named_with_its_path_and_stream(path):
    result, found = verified(cheats.HOLDS[path], STREAMS if path == "x_test[0]" else STREAMS[:1])
    assert result.total_score > 10  # it pays
    assert {each.path for each in found.holds} & {path, path.partition(", ")[0]}
    assert found.holds[0].stream == "stream 0"
    assert (found.leak, found.ok) == (True, False)
    assert f": it knows stream 0 beforehand, from `{found.holds[0].path}`" in str(found)


@pytest.mark.parametrize("file", cheats.READS)
def test_the_file_that_it_reads_is_named(file):
    _, found = verified(cheats.READS[file])
    read = found.reads[0]
    assert read.path == str(cheats.folder / file)
    assert (read.size, read.stream) == ((cheats.folder / file).stat().st_size, "stream 0")
    assert read.deciding is (file != "prices.npy")
    assert found.holds[0].path in ("self.known", "known")  # soon after it was read
    assert not found.ok


LOOKS = {
    "everything": "the prices at ticks 0 to 1,499,",
    "smooth3": "made of the prices from t-1 to t+1",
    "smooth5": "made of the prices from t-2 to t+2",
    "past": "made of the prices from t-19 to t",
    "moves": "the moves at ticks 0 to 1,498,",
    "scaled": "a copy, scaled or shifted,",
    "mean": "the mean of all prices",
    "low": "the lowest of all prices",
    "sorted_prices": "the prices, in another order,",
    "winners": "ticks picked by whether the move of 20 ticks goes on for 30 more,",
}


def test_what_it_looks_like_is_said():
    for path, what in LOOKS.items():
        _, found = verified(cheats.HOLDS[path])
        assert what in {each.what for each in found.holds if each.path == path}


def test_a_module_beside_an_attack_file_holds_the_data():
    with attacker_of(cheats.folder / "attack.py") as infer:
        _, found = verified(infer)
    assert [each.path for each in found.holds] == ["DATA['values']"]


@pytest.mark.parametrize("infer", [cheats.by_frames, cheats.by_referrers])
def test_who_reaches_behind_the_stream_is_found_by_altering_the_future(infer):
    _, found = verified(infer)
    assert (found.causal, found.leak, found.ok) == (False, False, False)


def test_what_is_hidden_is_found_by_what_it_earns():
    _, found = verified(cheats.Hidden)
    assert (found.holds, found.leak, found.ok) == ((), True, False)
    assert "on reshuffled streams its decisions earn on the original, which it was not shown" in str(found)
    assert ("hidden", 1500) in found.others


def test_memory_of_earlier_runs_is_found_by_asking_again():
    cheats.Hoarder.seen.clear()
    _, found = verified(cheats.Hoarder)
    assert not found.ok
    assert found.cause == "memory"


def test_what_is_hidden_and_goes_by_the_clock_is_missed_and_said_to_go_by_the_clock():
    result, found = verified(cheats.HiddenByTheClock)
    assert result.total_score > 100
    assert found.ok
    assert found.by_clock
    assert found.leak_z > 8
    assert "a season and a peek earn alike by the clock" in str(found)
