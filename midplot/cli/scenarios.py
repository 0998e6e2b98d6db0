"""``midplot scenarios``: list, show, validate and delete saved scenarios."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from midplot.cli.outcome import FAILED, in_words
from midplot.cli.output import echo, print_json
from midplot.core.plain import as_json as encoded
from midplot.core.scenario import DEFAULT_FOLDER, Scenario
from midplot.core.text_table import in_columns, printable
from midplot.errors import ScenarioError, did_you_mean
from midplot.store import Found, Reading, delete_scenario, read_scenario, read_scenarios
from midplot.store.document import encode_movie, encode_scenario

__all__ = ["scenarios_group"]

_place = click.argument("scenarios", default=DEFAULT_FOLDER)
_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.group("scenarios")
def scenarios_group() -> None:
    """List, show, validate and delete saved scenarios."""


@scenarios_group.command("list")
@_place
@_json
@in_words
def list_command(scenarios: str, as_json: bool) -> None:
    """List the scenarios of a folder or a movie.

    SCENARIOS is the folder, by default `scenarios`, or a file. What cannot be used is named on stderr.
    """
    reading = _read(scenarios)
    if as_json:
        print_json(encoded([_entry(found) for found in reading.found]))
    else:
        echo("\n".join(_listed(reading)))
    if reading.bad:
        echo(f"midplot: {reading.describe_bad()}", err=True)


@scenarios_group.command("show")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_json
@in_words
def show_command(files: tuple[str, ...], as_json: bool) -> None:
    """Show all that is known of scenarios.

    FILE is a path, or a name in the folder `scenarios`.
    """
    found = [each for file in files for each in _whole(_path_of(file)).found]
    if as_json:
        print_json(_document(found).rstrip("\n"))
    else:
        echo("\n\n".join(map(_described, found)))


@scenarios_group.command("validate")
@click.argument("scenarios", metavar="[SCENARIOS]...", nargs=-1)
@_json
@in_words
def validate_command(scenarios: tuple[str, ...], as_json: bool) -> None:
    """Find the scenario files that cannot be used.

    SCENARIOS are folders, by default `scenarios`, or files. Exit code 1 where a file cannot be used.
    """
    readings = [_read(place) for place in scenarios or [DEFAULT_FOLDER]]
    if as_json:
        print_json(encoded([_findings(reading) for reading in readings]))
    else:
        echo("\n".join(reading.describe_bad() or _all_good(reading) for reading in readings))
    if any(reading.bad for reading in readings):
        sys.exit(FAILED)


@scenarios_group.command("rm")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_words
def rm_command(files: tuple[str, ...], yes: bool) -> None:
    """Delete scenarios, after a question.

    FILE is a path, or a name in the folder `scenarios`.
    """
    paths = list(dict.fromkeys(_path_of(file) for file in files))
    titles = [read_scenario(path).title for path in paths]  # all are looked at before the first is deleted
    if not yes and not _is_sure(paths, titles):
        echo("midplot: nothing was deleted. Say yes, or give --yes.", err=True)
        sys.exit(FAILED)
    for path, title in zip(paths, titles, strict=True):
        delete_scenario(path, path.parent)
        echo(f"deleted {printable(title)} ({path})")


def _read(place: str) -> Reading:
    reading = read_scenarios(place)
    if not reading.found and not reading.bad:
        raise ScenarioError(f"{place}: there are no scenarios. Name the folder or the file that holds some.")
    return reading


def _path_of(file: str) -> Path:
    """Return the file that a user named by its path, or by its name in the default folder."""
    folder = Path(DEFAULT_FOLDER)
    candidates = [Path(file), folder / file, folder / f"{file}.json"]
    for path in candidates:
        if path.is_file():
            return path
    near = Path(file).parent if Path(file).parent != Path() else folder
    names = [path.name for path in near.glob("*.json")]
    raise ScenarioError(
        f"{file}: there is no such file.{did_you_mean(Path(file).name, names)} `midplot scenarios list` lists the names."
    )


def _whole(path: Path) -> Reading:
    """Return what a file holds, where all of it can be used."""
    reading = read_scenarios(path)
    if reading.bad:
        raise ScenarioError(reading.describe_bad())
    return reading


def _listed(reading: Reading) -> list[str]:
    head = ["file", "label", "stream", "window", "ticks", "warm-up", "tags", "note"]
    return in_columns([head, *(_row(found) for found in reading.found)], right={4, 5})


def _row(found: Found) -> list[str]:
    scenario, selection = found.scenario, found.scenario.selection
    label = f"{scenario.label} {scenario.variant}" if scenario.variant else scenario.label
    return [
        found.path.name,
        label,
        printable(selection.stream_title),
        f"{selection.first}-{selection.last}",
        str(selection.n_ticks),
        str(len(selection.before)),
        printable(", ".join(scenario.tags)),
        printable(scenario.note),
    ]


def _entry(found: Found) -> dict[str, Any]:
    """Return a scenario as plain data, without its prices."""
    scenario, selection = found.scenario, found.scenario.selection
    return {
        "file": str(found.path),
        "title": scenario.title,
        "label": scenario.label,
        "stream": selection.stream_title,
        "stream_id": selection.stream_id,
        "first": selection.first,
        "last": selection.last,
        "warm_up": len(selection.before),
        "horizon": selection.horizon,
        "epsilon": selection.epsilon,
        "note": scenario.note,
        "tags": list(scenario.tags),
        "variant": scenario.variant,
        "origin": scenario.origin,
        "created": None if scenario.created is None else scenario.created.isoformat(),
    }


def _document(found: list[Found]) -> str:
    """Return scenarios as a file of the present version would hold them."""
    scenarios = [each.scenario for each in found]
    return (encode_scenario(scenarios[0]) if len(scenarios) == 1 else encode_movie(scenarios)).decode()


def _described(found: Found) -> str:
    scenario, selection = found.scenario, found.scenario.selection
    values = selection.values
    facts = {
        "file": str(found.path),
        "stream": f"{selection.stream_title} (id {selection.stream_id}, part {selection.part})",
        "window": f"{selection.first}-{selection.last}, {selection.n_ticks} ticks",
        "around it": f"{len(selection.before)} ticks of warm-up before, {len(selection.after)} values after",
        "prices": f"{values[0]:.10g} to {values[-1]:.10g}, between {min(values):.10g} and {max(values):.10g}",
        "rules": f"horizon {selection.horizon}, epsilon {selection.epsilon:g}",
        "note": scenario.note,
        "tags": ", ".join(scenario.tags),
        "variant": _ancestry(scenario),
        "created": "" if scenario.created is None else f"{scenario.created:%Y-%m-%d %H:%M} UTC",
    }
    rows = [[f"  {name}", printable(fact, 1000)] for name, fact in facts.items() if fact]
    return "\n".join([printable(scenario.title, 1000), *in_columns(rows)])


def _ancestry(scenario: Scenario) -> str:
    return f"{scenario.variant}, derived of {scenario.origin}" if scenario.variant else ""


def _findings(reading: Reading) -> dict[str, Any]:
    bad = [{"file": str(bad.path), "entry": bad.entry, "reason": bad.reason} for bad in reading.bad]
    return {"path": str(reading.path), "n_good": len(reading.found), "bad": bad}


def _all_good(reading: Reading) -> str:
    n = len(reading.found)
    return f"{reading.path}: {n} scenario{'s' * (n != 1)}, all good"


def _is_sure(paths: list[Path], titles: list[str]) -> bool:
    for path, title in zip(paths, titles, strict=True):
        echo(f"{printable(title)} ({path})", err=True)
    try:
        return click.confirm(f"Delete {'it' if len(paths) == 1 else f'these {len(paths)}'} for good?", err=True)
    except click.Abort:
        return False
