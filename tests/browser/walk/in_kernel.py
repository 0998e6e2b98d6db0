"""What the walk asks in the kernel: this file's text is the notebook's last cell, and it alone knows how a view keeps its
state. A view of the first kind keeps it in a capture, a player and a chart; a later one in one frozen ``state``."""

import math
from typing import Any

from midplot import get_replay_result


def walk_state() -> dict[str, Any]:
    """Return what the kernel holds to be shown: the stream, the selection, what is hidden, what is suggested."""
    view = get_replay_result().view()
    state = view.state
    selected = state.selection
    return {
        "scene": view.scene_number,
        "stream": state.stream,
        "all": state.sight == "all",
        "selection": None if selected is None else [selected.first, selected.last],
        "blind": state.hides_future,
        "last": state.last_shown,
        "labelling": state.target is not None,
        "question": state.question and state.question.label,
        "suggestion": _suggested(state.suggestion and state.suggestion.suggestion),
        "dark": state.dark,
        "name": get_replay_result().ledger.streams[state.stream].name,
    }


def _suggested(suggestion: Any) -> dict[str, Any] | None:
    if suggestion is None:
        return None
    window = suggestion.selection
    return {"first": window.first, "last": window.last, "decision": suggestion.expected}


def walk_save(label: str) -> bool:
    """Save the selected window with a label, as a cell would; tell whether one is selected in the view and in the result."""
    import warnings

    import midplot

    result = get_replay_result()
    shown, selected = result.view().state.selection, result.selection
    if shown is None or selected is None or (shown.first, shown.last) != (selected.first, selected.last):
        return False
    with warnings.catch_warnings(action="ignore"):  # a label that contradicts another is saved, and said
        result.save_selected(getattr(midplot, label))
    return True


def walk_prices(low: float, high: float, last: int | None) -> list[dict[str, Any]]:
    """Return what there is to see of each part between two x, as far as an index: ends, extremes, number of prices."""
    parts = []
    for account in get_replay_result().ledger.streams[walk_state()["stream"]].parts:
        part, n_ticks = account.part, account.replay.n_ticks
        start = max(part.first_index, math.ceil(low))
        stop = min(part.first_index + n_ticks - 1, math.floor(high), math.inf if last is None else last)
        values: Any = part.values[start - part.first_index : int(stop) - part.first_index + 1] if start <= stop else []
        if len(values):
            prices = {"low": float(min(values)), "high": float(max(values)), "distinct": len(set(values))}
            parts.append({"first": start, "last": int(stop), "n": len(values), **prices})
    return parts


def walk_selected_prices() -> list[float] | None:
    """Return the first and the last price of the selected window, or None."""
    state = walk_state()
    if state["selection"] is None:
        return None
    for account in get_replay_result().ledger.streams[state["stream"]].parts:
        first, last = (index - account.part.first_index for index in state["selection"])
        if 0 <= first <= last < len(account.part.values):
            return [float(account.part.values[first]), float(account.part.values[last])]
    return None


def walk_widgets() -> dict[str, int]:
    """Return the number of widgets and of open comms, and the process's memory in bytes."""
    import gc

    import comm
    import ipywidgets

    gc.collect()
    with open("/proc/self/statm") as file:  # noqa: PTH123 -- an import less in the kernel that is measured
        resident = int(file.read().split()[1]) * 4096
    widgets = ipywidgets.widgets.widget._instances
    return {"widgets": len(widgets), "comms": len(comm.get_comm_manager().comms), "resident": resident}
