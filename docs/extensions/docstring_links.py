"""Finds what docstrings mean by a name in backticks: the one documented object that is called so.

Docstrings are written to be read in the source, so they say `load_streams`, not where it lives. A name that no
documented object bears is set as code, where it is a word of the API that users implement; else it is a warning.
"""

from __future__ import annotations

from typing import Final

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.nodes import make_refnode

PLAIN: Final = frozenset({"infer", "train"})
"""What users write themselves."""


def setup(app: Sphinx) -> dict[str, bool]:
    """Step in where a name was not found."""
    app.connect("missing-reference", _found)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _found(app: Sphinx, env: BuildEnvironment, node: pending_xref, content: nodes.Element) -> nodes.Element | None:
    if node.get("refdomain") != "py":
        return None
    target = node["reftarget"]
    if target in PLAIN:
        return content
    objects = env.domains.python_domain.objects
    names = [name for name in objects if name == target or name.endswith(f".{target}")]
    # An alias, such as a name that a package takes over from a module, is the same object.
    homes = {(objects[name].docname, objects[name].node_id) for name in names}
    if len(homes) != 1:
        return None
    docname, node_id = homes.pop()
    return make_refnode(app.builder, node["refdoc"], docname, node_id, content, names[0])
