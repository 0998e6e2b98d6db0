"""Turns the docstrings into pages: their sections by napoleon, their names in backticks into links.

Docstrings are written to be read in the source. So they say `load_streams` and not where it lives, and mean the one
documented object with that name.
"""

from __future__ import annotations

from typing import Any, Final

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.ext.napoleon import Config, NumpyDocstring
from sphinx.util.nodes import make_refnode

SECTIONS: Final = Config(napoleon_use_rtype=False)

PLAIN: Final = frozenset({"infer", "train", "update_from_hyper_parameters", "load_params"})
"""Names that users define themselves: shown as code, without a link."""

MEMBERS: Final = frozenset({"attribute", "method", "property"})


def setup(app: Sphinx) -> dict[str, bool]:
    """Connect to where a docstring is read, and to where a name was not found."""
    app.connect("autodoc-process-docstring", _in_sections)
    app.connect("missing-reference", _linked)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Docstring(NumpyDocstring):
    """A docstring in which several attributes can share a description, as parameters can."""

    def _parse_attributes_section(self, section: str) -> list[str]:  # noqa: ARG002 - napoleon passes it
        return self._format_fields("Attributes", self._consume_fields(multiple=True))


def _in_sections(app: Sphinx, what: str, name: str, thing: Any, options: Any, lines: list[str]) -> None:
    # In an attribute's docstring napoleon would take what precedes a colon for a type.
    kind = "function" if what in ("attribute", "property", "data") else what
    lines[:] = Docstring(lines, SECTIONS, app, kind, name, thing, options).lines()


def _linked(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element) -> nodes.Element | None:
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"].rpartition(".")[2] if node["reftarget"].startswith("midplot.") else node["reftarget"]
    if target in PLAIN:
        return content
    objects = env.domains.python_domain.objects
    named = {name: each for name, each in objects.items() if name == target or name.endswith(f".{target}")}
    # Of a function and a method that share a name, the function is meant.
    of_modules = {name: each for name, each in named.items() if each.objtype not in MEMBERS}
    found = of_modules or named
    if len({(each.docname, each.node_id) for each in found.values()}) != 1:
        return None
    name, home = next(iter(found.items()))
    return make_refnode(app.builder, node["refdoc"], home.docname, home.node_id, content, name)
