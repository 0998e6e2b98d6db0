"""File names: readable where they can be, safe for any stream on any file system."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from midplot.scenarios.store._naming import file_name, file_stem, own_names


@pytest.mark.parametrize(
    ("fields", "stem"),
    [
        ({}, "up_stream_3_00120-00180"),
        ({"expected": -1}, "down_stream_3_00120-00180"),
        ({"expected": 0, "name": "eurusd"}, "nothing_eurusd_00120-00180"),
        ({"name": "eur-usd_1", "variant": "noisy"}, "up_eur-usd_1_00120-00180_noisy"),
        ({"stream_id": -1}, "up_stream_unknown_00120-00180"),
        ({"name": "EURUSD"}, "up_eurusd-1429feba_00120-00180"),
        ({"name": "../../etc/passwd"}, "up_etc_passwd-3754d6cb_00120-00180"),
        ({"name": ""}, "up_e3b0c442_00120-00180"),
    ],
)
def test_a_file_is_named_by_label_stream_and_indices(scenario_at, fields, stem):
    assert file_stem(scenario_at(**fields)) == stem


@settings(deadline=None)
@given(st.data())
def test_any_scenario_has_a_safe_name(any_scenario, data):
    name = file_name(file_stem(data.draw(any_scenario)), 999)
    assert re.fullmatch(r"(up|down|nothing)_[a-z0-9_-]+\.json", name)
    assert len(name) < 200


@given(st.text(max_size=20), st.text(max_size=20))
def test_different_names_have_different_files_whatever_the_case(scenario_at, one, other):
    stems = {file_stem(scenario_at(name=name)) for name in (one, other)}
    assert len(stems) == len({one, other})


def test_numbered_files_belong_to_the_stem_and_no_others_do():
    stem = "up_a_00001-00002"
    own = [file_name(stem, number) for number in (1, 2, 9, 10)]
    others = [
        f"{stem}0.json",
        f"{stem}_noisy.json",
        f"{stem}-2.json.bak",
        f"x{stem}.json",
        f"{stem}-x.json",
        f"{stem}-2",
    ]
    assert own_names(stem, [*others, *reversed(own)]) == own
    assert own_names(stem, [own[0].upper()]) == [own[0].upper()]
