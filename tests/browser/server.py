"""Starts a JupyterLab of its own on loopback, and ends it."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Any, Literal
from urllib.error import URLError
from urllib.request import ProxyHandler, Request, build_opener
from uuid import uuid4

from .kernels import LONGEST_SOCKET, KernelForks

PATIENCE = 90.0
"""Seconds until the wait for any condition is given up: generous, since it is spent only where a test fails."""

Theme = Literal["light", "dark"]
Interface = Literal["lab", "notebook"]

_BETWEEN_TRIES = 0.05

_ADDRESS = re.compile(r"http://127\.0\.0\.1:[1-9]\d*/")
_RUNTIME = "run"
_KERNELS = "kernels"
_OF_THE_USER = ("JUPYTER", "IPYTHON", "JPY_", "XDG_")
_SETTINGS: dict[str, dict[str, Any]] = {
    "docmanager-extension/plugin": {"autosave": False},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True},
}

# The first FigureWidget of a process imports nbformat, which checks whether this optional package is there: building
# its grammar takes two seconds, in every kernel, for nothing that a notebook here needs.
_LEAN_KERNEL = "import sys\n\nsys.modules['rfc3987_syntax'] = None\n"

# What ipywidgets does in a kernel that imports it, and has not done where it was imported before the kernel was there.
_FORKED_KERNEL = "__import__('ipywidgets').load_ipython_extension(get_ipython())\n"


class ServerLog(threading.Thread):
    """Keeps what a server says, and lets others wait until it has said something.

    Parameters
    ----------
    pipe
        The standard output and error of the server.
    """

    def __init__(self, pipe: IO[str]) -> None:
        super().__init__(name="jupyter log", daemon=True)
        self._pipe = pipe
        self._lines: list[str] = []
        self._ended = False
        self._news = threading.Condition()

    def run(self) -> None:
        """Read until the server ends."""
        with self._pipe:
            for line in self._pipe:
                self._note(line)
        self._note("", ended=True)

    def _note(self, line: str, *, ended: bool = False) -> None:
        with self._news:
            self._lines.append(line)
            self._ended = ended
            self._news.notify_all()

    def text(self) -> str:
        """Return all that was said."""
        with self._news:
            return "".join(self._lines)

    def wait_for(self, pattern: re.Pattern[str], timeout: float) -> str | None:
        """Wait for a pattern; return what matched, or None where the server ended or the time was up before."""
        with self._news:
            self._news.wait_for(lambda: self._ended or self._found(pattern), timeout)
            return self._found(pattern)

    def ended_within(self, seconds: float) -> bool:
        """Wait for the server's end; tell whether it came in time."""
        with self._news:
            return self._news.wait_for(lambda: self._ended, seconds)

    def _found(self, pattern: re.Pattern[str]) -> str | None:
        matches = (pattern.search(line) for line in self._lines)
        return next((match.group() for match in matches if match), None)


