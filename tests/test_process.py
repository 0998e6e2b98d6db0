"""midplot leaves the process as it found it: a fresh one is compared before and after everything that midplot does."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = """
import logging, os, random, signal, sys, threading, warnings

# What others change when they are loaded is theirs. plotly is not among them: its filters are kept out by midplot.
import anywidget, click, cloudpickle, comm, ipywidgets, IPython, joblib, numpy as np, pandas, pyarrow, pydantic


class Up:
    last = None

    def tick_and_predict(self, x, horizon):
        before, self.last = self.last, x
        return 0 if before is None else x - before


def state():
    return {{
        "the search path": list(sys.path),
        "cloudpickle's registry": sorted(cloudpickle.list_registry_pickle_by_value()),
        "numpy's error state": (np.geterr(), np.geterrcall(), np.get_printoptions()),
        "warnings": ([str(each) for each in warnings.filters], warnings.showwarning, warnings.formatwarning),
        "random states": (random.getstate(), [str(each) for each in np.random.get_state()]),
        "the environment": dict(os.environ),
        "the folder": os.getcwd(),
        "signal handlers": [signal.getsignal(each) for each in signal.valid_signals()],
        "hooks": (sys.excepthook, sys.displayhook, sys.unraisablehook, threading.excepthook, sys.gettrace()),
        "logging": (logging.root.level, list(logging.root.handlers)),
        "limits": (sys.getrecursionlimit(), sys.getswitchinterval()),
        "streams": (sys.stdout, sys.stderr),
        "pandas": (pandas.get_option("display.max_rows"), pandas.get_option("display.width")),
    }}


before = state()
folder = sys.argv[1]
{body}
after = state()
print([name for name in before if str(before[name]) != str(after[name])])
"""

REPLAYED = """
from midplot import *
walk = (100 + np.random.default_rng(1).normal(size=900).cumsum()).tolist()
np.random.seed(3)
random.seed(3)
before = state()
result = replay({"a": walk, "b": walk[:300], "c": walk[100:]}, infer=Up, horizon=5)
"""

DONE = {
    "import": """
import midplot, midplot.replay, midplot.test, midplot.crunch, midplot.training, midplot.testing, midplot.cli
import midplot.checks._report, midplot.views.panel._replay_view, midplot.views.pages._report_page, midplot.streams
midplot.load_streams()
""",
    "replay": REPLAYED
    + """
replay([walk, walk], infer=Up, n_jobs=2)
with joblib.parallel_config(backend="threading"):
    replay([walk, walk], infer=Up, n_jobs=2)

class Down(Up):
    def tick_and_predict(self, x, horizon):
        return 1 / 0

try:
    replay([walk, walk], infer=Down, n_jobs=2)
except ZeroDivisionError:
    pass
""",
    "examine": REPLAYED
    + """
import pickle, midplot.testing
result.verify()
midplot.testing.check_attacker(Up)
pickle.loads(pickle.dumps(result)).verify()
""",
    "look": REPLAYED
    + """
result.view(), result.figure(), result.to_html(folder + "/report.html"), result._repr_html_()
replay([walk], infer=Up, with_visualization=True, with_accounting_visualizer=True)
repr(result), repr(result.accounts), repr(result.trades), result.equity, result.suggest(3)
""",
    "label": REPLAYED
    + """
result.select("a", 9, 70)
result.save_selected(UP, path=folder)
ok, report = check(load_scenarios(folder), Up)
report.to_html(folder + "/check.html"), report.show(), repr(report)
""",
    "a module that was loaded from a file": """
import importlib.util
from pathlib import Path
from midplot import replay
Path(folder, "beside.py").write_text("class Beside:\\n    def tick_and_predict(self, x, horizon):\\n        return 1\\n")
spec = importlib.util.spec_from_file_location("beside_by_path", folder + "/beside.py")
sys.modules[spec.name] = module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
replay([[1, 2, 3], [4, 5]], infer=module.Beside, n_jobs=2)
""",
}


@pytest.mark.parametrize("body", DONE.values(), ids=DONE)
def test_the_process_is_afterwards_as_before(body, tmp_path):
    script = tmp_path / "script.py"
    script.write_text(PROGRAM.format(body=body))
    done = subprocess.run(
        [sys.executable, "-W", "ignore", script, tmp_path], capture_output=True, text=True, check=False, cwd=Path.cwd()
    )
    assert done.returncode == 0, done.stderr
    assert ast.literal_eval(done.stdout.splitlines()[-1]) == []


def test_a_worker_s_search_path_is_as_before_when_it_has_done_its_task(tmp_path, monkeypatch):
    """In threads the worker is this process, and it may be one that others use as well."""
    from midplot.play.workers._travel import packed, unpacked

    class Up:
        def tick_and_predict(self, x, horizon):
            return 1

    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    content = packed(Up, ())
    monkeypatch.setattr(sys, "path", [each for each in sys.path if each != str(tmp_path)])
    before = list(sys.path)
    with unpacked(content):
        assert sys.path == [*before, str(tmp_path)]
        with unpacked(content):  # another task at the same time
            assert sys.path == [*before, str(tmp_path)]
        assert sys.path == [*before, str(tmp_path)]
    assert sys.path == before
