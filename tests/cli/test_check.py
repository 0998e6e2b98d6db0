"""`midplot check`: verdicts, exit codes, files, and what it says on wrong use."""

from __future__ import annotations

import json
import re

import pytest

from midplot.cli import _check as command


def test_a_check_that_fails_says_where_and_why_and_ends_with_1(run, attack, scenarios):
    ended = run("check", attack)
    assert ended.code == 1
    failed = next(line for line in ended.out.splitlines() if line.startswith("FAILED"))
    assert "UP falling 5-12" in failed
    assert "decided DOWN at 5 first" in failed
    assert ended.out.splitlines()[-1].startswith("Success: 1, Failed: 1 (50% of 2")
    assert ended.err == ""


def test_failed_scenarios_come_first(run, attack, scenarios):
    verdicts = [line.split()[0] for line in run("check", attack).out.splitlines()[:3]]
    assert verdicts == ["verdict", "FAILED", "ok"]


def test_a_check_that_succeeds_ends_with_0(run, attack, save):
    save("rising", 1)
    ended = run("check", attack)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[-1].startswith("Success: 1, Failed: 0 (100% of 1")


def test_an_attacker_changed_for_the_worse_is_caught(run, attack, save, place):
    save("rising", 1)
    assert run("check", attack).code == 0
    file = place / attack
    file.write_text(file.read_text().replace("sign = 1", "sign = -1"))
    ended = run("check", attack)
    assert ended.code == 1
    assert "decided DOWN at 5 first" in ended.out


@pytest.mark.parametrize(("threshold", "code"), [(0, 0), (0.5, 0), (0.51, 1), (1, 1)])
def test_the_threshold_is_the_share_that_must_succeed(run, attack, scenarios, threshold, code):
    ended = run("check", attack, "--threshold", threshold)
    assert ended.code == code
    assert f"threshold {100 * threshold:g}%" in ended.out


@pytest.mark.parametrize("threshold", ["1.5", "-0.1", "nan"])
def test_a_threshold_that_is_no_share_is_wrong_use(run, attack, scenarios, threshold):
    ended = run("check", attack, "--threshold", threshold)
    assert (ended.code, ended.out) == (2, "")
    assert "threshold" in ended.err
    assert "between 0 and 1" in ended.err


def test_a_threshold_that_is_no_number_is_wrong_use(run, attack, scenarios):
    ended = run("check", attack, "--threshold", "half")
    assert ended.code == 2
    assert "'half'" in ended.err


def test_json_is_the_whole_report_and_nothing_else(run, attack, scenarios):
    ended = run("check", attack, "--json", "--threshold", "0.5")
    report = json.loads(ended.out)
    assert ended.code == 0
    assert (report["ok"], report["n_success"], report["n_failed"], report["threshold"]) == (True, 1, 1, 0.5)
    verdicts = {check["title"]: check["succeeded"] for check in report["checks"]}
    assert verdicts == {"UP falling 5-12": False, "UP rising 5-12": True}


def test_json_of_a_failed_check_ends_with_1(run, attack, scenarios):
    ended = run("check", attack, "--json")
    assert ended.code == 1
    assert not json.loads(ended.out)["ok"]


def test_html_is_a_page_that_needs_no_network(run, attack, scenarios, place):
    ended = run("check", attack, "--html", "out/check.html")
    page = (place / "out" / "check.html").read_text(encoding="utf-8")
    assert ended.code == 1  # the page is written whatever the verdict
    assert ended.out.splitlines()[-1].startswith("report: ")
    assert ended.out.splitlines()[-1].endswith("check.html")
    assert "falling" in page
    assert "decided DOWN at 5 first" in page
    assert f'<p class="midplot-check-about"><bdi>Trend, in {attack}</bdi> · made ' in page
    assert not re.search(r"""(?:src|href)=["']?(?:https?:)?//""", page)


