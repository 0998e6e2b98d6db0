"""What a user does with an installed midplot: imports, the README's example and commands, scenarios as tests."""

from __future__ import annotations

import json
import re
from pathlib import Path

from .environments import Environment

API = Path(__file__).parents[2] / "docs" / "reference" / "api"

ATTACK = "from midplot.examples import MomentumAttacker\nfrom midplot.helpers import wrap\n\ninfer = wrap(MomentumAttacker)\n"

DESCRIPTION = "from importlib.metadata import metadata; print(metadata('midplot').get_payload())"

# Two short streams in the competition's layout, to replay in a second.
DATA = """
from pathlib import Path
import pandas as pd
from midplot import load_streams

Path("data").mkdir()
for name, streams in zip(("X_train", "X_test"), load_streams()):
    rows = [(f"{i}", stream.name, x) for stream in streams[:2] for i, x in enumerate(stream.values[:1500])]
    pd.DataFrame(rows, columns=["time", "stream", "value"]).to_parquet(f"data/{name}.parquet")
"""

PUBLIC = """
import importlib, pkgutil, midplot

def doors(package):
    yield package
    for found in pkgutil.iter_modules(package.__path__, package.__name__ + "."):
        # The last loads pytest, and only pytest loads it.
        if not found.name.rpartition(".")[2].startswith("_") and found.name != "midplot.pytest_plugin":
            module = importlib.import_module(found.name)
            yield from doors(module) if found.ispkg else [module]

names = [(door, name) for door in doors(midplot) for name in getattr(door, "__all__", ())]
for door, name in names:
    getattr(door, name)
print(len(names))
"""


PROBE = """
def test_the_movie(midplot_movie):
    assert [scenario.label for scenario in midplot_movie.scenarios] == ["UP"]
"""


def import_every_name(environment: Environment) -> None:
    """Import every public name of every door, and every name that the reference documents, from wherever it says."""
    assert int(environment.execute(PUBLIC)) > 100
    pages = "\n".join(page.read_text("utf-8") for page in API.glob("*.rst"))
    documented = re.findall(r"^\.\. (?:auto)?(?:class|data|exception|function|module):: ([\w.]+)", pages, re.MULTILINE)
    assert len(documented) > 50
    environment.execute(f"from pkgutil import resolve_name\nfor name in {documented}: resolve_name(name)")


def run_the_example(environment: Environment) -> None:
    """Run the Python of the description that the wheel carries, as one script."""
    blocks = re.findall(r"^```python\n(.*?)^```", environment.execute(DESCRIPTION), re.MULTILINE | re.DOTALL)
    assert blocks
    (environment.folder / "example.py").write_text("\n".join(blocks), "utf-8")
    printed = environment.run("python", "example.py")
    assert re.search(r"^ReplayResults\n", printed), printed
    assert re.search(r"^Success: \d, Failed: \d", printed, re.MULTILINE), printed
    (saved,) = (environment.folder / "scenarios").glob("*.json")
    assert json.loads(saved.read_text("utf-8"))["selection"]["stream_name"] == "stream_24"


def write_attack_and_data(environment: Environment) -> None:
    """Write what the README's commands name: an attack file and a folder of streams."""
    (environment.folder / "attack.py").write_text(ATTACK, "utf-8")
    environment.execute(DATA)


def run_the_commands(environment: Environment) -> set[str]:
    """Run each command that the description shows; return their names."""
    lines = re.findall(r"^ +midplot (.+)$", environment.execute(DESCRIPTION), re.MULTILINE)
    for line in lines:
        environment.run("midplot", *line.split(), exits=(0, 1))
    return {line.split()[0] for line in lines}


def run_pytest(environment: Environment) -> None:
    """Run the saved scenario under the plugin, and a test that asks for its movie."""
    (environment.folder / "test_movie.py").write_text(PROBE, "utf-8")
    assert "1 passed" in environment.run("pytest", "test_movie.py")
    outcome = environment.run("pytest", "--midplot-attacker", "attack.py", "scenarios", exits=(0, 1))
    assert "midplot: attacker attack.py" in outcome
    assert re.search(r"1 (passed|failed) in", outcome), outcome
