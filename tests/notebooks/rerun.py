"""Rerun notebooks and save them in the form in which they are committed: ``python -m tests.notebooks.rerun [NOTEBOOK ...]``.

Saved from JupyterLab a notebook holds 5 MB of widget state for each chart, and numbers that differ from run to run.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[2] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def rerun(path: Path) -> None:
    """Execute one notebook in its own folder, and save it clean."""
    notebook = nbformat.read(path, as_version=4)
    # Coalesced, since one cell's prints arrive in one piece or in several, by chance.
    client = NotebookClient(notebook, kernel_name="python3", timeout=300, record_timing=False, coalesce_streams=True)
    client.execute(cwd=str(path.parent))
    clean(notebook)
    nbformat.write(notebook, path)


def clean(notebook: nbformat.NotebookNode) -> None:
    """Remove everything that depends on the run from a notebook: widgets, ids, the version of Python."""
    notebook.metadata = METADATA
    for position, cell in enumerate(notebook.cells, start=1):
        cell.id = f"cell-{position:02d}"
        cell.metadata = {"tags": cell.metadata.tags} if "tags" in cell.metadata else {}
        for output in cell.get("outputs", []):
            if "data" in output:
                output.metadata = {}
                output.data.pop(WIDGET, None)  # its kernel is gone: the text beside it is shown instead


if __name__ == "__main__":
    for each in map(Path, sys.argv[1:] or sorted(FOLDER.glob("*.ipynb"))):
        rerun(each.resolve())
        print(each)
