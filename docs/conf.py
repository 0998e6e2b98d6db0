"""How the documentation site is built: `make docs`. Neither building nor reading it needs a network."""

from __future__ import annotations

import sys
from pathlib import Path

import plotly

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extensions"))

import midplot  # noqa: E402 - after the path, as all that conf.py imports

project = "midplot"
author = "The midplot authors"
version = release = midplot.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx_click",
    "command_help",
    "docstrings",
    "mathml",
    "notebook_pages",
]
exclude_patterns = ["_build"]

# Every name has to exist: `make docs` turns warnings, such as the one about an unknown name, into errors.
nitpicky = True
default_role = "py:obj"
nitpick_ignore_regex = [
    # Other projects' names: linking them would need their inventories, from the network.
    ("py:class", r"(collections|numpy|os|pathlib|types|typing|pd|go|ipywidgets|plotly)\..*|Figure|Path|PathLike"),
    # Types of midplot that users do not need to know.
    (
        "py:class",
        r"(midplot\..*\.)?(BoundInfer|Contradiction|FirstChange|Frame|Ledger|Part|PartAccount|PartReplay|PlainBox|Provenance|Run|StoredValues|TimesField|ValuesField|ViewBox|Window)",
    ),
]

# Pages

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the notebooks are shown as they were saved; `make test` runs them
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # a live view needs a kernel, so its scripts would be of no use
nb_merge_streams = True

# Docstrings

autodoc_typehints = "description"
autodoc_typehints_description_target = "documented_params"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True

# The site

html_theme = "furo"
html_title = "midplot"
html_static_path = ["_static", str(Path(plotly.__file__).parent / "package_data" / "plotly.min.js")]
html_favicon = "_static/favicon.svg"
html_css_files = ["site.css"]
html_math_renderer = "mathml"
html_show_copyright = False
html_show_sourcelink = False
html_copy_source = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0072b2", "color-brand-content": "#0072b2"},
    "dark_css_variables": {"color-brand-primary": "#6fb7e6", "color-brand-content": "#6fb7e6"},
}
pygments_style = "friendly"
pygments_dark_style = "github-dark"
