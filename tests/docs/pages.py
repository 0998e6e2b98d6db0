"""Reads the pages of the documentation: their blocks of code, and the comment before each."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
COMMENT = re.compile(r"<!--\s*([a-z ]+?)(?::\s*(.*?))?\s*-->", re.DOTALL)
PARSER = MarkdownIt("commonmark")


@dataclass(frozen=True)
class Block:
    """A block of code of a page.

    Attributes
    ----------
    page
        Its path from the root of the project.
    line
        The line of the page that it begins in.
    language
        What it is written in; ``shell`` where it is indented and not fenced.
    text
        The code.
    said
        What the comment before it says, by its first words: ``{"file": "attack.py"}``.
    shown
        The text block right after it: what it puts out. None where there is none.
    """

    page: str
    line: int
    language: str
    text: str
    said: dict[str, str] = field(default_factory=dict)
    shown: str | None = None

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


def blocks_of(path: Path) -> list[Block]:
    """Return the blocks of a page in order, each with its output; directives of the site are left out."""
    tokens = [token for token in PARSER.parse(path.read_text("utf-8")) if token.type in _KINDS]
    blocks: list[Block] = []
    said: dict[str, str] = {}
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "html_block":
            said = _said(token.content)
        elif token.type in ("paragraph_open", "heading_open"):
            said = {}
        elif not token.info.startswith("{"):
            page = path.relative_to(ROOT).as_posix()
            block = Block(page, token.map[0] + 1, token.info.strip() or _UNNAMED[token.type], token.content, said)
            said = {}
            if block.language == "text" and before is not None and before.type == "fence" and blocks:
                blocks[-1] = _with_output(blocks[-1], block.text)
            else:
                blocks.append(block)
    return blocks


_KINDS = {"fence", "code_block", "html_block", "paragraph_open", "heading_open"}
_UNNAMED = {"fence": "", "code_block": "shell"}


def _said(html: str) -> dict[str, str]:
    return {word: text or "" for word, text in COMMENT.findall(html)}


def _with_output(block: Block, output: str) -> Block:
    return Block(block.page, block.line, block.language, block.text, block.said, output)


def commands_of(block: Block) -> list[str]:
    """Return the commands of a shell block, one a line, without comments and prompts."""
    lines = block.text.replace("\\\n", " ").splitlines()
    bare = [re.sub(r"\s+#.*", "", line).strip().removeprefix("$ ") for line in lines]
    return [line for line in bare if line and not line.startswith("#")]
