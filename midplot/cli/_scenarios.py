"""``midplot scenarios``: list, show, draw, validate and delete saved scenarios, and undo."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any

import click

from midplot._plain import as_json as encoded
from midplot._text import in_columns, printable
from midplot.cli._nearby import looking_nearby
from midplot.cli._outcome import FAILED, in_words
from midplot.cli._output import deliver, echo, print_json
from midplot.errors import ScenarioError, did_you_mean
from midplot.scenarios._contradictions import contradictions_among
from midplot.scenarios._movie import Movie
from midplot.scenarios._scenario import DEFAULT_FOLDER
from midplot.scenarios.store import BadFile, Found, Reading, ScenarioFolder, placed, read_scenario, read_scenarios
from midplot.scenarios.store._document import encode_movie, encode_scenario
from midplot.scenarios.store._files import is_folder
from midplot.scenarios.store._journal import Step

__all__ = ["scenarios_group"]

# The same in every process, unlike the names of notebooks: what one command deletes, the next one can undo.
COMMAND_LINE = "command line"
"""The name under which the commands change a folder."""

_place = click.argument("scenarios", default=DEFAULT_FOLDER)
_any = click.option("--any", "of_any", is_flag=True, help="Whoever made the change, even a notebook.")
_json = click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")


@click.group("scenarios")
def scenarios_group() -> None:
    """List, draw, validate and delete saved scenarios, and undo."""


@scenarios_group.command("list")
@_place
@_json
@in_words
def list_command(scenarios: str, as_json: bool) -> None:
    """List the scenarios of a folder or a movie.

    SCENARIOS is the folder, by default `scenarios`, or a file. Files that cannot be used are listed on stderr.
    """
    reading = _read(scenarios)
    if as_json:
        print_json(encoded([_entry(found) for found in reading.found]))
    else:
        echo("\n".join(_listed(reading)))
    if reading.describe_faults():
        echo(f"midplot: {reading.describe_faults()}", err=True)


@scenarios_group.command("show")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@_json
@in_words
def show_command(files: tuple[str, ...], as_json: bool) -> None:
    """Show everything that is known about scenarios.

    FILE is a path, or a name in the folder `scenarios`.
    """
    found = [each for file in files for each in _whole(_path_of(file)).found]
    if as_json:
        print_json(_document(found).rstrip("\n"))
    else:
        echo("\n\n".join(map(_described, found)))


@scenarios_group.command("gallery")
@_place
@click.option("--html", default="scenarios.html", show_default=True, metavar="PATH", help="Where to write the page.")
@in_words
def gallery_command(scenarios: str, html: str) -> None:
    """Write a page with a picture of each scenario.

    SCENARIOS is the folder, by default `scenarios`, or a file. The page opens in any browser and can be filtered by label
    and tag. Files that cannot be used are listed on stderr.
    """
    reading = _read(scenarios)
    movie = Movie(reading.scenarios)
    deliver(repr(movie), html, movie.to_html, as_json=False)
    if reading.describe_faults():
        echo(f"midplot: {reading.describe_faults()}", err=True)


@scenarios_group.command("validate")
@click.argument("scenarios", metavar="[SCENARIOS]...", nargs=-1)
@_json
@in_words
def validate_command(scenarios: tuple[str, ...], as_json: bool) -> None:
    """Find files that cannot be used, and contradictory labels.

    SCENARIOS are folders, by default `scenarios`, or files. The exit code is 1 if a file cannot be used, a scenario is
    there twice, or no attacker can satisfy two labels together. Labels that are contradicted by the outcome of their own
    window are listed, but are not faults.
    """
    readings = [_read(place) for place in scenarios or [DEFAULT_FOLDER]]
    if as_json:
        print_json(encoded([_findings(reading) for reading in readings]))
    else:
        echo("\n".join(_verdict(reading) for reading in readings))
    if any(reading.bad or reading.duplicates or contradictions_among(reading.scenarios) for reading in readings):
        raise SystemExit(FAILED)


@scenarios_group.command("rm")
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--yes", is_flag=True, help="Do not ask.")
@in_words
def rm_command(files: tuple[str, ...], yes: bool) -> None:
    """Delete scenarios, after asking.

    FILE is a path, or a name in the folder `scenarios`.
    """
    paths = list(dict.fromkeys(_path_of(file) for file in files))
    titles = [read_scenario(path).title for path in paths]  # all are read, and found good, before the first is deleted
    if not yes and not _is_sure(paths, titles):
        echo("midplot: nothing was deleted. Say yes, or give --yes.", err=True)
        raise SystemExit(FAILED)
    for path, title in zip(paths, titles, strict=True):
        ScenarioFolder(path.parent, COMMAND_LINE).delete(path.name)
        echo(f"deleted {printable(title)} ({path})")


def _alias(command: click.Command, name: str) -> click.Command:
    """Return a command under another name: the words that its help uses should work as well."""
    alias = copy(command)
    alias.name = name
    return alias


scenarios_group.add_command(_alias(rm_command, "delete"))


@scenarios_group.command("undo")
@_place
@_any
@in_words
def undo_command(scenarios: str, of_any: bool) -> None:
    """Undo the last change of the command line, such as a deletion.

    SCENARIOS is the folder, by default `scenarios`, or the file of a movie. A change whose files somebody has changed
    since is left alone, and the next undo takes back the one before.
    """
    folder = _folder_of(scenarios)
    if not of_any:
        _check_own(folder, "undo", folder.last_done, "The last change here was")
    echo(f"undone: {printable(folder.undo(None if of_any else '').words, 1000)}")


@scenarios_group.command("redo")
@_place
@_any
@in_words
def redo_command(scenarios: str, of_any: bool) -> None:
    """Redo the change that was undone last.

    SCENARIOS is the folder, by default `scenarios`, or the file of a movie.
    """
    folder = _folder_of(scenarios)
    if not of_any:
        _check_own(folder, "redo", folder.last_undone, "What was undone last here is")
    step = folder.redo(None if of_any else "")
    echo(f"done again: {printable(step.words, 1000)}")


def _folder_of(place: str) -> ScenarioFolder:
    path = placed(place)
    return ScenarioFolder(path.parent if is_folder(path) is False else path, COMMAND_LINE)


def _check_own(folder: ScenarioFolder, act: str, last: Callable[[str | None], Step | None], subject: str) -> None:
    """Raise an error that says what could be undone or redone, if it is no change of the command line's."""
    step = last(None)
    if step is not None and last("") is None:
        raise ScenarioError(
            f"there is nothing to {act} among the changes of the command line",
            where=folder.path,
            advice=f"{subject} another program's: {step.words}. Give --any to {act} that.",
        )


