"""``midplot snapshot``, and what ``midplot check`` makes of snapshots."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

KEPT = Path("snapshots/attack.json")


@pytest.fixture
def prices(place) -> str:
    """Write a file with a stream that wanders and one that rises."""
    rows = [f"{100 + (7 * t) % 11},{100 + t}" for t in range(400)]
    (place / "prices.csv").write_text("\n".join(["wander,up", *rows]))
    return "prices.csv"


@pytest.fixture
def kept(run, attack, prices) -> Path:
    """Take a snapshot of the attacker, by rules and parameters of its own."""
    done = run("snapshot", attack, "--data", prices, "--horizon", 2, "--parameters", '{"sign": -1}')
    assert (done.code, done.err) == (0, "")
    return KEPT


@pytest.fixture
def change(attack, place):
    """Replace something in the attacker's file."""

    def change(old, new):
        text = (place / attack).read_text()
        assert old in text
        (place / attack).write_text(text.replace(old, new))

    return change


QUIETER = ("self.sign * (x - before)", "self.sign * (x - before) * (x < 450)")


def test_a_snapshot_says_where_it_is_and_what_is_in_it(run, attack, prices):
    done = run("snapshot", attack, "--data", prices, "--horizon", 2)
    assert re.fullmatch(r"snapshot: snapshots/attack\.json \(798 decisions on 2 streams, score \S+\)\n", done.out)
    assert run("snapshot", attack, "--data", prices, "--horizon", 2).out == done.out + "  unchanged\n"
    document = json.loads(KEPT.read_text())
    assert (document["data"], document["attacker"]) == ("../prices.csv", {"file": "attack.py", "name": "Trend"})


def test_as_json(run, attack, prices):
    shown = json.loads(run("snapshot", attack, "--data", prices, "--into", "kept/mine.json", "--json").out)
    assert (shown["file"], shown["n_decisions"], shown["n_streams"]) == ("kept/mine.json", 798, 2)
    assert shown["changes"] is None


def test_it_is_replaced_only_with_update_which_says_what_has_changed(run, attack, kept, change):
    before = kept.read_bytes()
    change(*QUIETER)
    refused = run("snapshot", attack, "--data", "prices.csv", "--horizon", 2, "--parameters", '{"sign": -1}')
    assert refused.code == 2
    assert (
        "there is a snapshot already, and this one differs: 50 decisions changed on 1 stream: the score is "
        in refused.err
    )
    assert "Replace it with --update" in refused.err
    assert kept.read_bytes() == before
    updated = run("snapshot", attack, "--update")
    assert updated.code == 0
    assert "\n  50 decisions changed on 1 stream: the score is " in updated.out
    assert run("check", attack).code == 0


def test_an_update_keeps_data_rules_and_parameters_unless_others_are_given(run, attack, kept):
    before = kept.read_bytes()
    assert run("snapshot", attack, "--update").out.endswith("  unchanged\n")
    assert kept.read_bytes() == before
    done = run("snapshot", attack, "--update", "--horizon", 3, "--stream", "up", "--data", "prices.csv")
    assert "  1 stream is no longer in it\n  horizon: 3 now, 2 before\n" in done.out
    document = json.loads(kept.read_text())
    assert document["parameters"]["hyper_parameters"] == {"sign": -1}
    assert [stream["name"] for stream in document["streams"]] == ["up"]


def test_an_update_says_where_checks_find_the_streams_now(run, attack, prices, place, monkeypatch):
    (place / "moved.csv").write_text((place / prices).read_text())
    run("snapshot", attack, "--data", prices)
    moved = run("snapshot", attack, "--update", "--data", "moved.csv")
    assert moved.out.splitlines()[1:] == [
        "  checks read the streams from moved.csv now, from prices.csv before (the prices are the same)"
    ]
    fewer = run("snapshot", attack, "--update", "--data", "moved.csv", "--stream", "up")
    assert fewer.out.splitlines()[1:] == ["  1 stream is no longer in it"]
    # With a path that is seen from where the command is called, not from the folder of the snapshot.
    (place / "deep").mkdir()
    monkeypatch.chdir(place / "deep")
    again = run("snapshot", "../attack.py", "--into", "../snapshots", "--update", "--data", "../prices.csv")
    where = "from {} now, from {} before".format(*(place.resolve() / name for name in ("prices.csv", "moved.csv")))
    assert again.out.splitlines()[1:] == ["  1 stream is new", f"  checks read the streams {where}"]


