"""What importing midplot loads and provides, seen from a fresh process, and what keeps the tests to this machine."""

from __future__ import annotations

import json
import socket
import subprocess
import sys

import pytest

HEAVY = ("pandas", "plotly", "ipywidgets", "anywidget", "traitlets", "IPython")
HEAVY += ("midone", "pyarrow", "click", "joblib", "cloudpickle")

PROGRAM = """
import json, sys, types
{imports}
heavy = [name for name in {heavy} if name in sys.modules]
is_function = {{name: isinstance(value, types.FunctionType) for name, value in list(globals().items())}}
print(json.dumps([heavy, is_function]))
"""


def loaded(imports):
    """Run imports in a fresh process; return which heavy packages they loaded, and which names are functions."""
    program = PROGRAM.format(imports=imports, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def test_import_loads_no_pandas_and_no_display_library():
    heavy, _ = loaded("import midplot, midplot.replay, midplot.helpers, midplot.errors")
    assert heavy == []


@pytest.mark.parametrize(
    "imports",
    [
        "from midplot import replay",
        "from midplot.replay import replay",
        "import midplot.replay; from midplot import replay",
        "from midplot.helpers import wrap; from midplot import replay",
    ],
)
def test_replay_is_the_function_whichever_way_it_is_imported(imports):
    _, is_function = loaded(imports)
    assert is_function["replay"]


def test_names_of_the_quickstarter():
    _, is_function = loaded(
        "from midplot import DOWN, EPSILON, HORIZON, NOTHING, UP, ReplayResults, Stream, get_replay_result, replay\n"
        "from midplot.helpers import wrap\n"
        "assert (UP, DOWN, NOTHING, HORIZON, EPSILON) == (1.0, -1.0, 0.0, 30, 0.0025)"
    )
    assert is_function["get_replay_result"]
    assert is_function["wrap"]


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.invalid", 443)])
def test_tests_cannot_leave_this_machine(address):
    with socket.socket() as sock, pytest.raises(PermissionError, match="keep to loopback"):
        sock.connect(address)


def test_tests_may_use_loopback():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
