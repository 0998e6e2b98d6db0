"""A notebook as a page of the documentation: a live view is shown by its picture, once."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

# Not imported: these tests are a package called docs as well.
PAGES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "extensions" / "notebook_pages.py"))
LIVE_VIEW, as_page = PAGES["LIVE_VIEW"], PAGES["as_page"]

VIEW = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": ["ReplayView(1 stream)"]}}
PRINTED = {"output_type": "stream", "name": "stdout", "text": ["said\n"]}
PICTURE = {"output_type": "display_data", "metadata": {}, "data": {"text/html": ['<div class="midplot-still"></div>']}}


def page(*outputs):
    cell = {"cell_type": "code", "source": [], "metadata": {}, "execution_count": 1, "outputs": list(outputs)}
    return json.loads(as_page(json.dumps({"metadata": {}, "cells": [cell]})))["cells"][0]["outputs"]


def test_the_picture_takes_the_place_of_its_view():
    assert page(VIEW, PRINTED, PICTURE) == [PRINTED, PICTURE]


def test_a_view_without_a_picture_says_that_it_needs_a_kernel():
    assert page(PRINTED, VIEW) == [PRINTED, {**VIEW, "data": {"text/html": LIVE_VIEW}}]
