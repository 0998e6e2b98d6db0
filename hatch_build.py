"""Makes the description that an index shows of midplot: the README, with links and pictures that work there too.

In the README they are relative, so that a clone shows those of its own commit. In the description they are absolute and
name the tag of the version, so that each version shows its own.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

# In Markdown `](target)`, in HTML an attribute. What has a scheme, or stays on the page, is left alone.
LINK = re.compile(
    r"""(?P<before>(?P<mark>!?)\[[^\]]*\]\(|\b(?P<attribute>src|srcset|href)=")(?!\w+:|[#/])(?P<target>[^)"\s]+)"""
)


class IndexReadme(MetadataHookInterface):
    """Sets the readme of the project's metadata."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Take the README, and the address of the repository from ``[project.urls]``."""
        root = Path(self.root)
        text = (root / "README.md").read_text("utf-8")
        text = absolute(text, metadata["urls"]["Source"], f"v{metadata['version']}", root)
        metadata["readme"] = {"content-type": "text/markdown", "text": text}


def absolute(text: str, repository: str, tag: str, root: Path) -> str:
    """Return a page with the address of each file that it links to or shows, as it is at a tag of a GitHub repository.

    Raises
    ------
    FileNotFoundError
        If there is no such file: better no package than one whose page has dead links.
    """

    def address(link: re.Match[str]) -> str:
        target = link["target"]
        file = root / target.partition("#")[0]
        if not file.exists():
            raise FileNotFoundError(f"README.md links to {target}, which does not exist")
        is_picture = link["mark"] or link["attribute"] in ("src", "srcset")
        kind = "raw" if is_picture else "tree" if file.is_dir() else "blob"
        return f"{link['before']}{repository}/{kind}/{tag}/{target}"

    return LINK.sub(address, text)