class JupyterServer:
    """A JupyterLab (and Notebook 7, where it is installed) that shares nothing with the user's own.

    Parameters
    ----------
    folder
        An empty folder for its notebooks, its home and its settings.
    """

    def __init__(self, folder: Path) -> None:
        self.root = folder / "notebooks"
        self._home = folder / "home"
        self._open = build_opener(ProxyHandler({})).open
        self.root.mkdir()
        self._home.mkdir()
        for name, values in _SETTINGS.items():
            self._set(name, values)
        self._write(Path("ipython", "profile_default", "startup", "lean.py"), _LEAN_KERNEL)
        environment = self._environment()
        data = self._home / _KERNELS
        data.mkdir()
        self._forks = KernelForks(data, environment) if KernelForks.possible(data) else None
        if self._forks is not None:
            self._write(Path("ipython", "profile_default", "startup", "forked.py"), _FORKED_KERNEL)
        self._process = subprocess.Popen(
            _command(self.root, self._home / _RUNTIME),
            env=environment,
            cwd=self.root,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        assert self._process.stdout is not None
        self._log = ServerLog(self._process.stdout)
        self._log.start()
        self.url = ""
        self._ender = ThreadPoolExecutor(1)
        self._ending: Future[None] = self._ender.submit(lambda: None)

    @property
    def log(self) -> str:
        """What it has said so far."""
        return self._log.text()

    def wait_until_it_runs(self) -> None:
        """Wait until it answers; raise with its log where it does not."""
        address = self._log.wait_for(_ADDRESS, PATIENCE)
        if address is None:
            raise RuntimeError(f"JupyterLab: did not start. It said:\n{self.log}")
        self.url = address
        # It says so a little before it listens.
        for _ in range(round(PATIENCE / _BETWEEN_TRIES)):
            if self._answers():
                return
            if self._log.ended_within(_BETWEEN_TRIES):
                break
        raise RuntimeError(f"JupyterLab: never answered. It said:\n{self.log}")

    def _answers(self) -> bool:
        try:
            self.ask("GET", "api/status")
        except URLError:
            return False
        return True

    def ask(self, method: str, path: str, data: dict[str, Any] | None = None) -> Any:
        """Return the decoded answer to a request of Jupyter's REST interface; None where it has no body."""
        body = None if data is None else json.dumps(data).encode()
        with self._open(Request(self.url + path, body, method=method), timeout=PATIENCE) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def start_kernel(self, notebook: Path) -> None:
        """Start the kernel of a notebook, so that it comes up while the page is still loading."""
        path = self.path(notebook)
        self.ask(
            "POST", "api/sessions", {"path": path, "name": path, "type": "notebook", "kernel": {"name": "python3"}}
        )

    def page_url(self, notebook: Path, interface: Interface) -> str:
        """Return the address under which a notebook opens in JupyterLab or in Notebook 7."""
        path = self.path(notebook)
        return self.url + (f"lab/tree/{path}?reset" if interface == "lab" else f"notebooks/{path}")

    def shut_down_kernels(self) -> None:
        """End the kernels that there are."""
        self._ending.result()
        self._end(self.ask("GET", "api/sessions"))

    def let_kernels_end(self) -> None:
        """End the kernels that a test has left while the next one begins: it takes a kernel a second of waiting."""
        self._ending.result()
        self._ending = self._ender.submit(self._end, self.ask("GET", "api/sessions"))

    def _end(self, sessions: list[dict[str, Any]]) -> None:
        for session in sessions:
            self.ask("DELETE", f"api/sessions/{session['id']}")

    def set_theme(self, theme: Theme) -> None:
        """Choose the theme of the pages opened from now on."""
        self._set("apputils-extension/themes", {"theme": f"JupyterLab {theme.title()}", "adaptive-theme": False})

    def stop(self) -> None:
        """End it as its user would, kernels first; by force where it does not listen."""
        self._ender.shutdown()
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
        self._log.join(PATIENCE)
        if self._forks is not None:
            self._forks.stop(PATIENCE)

    def path(self, notebook: Path) -> str:
        """Return what Jupyter calls a notebook: its path below the root."""
        return notebook.relative_to(self.root).as_posix()

    def _set(self, name: str, values: dict[str, Any]) -> None:
        """Write settings as a user would in the editor: the server reads them anew for each page."""
        path = Path("config", "lab", "user-settings", "@jupyterlab", f"{name}.jupyterlab-settings")
        self._write(path, json.dumps(values))

    def _write(self, path: Path, text: str) -> None:
        """Write a file below its home."""
        (self._home / path).parent.mkdir(parents=True, exist_ok=True)
        (self._home / path).write_text(text)

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_OF_THE_USER)}
        own = {
            "HOME": "",
            "JUPYTER_CONFIG_DIR": "config",
            "JUPYTER_DATA_DIR": "data",
            "JUPYTER_PATH": _KERNELS,  # above all, a virtual environment's own kernels included
            "JUPYTER_RUNTIME_DIR": _RUNTIME,
            "IPYTHONDIR": "ipython",
            "XDG_CACHE_HOME": "cache",
            "XDG_CONFIG_HOME": "xdg-config",
            "XDG_DATA_HOME": "xdg-data",
        }
        return kept | {name: str(self._home / folder) for name, folder in own.items()}


def _command(root: Path, runtime: Path) -> list[str]:
    """Return the command line: nothing asks for a token, opens a browser or looks for news."""
    options = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": _free_port(),
        "ServerApp.open_browser": False,
        "ServerApp.root_dir": root,
        "ServerApp.disable_check_xsrf": True,
        "IdentityProvider.token": "",
        "LabApp.expose_app_in_browser": True,
        "LabApp.extension_manager": "readonly",
        "KernelManager.transport": _transport(runtime),
        # Where the tests were killed it ends by itself.
        "MappingKernelManager.cull_idle_timeout": 600,
        "ServerApp.shutdown_no_activity_timeout": 600,
        "LabApp.news_url": "",
        "LabApp.check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
    }
    if has_notebook_7():
        options["JupyterNotebookApp.expose_app_in_browser"] = True
    as_root = ["--allow-root"] if os.geteuid() == 0 else []
    return [sys.executable, "-m", "jupyterlab", *as_root, *(f"--{name}={value}" for name, value in options.items())]


def _transport(runtime: Path) -> str:
    """Return how kernels are reached: by sockets in the folder, for of ports two servers may choose the same.

    Jupyter looks for free ports a while before the kernel takes them. A name that is too long for a socket leaves ports.
    """
    longest = runtime / f"kernel-{uuid4()}-ipc-9"
    return "ipc" if len(os.fsencode(longest)) <= LONGEST_SOCKET else "tcp"


def has_notebook_7() -> bool:
    """Tell whether Notebook 7 is installed: the server then has its pages too."""
    return find_spec("notebook") is not None


def _free_port() -> int:
    """Return a port to try first: where it is taken meanwhile the server goes on to another, and says so."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port