def test_dice_have_no_snapshot(run, place):
    (place / "dice.py").write_text(
        "import random\n\ndef infer(stream):\n    yield\n    for m in stream:\n        yield random.random()\n"
    )
    done = run("snapshot", "dice.py")
    assert (done.code, done.out) == (1, "")
    assert "no replay would ever match a snapshot of it. Seed what is random" in done.err
    assert "`midplot verify`" in done.err
    assert not Path("snapshots").exists()


def test_an_attacker_that_fails_or_ends_the_program_has_none(run, place):
    for end in ("raise ValueError('no')", "raise SystemExit(0)"):
        (place / "fails.py").write_text(f"def infer(stream):\n    yield\n    for m in stream:\n        {end}\n")
        assert run("snapshot", "fails.py").code == 1
    assert not Path("snapshots").exists()


def test_a_silent_attacker_is_kept_and_said_to_be_silent(run, place, prices):
    (place / "silent.py").write_text("def infer(stream):\n    yield\n    for m in stream:\n        yield 0\n")
    done = run("snapshot", "silent.py", "--data", prices)
    assert done.code == 0
    assert "the attacker decided nothing" in done.err
    assert run("check", "silent.py").code == 0


# Checking


def test_a_check_of_a_snapshot_alone(run, attack, kept, change):
    same = run("check", attack)
    assert (same.code, same.err) == (0, "")
    assert same.out.splitlines()[0].startswith("snapshots/attack.json: unchanged, 798 decisions on 2 streams, score ")
    assert same.out.splitlines()[-1] == "Snapshots: 1 of 1 unchanged: passed"
    change(*QUIETER)
    changed = run("check", attack)
    assert changed.code == 1
    lines = changed.out.splitlines()
    assert lines[0] == "snapshots/attack.json: CHANGED, 50 of 798 decisions on 1 of 2 streams"
    assert lines[1] == "  first change    up at 350 (price 450): DOWN before, NOTHING now"
    assert lines[-3] == "  to accept       midplot snapshot attack.py --update"
    assert lines[-1] == "Snapshots: 0 of 1 unchanged: failed"


def test_refactoring_changes_nothing(run, attack, kept, change):
    change("class Trend", "class TrendFollower")
    change("return 0 if before is None else self.sign * (x - before)", "return self.sign * (x - (before or x))")
    assert run("check", attack).code == 0


def test_scenarios_and_snapshots_are_checked_together_and_either_fails_the_check(run, attack, save, prices, change):
    save("rising", 1)
    run("snapshot", attack, "--data", prices)
    passed = run("check", attack)
    assert passed.code == 0
    assert passed.out.splitlines()[-2].startswith("Success: 1, Failed: 0")
    change("x - before)", "x - before) * (x < 450)")
    broken = run("check", attack)
    assert broken.code == 1
    assert "Success: 1, Failed: 0 (100% of 1; all must succeed): passed\nSnapshots: 0 of 1" in broken.out
    change("sign = 1", "sign = -1")
    assert "Success: 0, Failed: 1" in run("check", attack).out


def test_json_and_the_page_carry_it(run, attack, kept, change, place):
    change(*QUIETER)
    done = run("check", attack, "--json", "--html", "check.html")
    document = json.loads(done.out)
    assert (done.code, document["ok"], document["n"], document["checks"]) == (1, False, 0, [])
    (shown,) = document["snapshots"]
    assert (shown["n_changed"], shown["n_decisions"], shown["streams"]) == (50, 798, {"up": 50})
    assert shown["first"] == {"stream": "up", "index": 350, "price": 450.0, "before": -1.0, "after": 0.0}
    page = (place / "check.html").read_text(encoding="utf-8")
    assert "<b>0</b> of 1 snapshot unchanged" in page
    assert "up at 350 (price 450): DOWN before, NOTHING now" in page
    assert 'id="checks"' not in page
    assert page.count(f"<bdi>Trend, in {attack}</bdi> · made ") == 1


