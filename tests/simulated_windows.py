"""What Windows lacks and refuses, taken from a process that runs on another system. On Windows this changes nothing."""

from __future__ import annotations

import errno
import os
import re
import signal
import sys
from pathlib import Path

MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "syslog", "crypt", "nis", "spwd")
OF_OS = (
    *(
        "fork",
        "forkpty",
        "killpg",
        "setsid",
        "setpgid",
        "getpgid",
        "nice",
        "uname",
        "statvfs",
        "sync",
        "pread",
        "pwrite",
    ),
    *("getuid", "geteuid", "getgid", "getegid", "chown", "fchown", "fchmod", "lchown", "mkfifo", "mknod"),
    *("O_NONBLOCK", "O_DIRECTORY", "O_CLOEXEC", "O_NOFOLLOW"),
)
OF_SIGNAL = ("SIGKILL", "SIGHUP", "SIGPIPE", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGCHLD", "alarm", "setitimer", "pause")

RESERVED = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{kind}{n}" for kind in ("COM", "LPT") for n in "123456789¹²³"
}
"""The names that Windows gives to devices, with whatever extension."""


def without_what_windows_lacks():
    """Take the modules and functions that only other systems have out of this process."""
    if os.name == "nt":
        return
    for name in MODULES:
        sys.modules[name] = None  # an import of it then fails
    for module, names in ((os, OF_OS), (signal, OF_SIGNAL)):
        for name in names:
            if hasattr(module, name):
                delattr(module, name)


class InUseError(PermissionError):
    """What Windows raises about a file that some program has open."""

    def __init__(self, path, code):
        super().__init__(errno.EACCES, "The process cannot access the file", os.fspath(path))
        self.winerror = code


def refuse_open_files(patch, refused=lambda path: None):
    """Let files that this process has open be neither replaced nor renamed nor deleted.

    Parameters
    ----------
    patch
        pytest's monkeypatch.
    refused
        Called with the path at each refusal.
    """
    if os.name == "nt":
        return

    def refusing(act, code):
        def guarded(*paths, **options):
            for path in paths:
                if is_open(path):
                    refused(path)
                    raise InUseError(path, code)
            return act(*paths, **options)

        return guarded

    for name, code in (("replace", 5), ("rename", 5), ("unlink", 32), ("remove", 32)):
        patch.setattr(os, name, refusing(getattr(os, name), code))


def is_open(path):
    """Tell whether this process has a file open."""
    try:
        wanted = Path(path).stat()
    except FileNotFoundError:
        return False
    for descriptor in range(256):
        try:
            if os.path.samestat(os.fstat(descriptor), wanted):
                return True
        except OSError:
            continue
    return False


def is_a_name_on_windows(name):
    """Tell whether a file may have a name on Windows."""
    is_made_of = not re.search(r'[<>:"/\\|?*\x00-\x1f]', name) and len(name) <= 255
    return is_made_of and name.rstrip(". ") == name and name.partition(".")[0].rstrip().upper() not in RESERVED
