"""Combines a script and the modules that it imports into one text, since a widget or a page takes only one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from posixpath import dirname, join, normpath

__all__ = ["bundle"]

# These match the start of a line as `deno fmt` writes it. Other forms of imports and exports are rejected.
_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";\n+', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async function|function|class|const|let)\b)", re.MULTILINE)
_DEFINITION = re.compile(r"^(export )?(?:async function|function|class|const|let|var)\b\*? *([\w$]+)", re.MULTILINE)
_REFUSED = re.compile(r"^(?:import\b|export (?!default\b)).*", re.MULTILINE)
_DEFAULT = re.compile(r"^export default\b", re.MULTILINE)

Modules = dict[str, str]


def bundle(folder: Traversable, script: str) -> str:
    """Return a script preceded by the modules that it imports, each of them once.

    Together they form one scope, in which every name must be unique, whether it is exported or not.

    Parameters
    ----------
    folder
        Folder that contains the scripts.
    script
        Path of the script in that folder.

    Returns
    -------
    str
        A module without imports. Its only export is the script's default export, if it has one.

    Raises
    ------
    ValueError
        If an imported module or name does not exist, a name is defined twice, modules import each other in a circle,
        or an import or export has a form that is not supported.

    Examples
    --------
    >>> from importlib.resources import files
    >>> text = bundle(files("midplot.views") / "static", "acts.js")
    >>> text.count("import "), text.count("export ")
    (0, 1)
    """
    modules: Modules = {}
    _gather(folder, script, (), modules)
    _check_names(modules)
    return "\n".join(f"// {name}\n\n{_merged(name, text, script)}" for name, text in modules.items())


def _gather(folder: Traversable, name: str, importers: tuple[str, ...], modules: Modules) -> None:
    """Add a module, after those that it imports."""
    if name in importers:
        raise ValueError(f"{importers[-1]}: imports {name}, by which it is imported. Move what both need into a third.")
    if name in modules:
        return
    text = _text(folder, name, importers)
    for names, imported in _imports(name, text):
        _gather(folder, imported, (*importers, name), modules)
        exported = {each for is_exported, each in _DEFINITION.findall(modules[imported]) if is_exported}
        if missing := sorted(names - exported):
            raise ValueError(f"{name}: imports {', '.join(missing)} from {imported}, which exports no such name.")
    modules[name] = text


def _text(folder: Traversable, name: str, importers: tuple[str, ...]) -> str:
    try:
        return folder.joinpath(name).read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise ValueError(f"{importers[-1] if importers else name}: there is no file {name}.") from error


def _imports(name: str, text: str) -> Iterator[tuple[set[str], str]]:
    """Yield the imports of a module: the names, and the path of the module that they come from."""
    for names, target in _IMPORT.findall(text):
        yield {each.strip() for each in names.split(",")} - {""}, normpath(join(dirname(name), target))


def _check_names(modules: Modules) -> None:
    where: dict[str, str] = {}
    for name, text in modules.items():
        for _, defined in _DEFINITION.findall(text):
            if defined in where:
                raise ValueError(f"{name}: defines {defined}, as {where[defined]} does. Rename one of the two.")
            where[defined] = name


def _merged(name: str, text: str, script: str) -> str:
    """Return the text of a module without its imports and the keyword of its exports."""
    merged = _EXPORT.sub("", _IMPORT.sub("", text))
    refused = _REFUSED.search(merged)
    if refused is None and name != script:
        refused = _DEFAULT.search(merged)  # only the script itself may have one
    if refused is not None:
        raise ValueError(f"{name}: `{refused.group()}` cannot be put into one text. Import and export by {{ name }}.")
    return merged.strip() + "\n"
