"""Forks the kernels of a server from one process that has imported all they need: each then starts in a moment.

The server's kernel specification names `start_kernel.py`. It asks that process for a kernel, passes signals on to it, and
ends as it does.
"""

from __future__ import annotations

import json
import os
import pkgutil
import runpy
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, NoReturn

ROOT = Path(__file__).parents[2]
LARGEST_REQUEST = 1 << 20
LONGEST_SOCKET = 103
"""Bytes in the name of a Unix socket that every system takes."""

IMPORTED = (
    "anywidget",
    "ipykernel.kernelapp",
    "ipywidgets",
    "nbformat",
    "pandas",
    "plotly.graph_objects",
    "pyarrow.parquet",
)


class KernelForks:
    """The process that forks the kernels of one server, seen from the tests.

    Parameters
    ----------
    folder
        An empty folder, which is to be the server's ``JUPYTER_PATH``.
    environment
        The server's.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        path = folder / "kernels.sock"
        specification = {
            "argv": [
                sys.executable,
                "-S",
                "-E",
                str(Path(__file__).with_name("start_kernel.py")),
                str(path),
                "{connection_file}",
            ],
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "metadata": {"debugger": True},
        }
        (folder / "kernels" / "python3").mkdir(parents=True)
        (folder / "kernels" / "python3" / "kernel.json").write_text(json.dumps(specification))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(path))
            listener.listen()
            # Kernels that are asked for while it is still importing wait.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.browser.kernels", str(listener.fileno())],
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.PIPE,
                pass_fds=[listener.fileno()],
                start_new_session=True,
            )

    def stop(self, patience: float) -> None:
        """End it, and the kernels that are left."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(patience)

    @staticmethod
    def possible(folder: Path) -> bool:
        """Tell whether there can be one with its socket in a folder.

        macOS lets no process fork that has used its frameworks, as numpy does, and Windows has no fork.
        """
        return sys.platform == "linux" and len(os.fsencode(folder / "kernels.sock")) <= LONGEST_SOCKET


# In the process itself


def import_all() -> None:
    """Import what notebooks import: midplot as a whole, and the packages behind its views."""
    # As in `server._LEAN_KERNEL`.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    for name in IMPORTED:
        import_module(name)
    package = import_module("midplot")
    for module in pkgutil.walk_packages(package.__path__, "midplot."):
        # The first runs when it is imported, the second is pytest's.
        if not module.name.endswith((".__main__", ".pytest_plugin", "._snapshot_tests")):
            import_module(module.name)
    # It finds out whether it is in a notebook as it is imported, so each kernel has to do it.
    for name in [name for name in sys.modules if f"{name}.".startswith("plotly.io.")]:
        del sys.modules[name]
    vars(import_module("plotly")).pop("io", None)


class Kernels:
    """The kernels that run, each with the connection on which its end is said.

    Parameters
    ----------
    listener
        Where kernels are asked for.
    """

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._selector = DefaultSelector()
        self._running: dict[int, socket.socket] = {}
        ended, self._told = socket.socketpair()
        for each in (ended, self._told):
            each.setblocking(False)
        # A signal wakes the selector.
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._told.fileno())
        self._selector.register(ended, EVENT_READ, lambda: (ended.recv(4096), self._reap()))
        self._selector.register(listener, EVENT_READ, self._accept)

    def serve(self) -> dict[str, Any] | None:
        """Fork what is asked for until the input ends; return in each kernel what it was asked for, at the end None."""
        ends: list[bool] = []
        self._selector.register(sys.stdin, EVENT_READ, lambda: ends.append(True))
        while not ends:
            for key, _ in self._selector.select():
                asked = key.data()
                if isinstance(asked, dict):
                    return asked
        for pid in self._running:
            os.kill(pid, signal.SIGKILL)
        return None

    def _accept(self) -> dict[str, Any] | None:
        connection, _ = self._listener.accept()
        request, streams, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 3)
        while not request.endswith(b"\n"):
            request += connection.recv(LARGEST_REQUEST)
        pid = os.fork()
        if pid == 0:
            self._become(connection, streams)
            return json.loads(request)
        for stream in streams:
            os.close(stream)
        self._running[pid] = connection
        # Whoever has asked is gone, or was killed: so is the kernel.
        self._selector.register(connection, EVENT_READ, lambda: self._kill(pid))
        connection.sendall(f"{pid}\n".encode())
        return None

    def _become(self, connection: socket.socket, streams: list[int]) -> None:
        """Leave everything that is the parent's, and take over the streams that came with the request."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for each in (self._listener, self._told, connection, *self._running.values()):
            each.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.setsid()

    def _kill(self, pid: int) -> None:
        if pid in self._running:
            os.kill(pid, signal.SIGKILL)
            self._selector.unregister(self._running[pid])

    def _reap(self) -> None:
        """Say of each kernel that has ended how it did."""
        for pid in list(self._running):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                connection = self._running.pop(pid)
                if connection.fileno() in self._selector.get_map():
                    self._selector.unregister(connection)
                with connection:
                    _say(connection, f"{os.waitstatus_to_exitcode(status)}\n")


def _say(connection: socket.socket, words: str) -> None:
    try:
        connection.sendall(words.encode())
    except OSError:  # nobody listens any more
        return


def run_kernel(request: dict[str, Any]) -> NoReturn:
    """Run ipykernel as if this process had been started for it."""
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = ["ipykernel_launcher", "-f", request["connection_file"]]
    runpy.run_module("ipykernel_launcher", run_name="__main__", alter_sys=True)
    sys.exit()


def main(listener: socket.socket) -> None:
    """Serve until the input ends; in each kernel, run it."""
    del sys.path[0]  # where `-m` has found this file
    import_all()
    request = Kernels(listener).serve()
    if request is not None:
        run_kernel(request)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
