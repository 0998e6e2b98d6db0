"""The wheel in a fresh environment without extras: whatever the README and the reference promise works there."""

from __future__ import annotations

import re
import tomllib

import pytest

import midplot

from .conftest import ROOT
from .journey import import_every_name, run_pytest, run_the_commands, run_the_example, write_attack_and_data


@pytest.fixture(scope="module")
def user(plain):
    """Return the plain environment, with an attack file, data and the scenario that the README's example saves."""
    write_attack_and_data(plain)
    run_the_example(plain)
    return plain


def test_midplot_is_the_wheel_and_nothing_of_the_clone(plain):
    where = plain.execute("import midplot; print(midplot.__file__)").strip()
    assert where.startswith(str(plain.home))


def test_no_extra_is_installed(plain):
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    optional = {re.match(r"[\w-]+", each).group() for each in (*extras["lab"], *extras["cluster"])} | {"pytest"}
    installed = plain.execute("from importlib.metadata import distributions\nfor d in distributions(): print(d.name)")
    assert optional & set(installed.split()) == set()


def test_every_public_and_documented_name_can_be_imported(plain):
    import_every_name(plain)


def test_the_example_of_the_readme_runs(user):
    assert (user.folder / "scenarios").is_dir()


def test_the_commands_of_the_readme_run(user):
    assert run_the_commands(user) >= {"replay", "runs", "verify", "check"}


def test_the_demo_writes_its_reports(plain):
    assert "MomentumAttacker" in plain.run("midplot", "demo")
    assert len([*plain.folder.glob("midplot-demo*.html")]) == 2


def test_two_attackers_are_compared(user):
    user.run("midplot", "compare", "attack.py", "example.py:Contrarian", "--data", "data", "--html", "compare.html")
    assert "<svg" in (user.folder / "compare.html").read_text("utf-8")


def test_the_view_is_built_without_jupyter(user):
    """With all its scripts and styles: whatever of `views/static` the wheel lacked would be missed here."""
    printed = user.execute(
        "from midplot import load_streams, replay\n"
        "from midplot.examples import MomentumAttacker\n"
        "result = replay(load_streams('data')[1], infer=MomentumAttacker)\n"
        "print(result.view())\n"
        "print(sorted(result._repr_mimebundle_()) if hasattr(result, '_repr_mimebundle_') else result._repr_html_()[:4])"
    )
    assert printed


def test_what_needs_an_extra_says_so(plain):
    told = plain.run("midplot", "lab", exits=(2,))
    assert "lab: jupyterlab, midone, nevergrad not found. Install what is missing: pip install" in told


def test_notebooks_and_schemas_are_found(plain):
    plain.execute(
        "from importlib.resources import files\n"
        "from midplot.cli._lab import notebooks_folder\n"
        "import midplot, pathlib\n"
        "assert notebooks_folder().parent == pathlib.Path(midplot.__file__).parent\n"
        "for room, name in [('scenarios', 'scenario'), ('scenarios', 'movie'), ('evidence', 'run'), ('evidence', 'snapshot')]:\n"
        "    files(f'midplot.{room}').joinpath(f'schemas/{name}.schema.json').read_text('utf-8')"
    )


def test_the_version_is_one_everywhere(user):
    shown = user.run("midplot", "--version").split()[-1]
    metadata = user.execute("from importlib.metadata import version; print(version('midplot'))").strip()
    saved = user.execute(
        "from midplot.evidence import load_runs\n"
        "from midplot import replay\n"
        "from midplot.examples import MomentumAttacker\n"
        "replay([[1.0, 2.0, 3.0]], infer=MomentumAttacker).save('other-runs')\n"
        "print(*(run.midplot for run in load_runs('other-runs')))"
    ).strip()
    assert {shown, metadata, saved} == {midplot.__version__}


def test_scenarios_are_tests_under_pytest(with_pytest):
    write_attack_and_data(with_pytest)
    run_the_example(with_pytest)
    run_pytest(with_pytest)
    with_pytest.execute("import midplot.pytest_plugin")
