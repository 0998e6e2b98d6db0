"""Where there is no browser, the tests that need one fail, and say how to get it."""

import pytest

from .chromium import chromium_path


def test_the_named_chromium_is_taken_and_a_missing_one_is_a_failure(monkeypatch, tmp_path):
    program = tmp_path / "mine"
    monkeypatch.setenv("MIDPLOT_CHROMIUM", str(program))
    with pytest.raises(pytest.fail.Exception, match=rf"found no {program}\. Install it \(.*apt install chromium"):
        chromium_path()
    program.touch(0o755)
    assert chromium_path() == str(program)
