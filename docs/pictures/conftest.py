"""The pictures are taken with the fixtures of the browser tests."""

from tests.browser.conftest import chromium, jupyter_lab, lab_pages, notebook, open_tab

__all__ = ["chromium", "jupyter_lab", "lab_pages", "notebook", "open_tab"]