def _read(place: str) -> Reading:
    with looking_nearby(place):
        reading = read_scenarios(place)
        if not reading.found and not reading.bad:
            raise ScenarioError(
                "there are no scenarios", where=place, advice="Name the folder or the file that holds some."
            )
        return reading


def _path_of(file: str) -> Path:
    """Return the file that the user named by its path, or by its name in the default folder."""
    folder, given = Path(DEFAULT_FOLDER), placed(file)
    candidates = [given, folder / given, folder / f"{given}.json"]
    for path in candidates:
        if is_folder(path) is False:
            return path
    near = given.parent if given.parent != Path() else folder
    names = [path.name for path in near.glob("*.json")]
    raise ScenarioError(
        "there is no such file",
        where=file,
        advice=f"{did_you_mean(given.name, names)} `midplot scenarios list` lists the names.",
    )


def _whole(path: Path) -> Reading:
    """Return what a file holds, or raise an error if not all of it can be used."""
    reading = read_scenarios(path)
    if reading.bad or reading.duplicates:
        raise ScenarioError(reading.describe_faults())
    return reading


def _listed(reading: Reading) -> list[str]:
    head = ["file", "label", "stream", "window", "ticks", "warm-up", "tags", "note"]
    rows = [_row(found) for found in reading.found]
    marks = ["lost" if found.scenario.hindsight else "" for found in reading.found]
    if any(marks):  # few folders have such a label, and the others need no empty column
        head.insert(2, "hindsight")
        for row, mark in zip(rows, marks, strict=True):
            row.insert(2, mark)
    return in_columns([head, *rows], right={head.index("ticks"), head.index("warm-up")})


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
        "hindsight": scenario.hindsight,
    }


def _document(found: list[Found]) -> str:
    """Return scenarios as a file in the current format would hold them."""
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
        "hindsight": scenario.hindsight or "",
        "variant": f"{scenario.variant}, derived from {scenario.origin}" if scenario.variant else "",
        "created": "" if scenario.created is None else f"{scenario.created:%Y-%m-%d %H:%M} UTC",
    }
    rows = [[f"  {name}", printable(fact, 1000)] for name, fact in facts.items() if fact]
    return "\n".join([printable(scenario.title, 1000), *in_columns(rows)])


def _findings(reading: Reading) -> dict[str, Any]:
    contradictions = contradictions_among(reading.scenarios)
    return {
        "path": str(reading.path),
        "n_good": len(reading.found),
        "bad": [_finding(bad) for bad in reading.bad],
        "duplicates": [_finding(twice) for twice in reading.duplicates],
        "contradictions": [
            {"one": found.one.title, "other": found.other.title, "why": found.why} for found in contradictions
        ],
        "hindsight": [
            {"title": scenario.title, "why": scenario.hindsight} for scenario in reading.scenarios if scenario.hindsight
        ],
    }


def _finding(bad: BadFile) -> dict[str, Any]:
    return {"file": str(bad.path), "entry": bad.entry, "reason": bad.reason}


def _verdict(reading: Reading) -> str:
    n, contradictions = len(reading.found), contradictions_among(reading.scenarios)
    faults = [reading.describe_faults()] if reading.describe_faults() else []
    faults += [f"{reading.path}: {printable(each.why, 1000)}" for each in contradictions]
    noted = [
        f"{reading.path}: {printable(each.title, 1000)}: {each.hindsight}"
        for each in reading.scenarios
        if each.hindsight
    ]
    return "\n".join([*(faults or [f"{reading.path}: {n} scenario{'s' * (n != 1)}, all good"]), *noted])


def _is_sure(paths: list[Path], titles: list[str]) -> bool:
    for path, title in zip(paths, titles, strict=True):
        echo(f"{printable(title)} ({path})", err=True)
    try:
        return click.confirm(f"Delete {'it' if len(paths) == 1 else f'these {len(paths)}'} for good?", err=True)
    except click.Abort:
        return False
