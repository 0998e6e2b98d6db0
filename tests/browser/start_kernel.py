"""What Jupyter takes for a kernel: asks `kernels.py` to fork one, passes signals on to it, and ends as it does.

It is started for each kernel, so it imports little: ``python -S -E start_kernel.py SOCKET CONNECTION_FILE``.
"""

import json
import os
import signal
import socket
import sys


def main(path: str, connection_file: str) -> int:
    """Return the exit code of the kernel."""
    request = {"environment": dict(os.environ), "folder": os.getcwd(), "connection_file": connection_file}  # noqa: PTH109
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(path)
        sent = json.dumps(request).encode() + b"\n"
        n = socket.send_fds(connection, [sent], [0, 1, 2])
        connection.sendall(sent[n:])
        with connection.makefile() as said:
            pid = int(said.readline())
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda number, _: os.kill(pid, number))
            return int(said.readline() or 1)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