def test_the_page_has_both(run, attack, kept, save, place):
    save("rising", 1)
    run("check", attack, "--parameters", '{"sign": 1}', "--html", "check.html")
    page = (place / "check.html").read_text(encoding="utf-8")
    assert "<b>1</b> of 1 scenario succeeded" in page
    assert "<b>1</b> of 1 snapshot unchanged" in page
    assert 'id="checks"' in page
    assert page.count(f"<bdi>Trend, in {attack}</bdi> · made ") == 1


def test_another_attackers_snapshot_is_not_run_and_said_so_unless_it_is_named(run, attack, kept, place):
    (place / "other.py").write_text((place / attack).read_text())
    done = run("check", "other.py")
    assert done.code == 2
    assert "no snapshot of it; snapshots/attack.json is a snapshot of attack.py, and was not checked" in done.err
    assert run("check", "other.py", kept).code == 0
    run("snapshot", "other.py", "--data", "prices.csv")
    both = run("check", "other.py")
    assert both.code == 0
    assert "\nsnapshots/attack.json is a snapshot of attack.py, and was not checked\n" in both.out


def test_another_folder_of_snapshots(run, attack, prices, place):
    run("snapshot", attack, "--data", prices, "--into", "kept")
    assert run("check", attack, "--snapshots", "kept").code == 0
    missing = run("check", attack, "--snapshots", "nowhere")
    assert (missing.code, missing.out) == (2, "")
    assert "--snapshots: there is no folder 'nowhere'. Take a snapshot first" in missing.err


def test_data_that_are_missing_or_have_changed_are_wrong_use(run, attack, kept, place, prices):
    text = (place / prices).read_text()
    (place / prices).write_text(text.replace("100,100\n", "101,100\n", 1))
    changed = run("check", attack)
    assert changed.code == 2
    assert re.search(
        r"attack\.json, stream 0 'wander': its prices have changed since .* Restore the data, or use --data to give ",
        changed.err,
    )
    (place / prices).unlink()
    missing = run("check", attack)
    assert missing.code == 2
    assert "snapshots/attack.json: its data cannot be read" in missing.err
    (place / "moved.csv").write_text(text)
    assert run("check", attack, "--data", "moved.csv").code == 0


def test_a_damaged_snapshot_is_wrong_use_and_named(run, attack, kept):
    kept.write_text(kept.read_text()[:300])
    for words in (("check", attack), ("check", attack, kept), ("snapshot", attack, "--update")):
        done = run(*words)
        assert done.code == 2
        assert "snapshots/attack.json: it is damaged" in done.err


def test_an_attacker_that_raises_fails_the_check(run, attack, kept, change):
    change("before, self.last = self.last, x", "before, self.last = self.last, 1 / 0 if x > 450 else x")
    done = run("check", attack)
    assert done.code == 1
    assert "snapshots/attack.json: RAISED ZeroDivisionError: division by zero, stream 1 'up', tick 351" in done.out


def test_a_script_that_goes_into_another_folder_is_checked_all_the_same(run, attack, prices, place):
    (place / "far").mkdir()
    file = place / attack
    file.write_text("import os\nos.chdir('far')\n" + file.read_text())
    assert run("snapshot", attack, "--data", prices).code == 0
    assert run("check", attack).code == 0
    assert run("snapshot", attack, "--update").out.endswith("unchanged\n")
    assert [each.name for each in (place / "far").iterdir()] == []


def test_saved_parameters_are_found_from_the_snapshot(run, attack, prices, place, monkeypatch):
    (place / "model").mkdir()
    (place / "model" / "sign.txt").write_text("-1")
    assert run("snapshot", attack, "--data", prices, "--model-directory", "model").code == 0
    (place / "deep").mkdir()
    monkeypatch.chdir(place / "deep")
    assert run("check", "../attack.py", "--snapshots", "../snapshots").code == 0
    (place / "model" / "sign.txt").write_text("1")
    assert run("check", "../attack.py", "--snapshots", "../snapshots").code == 1
