"""What stands around the content of every page: its head, its colours, and what it may run and fetch."""

from __future__ import annotations

from html import escape
from string import Template
from typing import Final

from midplot.views._static_files import page_script, static_text
from midplot.views.chart._palette import DARK, LIGHT, css_variables

__all__ = ["ITS_OWN_SCRIPTS", "whole_page"]

ITS_OWN_SCRIPTS: Final = "'unsafe-inline'"
"""The policy of a page that runs the scripts in it, and no others."""


def whole_page(title: str, body: str, *, css: str, script: str, scripts: str = ITS_OWN_SCRIPTS) -> str:
    """Return a page as HTML. It follows the screen from light to dark, and is light on paper.

    Parameters
    ----------
    title
        Its title, as text.
    body
        Its content, as HTML.
    css
        The style sheet of its content.
    script
        File of its own script, which runs last.
    scripts
        Which scripts it may run, as in a content security policy.
    """
    return Template(static_text("page.html")).substitute(
        title=escape(title),
        scripts=scripts,
        light=css_variables(LIGHT),
        dark=css_variables(DARK),
        css=static_text("page.css") + css,
        body=body,
        js=page_script(script),
    )