def test_html_beside_json_leaves_the_json_valid(run, attack, scenarios, place):
    ended = run("check", attack, "--json", "--html", "check.html")
    assert json.loads(ended.out)["n"] == 2
    assert ended.err.startswith("report: ")
    assert (place / "check.html").is_file()


def test_variants_are_checked_too_and_counted_by_capability(run, attack, save):
    save("rising", 1)
    ended = run("check", attack, "--variants")
    lines = [line.split() for line in ended.out.splitlines()]
    for name in ("original", "shifted", "scaled", "mirrored"):
        assert [name, "1", "of", "1"] in lines
    assert " of 5" in ended.out.splitlines()[-1]


def test_variants_catch_an_attacker_that_learned_a_price_level_by_heart(run, save, place):
    save("rising", 1)
    (place / "level.py").write_text(
        "class Level:\n    def tick_and_predict(self, x, horizon):\n        return 1 if 105 <= x < 112 else 0\n"
    )
    assert run("check", "level.py").code == 0
    ended = run("check", "level.py", "--variants", "--json")
    assert ended.code == 1
    counts = json.loads(ended.out)["by_variant"]
    assert counts["original"] == {"n": 1, "n_success": 1}
    assert counts["shifted"] == {"n": 1, "n_success": 0}


def test_one_file_or_a_movie_can_be_checked(run, attack, scenarios):
    from midplot import load_scenarios

    load_scenarios().save("movie.json")
    assert run("check", attack, scenarios[0]).code == 0
    assert run("check", attack, scenarios[1]).code == 1
    assert "50% of 2" in run("check", attack, "movie.json").out


def test_a_file_of_the_first_version_is_checked(run, attack, place):
    selection = {"stream_id": 3, "data": [1.0, 2.0, 3.0], "original_start_index": 7, "original_end_index": 9}
    (place / "scenarios").mkdir()
    (place / "scenarios" / "old.json").write_text(json.dumps({"selection": selection, "decision": 1.0}))
    ended = run("check", attack)
    assert ended.code == 0
    assert "UP stream 3 7-9" in ended.out


def test_hyper_parameters_reach_the_attacker(run, attack, save):
    save("rising", 1)
    assert run("check", attack, "--parameters", '{"sign": 1}').code == 0
    assert run("check", attack, "--parameters", '{"sign": -1}').code == 1


def test_saved_parameters_are_loaded_from_the_model_directory(run, attack, save, place):
    save("rising", 1)
    (place / "model").mkdir()
    (place / "model" / "sign.txt").write_text("-1")
    assert run("check", attack, "--model-directory", "model").code == 1
    (place / "model" / "sign.txt").write_text("1")
    assert run("check", attack, "--model-directory", "model").code == 0


def test_parameters_that_are_no_json_are_wrong_use(run, attack, scenarios):
    ended = run("check", attack, "--parameters", "{sign: 1}")
    assert (ended.code, ended.out) == (2, "")
    assert "--parameters: '{sign: 1}' is not JSON" in ended.err


def test_what_the_attacker_raises_fails_that_scenario_and_the_check_goes_on(run, save, place):
    save("rising", 1)
    save("zero", 0, [0.0] * 20)
    (place / "attack.py").write_text("class A:\n    def tick_and_predict(self, x, horizon):\n        return 1 / x\n")
    ended = run("check", "attack.py")
    assert ended.code == 1
    assert "ZeroDivisionError: float division by zero at tick 0" in ended.out
    assert ended.out.splitlines()[-1].startswith("Success: 1, Failed: 1 ")
    assert ended.err == ""


def test_a_broken_protocol_fails_the_scenario(run, save, place):
    save("rising", 1)
    (place / "attack.py").write_text("def infer(stream):\n    yield\n    for _ in stream:\n        yield None\n")
    ended = run("check", "attack.py")
    assert ended.code == 1
    assert "expected a number as decision, got None" in ended.out


