"""The scripts of the views: modules that become one text, and the labels and keys that Python passes to them."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import deno
import pytest

from midplot.game import LABELS
from midplot.money._ledger import Ledger
from midplot.play._settings import ReplaySettings
from midplot.scenarios._labeller import Labeller
from midplot.views._bundle import bundle
from midplot.views._static_files import page_script, static_text, widget_script
from midplot.views.chart.live._replay_figure import ReplayFigure
from midplot.views.panel._keys import KEYS
from midplot.views.panel._replay_view import ReplayView
from midplot.views.panel._widgets import AccountsTable, Acts, ChecksPanel, Controls, Header
from midplot.views.panel.acts._update import ACTS

WIDGETS = {
    "accounts.js": AccountsTable,
    "acts.js": Acts,
    "checks.js": ChecksPanel,
    "controls.js": Controls,
    "figure.js": ReplayFigure,
    "header.js": Header,
}
PAGES = ("pages/check.js", "pages/comparison.js", "pages/movie.js", "pages/report.js")

# Run by a script that has no permission but to read: a widget's script is a module, which is imported and so run at its
# top level; a page's script would need its page, and is parsed alone.
PARSE = """
for (const path of Deno.args) {
  if (path.endsWith(".mjs")) {
    const { default: widget } = await import("file://" + path);
    if (typeof (widget.render ?? widget) !== "function") throw new Error(`${path}: renders nothing`);
  } else new Function(await Deno.readTextFile(path));
}
"""


def written(folder, modules):
    for name, text in modules.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_every_script_parses_as_one_text(tmp_path):
    texts = {f"{name}.mjs": widget_script(name) for name in WIDGETS} | {name: page_script(name) for name in PAGES}
    written(tmp_path, {"parse.js": PARSE, **texts})
    command = [deno.find_deno_bin(), "run", "--quiet", "--no-remote", "--no-npm", "--allow-read", "parse.js"]
    environment = {"DENO_DIR": str(tmp_path / "cache"), "DENO_NO_UPDATE_CHECK": "1"}
    ended = subprocess.run(
        [*command, *(str(tmp_path / name) for name in texts)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.parametrize("name", WIDGETS)
def test_a_name_is_defined_once_in_a_text(name):
    defined = re.findall(r"^(?:async )?(?:function|class|const|let|var) +(\w+)", widget_script(name), re.MULTILINE)
    assert defined
    assert len(defined) == len(set(defined))


def test_a_widget_is_given_its_script_and_style_as_texts():
    for name, widget in WIDGETS.items():
        assert widget._esm == widget_script(name)
        assert type(widget._esm) is str
    assert type(Header._css) is str


def test_nothing_in_a_script_ends_the_element_of_a_page_that_it_stands_in():
    assert not [name for name in PAGES if "</" in page_script(name)]


def test_every_script_of_the_package_is_in_use():
    static = Path(__file__).parents[2] / "midplot" / "views" / "static"
    texts = [*(widget_script(name) for name in WIDGETS), *(page_script(name) for name in PAGES)]
    used = {name for text in texts for name in re.findall(r"^// (\S+\.js)$", text, re.MULTILINE)}
    assert used == {path.relative_to(static).as_posix() for path in static.rglob("*.js")}


# Modules become one text


def test_modules_stand_before_those_that_import_them_each_once(tmp_path):
    written(
        tmp_path,
        {
            "whole.js": '// All.\n\nimport { a } from "./a.js";\nimport { b } from "./parts/b.js";\n\nexport default { a, b };\n',
            "a.js": "export const a = 1;\n",
            "parts/b.js": 'import {\n  a,\n} from "../a.js";\n\nexport async function b() {\n  return a;\n}\n',
        },
    )
    assert bundle(tmp_path, "whole.js") == (
        "// a.js\n\nconst a = 1;\n\n// parts/b.js\n\nasync function b() {\n  return a;\n}\n\n"
        "// whole.js\n\n// All.\n\nexport default { a, b };\n"
    )


def test_no_name_of_a_page_script_is_global():
    text = page_script("pages/check.js")
    assert text.startswith('(() => {\n"use strict";\n')
    assert text.endswith("})();\n")
    assert "export" not in text


A = "export const a = 1;\n"
IMPORTS_A = 'import { a } from "./a.js";\n'


@pytest.mark.parametrize(
    ("modules", "said"),
    [
        ({"whole.js": IMPORTS_A}, "whole.js: there is no file a.js."),
        ({}, "whole.js: there is no file whole.js."),
        (
            {"whole.js": 'import { a, b, c } from "./a.js";\n', "a.js": A + "const b = 2;\n"},
            "whole.js: imports b, c from a.js, which exports no such name.",
        ),
        (
            {"whole.js": IMPORTS_A + 'import { b } from "./b.js";\n', "a.js": A, "b.js": A + "export const b = 2;\n"},
            "b.js: defines a, as a.js does. Rename one of the two.",
        ),
        (
            {"whole.js": IMPORTS_A + "function hidden() {}\n", "a.js": A + "class hidden {}\n"},
            "whole.js: defines hidden, as a.js does. Rename one of the two.",
        ),
        (
            {"whole.js": IMPORTS_A, "a.js": 'import { b } from "./b.js";\n' + A, "b.js": IMPORTS_A + "export let b;\n"},
            "b.js: imports a.js, by which it is imported. Move what both need into a third.",
        ),
        ({"whole.js": 'import a from "./a.js";\n', "a.js": A}, 'whole.js: `import a from "./a.js";` cannot'),
        ({"whole.js": 'import { a } from "a";\n'}, 'whole.js: `import { a } from "a";` cannot'),
        ({"whole.js": 'import { a as b } from "./a.js";\n', "a.js": A}, "whole.js: imports a as b from a.js"),
        ({"whole.js": "export { a };\n"}, "whole.js: `export { a };` cannot"),
        ({"whole.js": IMPORTS_A, "a.js": A + "export default a;\n"}, "a.js: `export default` cannot"),
    ],
)
def test_what_does_not_fit_together_is_said_with_the_file(tmp_path, modules, said):
    written(tmp_path, modules)
    with pytest.raises(ValueError, match=re.escape(said)):
        bundle(tmp_path, "whole.js")


# Labels and keys


def test_a_page_is_given_the_labels_and_the_keys():
    controls = Controls()
    assert [label["name"] for label in controls.labels] == ["UP", "DOWN", "NOTHING"]
    assert controls.shortcuts[0] == {
        "key": "u", "act": "label", "more": {"label": "UP"}, "shown": "U up", "repeats": False,
    }  # fmt: skip
    assert {"labels", "shortcuts"} <= controls.get_state().keys()


def test_each_key_is_one_act_that_the_view_knows():
    ledger = Ledger(ReplaySettings())
    acts = ACTS.keys() | ReplayView(ledger, Labeller(ledger)).desk.acts.keys()
    assert {key.act for key in KEYS} <= acts
    assert len({key.key for key in KEYS}) == len(KEYS)


def test_the_line_below_the_chart_tells_of_the_keys():
    assert " · ".join(key.shown for key in KEYS if key.shown) == (
        "U up · D down · N nothing · Z undo · Y redo · ← → move · Shift start · S suggest · Enter accept"
    )


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_each_label_has_its_colours(label):
    for name in (f".midplot-{label.colour} {{", f".midplot-is-{label.colour} {{"):
        assert name in static_text("view.css")
