"""The workflows for GitHub name only what there is: targets, paths, extras, modules. They cannot be run here."""

from __future__ import annotations

import re
import shlex
import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
WORKFLOWS = {
    path.name: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github" / "workflows").glob("*.yml")
}
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MADE = {"dist", "tests/browser/artefacts"}
"""Paths that the commands of a workflow make."""

JOBS = [(workflow, name, job) for workflow, document in WORKFLOWS.items() for name, job in document["jobs"].items()]
STEPS = [(f"{workflow}:{name}", job, step) for workflow, name, job in JOBS for step in job["steps"]]
COMMANDS = [(where, job, line) for where, job, step in STEPS for line in step.get("run", "").splitlines()]


def test_there_are_the_workflows_for_changes_and_for_releases():
    assert set(WORKFLOWS) == {"ci.yml", "release.yml"}


@pytest.mark.parametrize(("where", "job", "command"), COMMANDS, ids=[line for _, _, line in COMMANDS])
def test_a_command_names_what_there_is(where, job, command):
    program, *arguments = shlex.split(command)
    if program == "make":
        assert {each for each in arguments if "=" not in each} <= TARGETS
        assert job["runs-on"] == "ubuntu-latest", "Windows has no make"
    elif program == "python":
        assert arguments[0] == "-m"
        assert find_spec(arguments[1])
        extras = re.findall(r"\[([a-z]+)\]", command)
        assert set(extras) <= set(PROJECT["optional-dependencies"])
    else:
        assert program == "test"
    paths = re.findall(r"(?:^|[ =])((?:tests|docs|benchmarks|notebooks)[\w/.]*)", command)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize(("where", "job", "step"), [each for each in STEPS if "uses" in each[2]])
def test_an_action_is_pinned_by_its_major_version_and_given_paths_that_exist(where, job, step):
    assert re.fullmatch(r"[\w-]+/[\w-]+@(v\d+|release/v\d+)", step["uses"])
    given = step.get("with", {})
    paths = {given[key] for key in ("path", "cache-dependency-path") if key in given}
    assert [path for path in paths - MADE if not (ROOT / path).exists()] == []


def matrix_of(name, job):
    return WORKFLOWS[name]["jobs"][job]["strategy"]["matrix"]


@pytest.mark.parametrize(
    ("workflow", "job"), [("ci.yml", "everything"), ("ci.yml", "elsewhere"), ("release.yml", "test")]
)
def test_every_version_of_python_that_is_promised_is_tested(workflow, job):
    promised = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r"Python :: 3\.\d+$", each)]
    assert matrix_of(workflow, job)["python"] == promised


def test_each_system_is_tested():
    systems = {"ubuntu-latest", "macos-latest", "windows-latest"}
    assert {"ubuntu-latest", *matrix_of("ci.yml", "elsewhere")["system"]} == systems
    assert set(matrix_of("release.yml", "test")["system"]) == systems


def test_what_is_published_was_built_once_and_tested():
    jobs = WORKFLOWS["release.yml"]["jobs"]
    assert (jobs["test"]["needs"], jobs["publish"]["needs"]) == ("build", "test")
    builds = [
        where for where, _, line in COMMANDS if where.startswith("release") and re.search(r"make dist|build$", line)
    ]
    assert builds == ["release.yml:build"]
    received = [where for where, _, step in STEPS if step.get("with", {}).get("name") == "dist"]
    assert received == ["release.yml:build", "release.yml:test", "release.yml:publish"]


def test_only_the_job_that_publishes_may_prove_who_it_is_and_somebody_approves_it():
    assert [name for _, name, job in JOBS if "permissions" in job] == ["publish"]
    publish = WORKFLOWS["release.yml"]["jobs"]["publish"]
    assert publish["permissions"] == {"id-token": "write"}
    assert publish["environment"] == "pypi"
    assert all(document["permissions"] == {"contents": "read"} for document in WORKFLOWS.values())
    assert "secrets." not in "".join(path.read_text("utf-8") for path in (ROOT / ".github" / "workflows").glob("*.yml"))
