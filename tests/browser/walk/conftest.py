"""The notebook to walk in, with the streams of the sample that are as nasty as real ones."""

from __future__ import annotations

import pytest

from ..open_notebook import OpenNotebook
from .walk import SAMPLE, cells


@pytest.fixture
def walked(notebook: OpenNotebook):
    """Return a notebook whose view has been shown."""
    page = notebook(cells(SAMPLE))
    for index in (0, 2, 1):  # the view last, so that it is what is in sight
        page.run(index)
    page.plot()
    return page