@pytest.mark.parametrize("folder", [(), ("elsewhere",)])
def test_a_missing_folder_is_wrong_use_and_says_what_to_do(run, attack, folder):
    ended = run("check", attack, *folder)
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith(f"midplot: {(folder or ('scenarios',))[0]}: there ")
    assert ended.err.rstrip().endswith(".")


def test_an_empty_folder_is_wrong_use_and_says_what_to_do(run, attack, place):
    (place / "scenarios").mkdir()
    ended = run("check", attack)
    assert (ended.code, ended.out) == (2, "")
    assert "scenarios: there are no scenarios" in ended.err
    assert "result.save_selected(UP)" in ended.err
    assert "A notebook saves them beside itself: one of `midplot lab` in midplot-lab/scenarios." in ended.err


@pytest.mark.parametrize("made", [True, False])
def test_labels_in_the_folder_of_the_lab_are_pointed_at(run, attack, scenarios, place, made):
    (place / "midplot-lab").mkdir()
    (place / "scenarios").rename(place / "midplot-lab" / "scenarios")
    if made:
        (place / "scenarios").mkdir()
    hidden = place / ".cache" / "scenarios"
    hidden.mkdir(parents=True)
    (hidden / "other.json").write_text("{}")
    advice = "There are some in midplot-lab/scenarios: midplot {} midplot-lab/scenarios.\n"
    for words in (("check", attack), ("scenarios", "list"), ("scenarios", "validate")):
        ended = run(*words)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.endswith(advice.format(" ".join(words)))
    assert run("check", attack, "midplot-lab/scenarios").code in (0, 1)
    run("snapshot", attack, "--into", "snapshots")
    (place / "other.py").write_text((place / attack).read_text())
    assert run("check", "other.py").err.endswith(advice.format("check other.py"))


def test_what_is_wrong_with_labels_is_said_rather_than_where_others_are(run, attack, scenarios, place):
    (place / "midplot-lab" / "scenarios").mkdir(parents=True)
    (place / "midplot-lab" / "scenarios" / "one.json").write_text(scenarios[0].read_text())
    scenarios[0].write_text("")
    ended = run("check", attack)
    assert "it is empty" in ended.err
    assert "midplot-lab" not in ended.err


def test_damaged_files_are_wrong_use_and_all_listed(run, attack, scenarios, place):
    (place / "scenarios" / "half.json").write_text(scenarios[0].read_text()[:100])
    (place / "scenarios" / "none.json").write_text("")
    ended = run("check", attack)
    assert (ended.code, ended.out) == (2, "")
    assert "half.json: it is damaged" in ended.err
    assert "none.json: it is empty" in ended.err


def test_a_missing_attacker_is_wrong_use(run, scenarios):
    ended = run("check", "nowhere.py")
    assert (ended.code, ended.out) == (2, "")
    assert "nowhere.py: there is no such file" in ended.err


def test_several_attackers_in_a_file_are_wrong_use_until_one_is_named(run, attack, scenarios, place):
    file = place / attack
    file.write_text(file.read_text() + "\n\nclass Other(Trend):\n    pass\n\nclass Against(Trend):\n    sign = -1\n")
    ended = run("check", attack)
    assert (ended.code, ended.out) == (2, "")
    assert "it holds several attackers, Other, Against. Choose one: attack.py:Other" in ended.err
    assert run("check", f"{attack}:Trend", scenarios[0]).code == 0
    assert run("check", f"{attack}:Against", scenarios[0]).code == 1


def test_no_argument_is_wrong_use(run):
    ended = run("check")
    assert ended.code == 2
    assert "ATTACK.py[:NAME]" in ended.err


def test_ctrl_c_ends_with_130_and_no_verdict(run, attack, scenarios, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(command, "check", interrupted)
    ended = run("check", attack)
    assert (ended.code, ended.out) == (130, "")
    assert "interrupted" in ended.err
