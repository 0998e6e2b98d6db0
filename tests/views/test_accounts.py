"""The accounts in the view: what each score is worth, once the replay has ended and not before."""

from __future__ import annotations

import numpy as np

from midplot import replay
from midplot.evidence._words import interval_words
from midplot.views.panel import _accounts as accounts
from midplot.views.panel._accounts import AccountsRows

WALKS = [100 + np.random.default_rng(seed).normal(size=size).cumsum() for seed, size in ((1, 3000), (2, 40), (3, 3000))]


def turning(stream):
    yield
    for n, _ in enumerate(stream):
        yield (n // 7) % 3 - 1


def test_each_score_says_in_which_interval_it_lies(monkeypatch):
    result = replay(WALKS, horizon=5, infer=turning, dry=True)
    view = result.open_view(chart=False, accounts=True)
    assert view.table is not None
    titles = [row["cells"][1]["title"] for row in view.table.table["rows"]]
    frame = result.luck().by_stream
    wanted = [None if np.isnan(low) else (low, high) for low, high in zip(frame["low"], frame["high"], strict=True)]
    assert [title.replace("−", "-") for title in titles] == [interval_words(each) for each in wanted]
    assert titles[1] == "too little data to say"
    assert all(title.startswith("95%: ") for title in titles[::2])


def test_while_a_replay_is_running_nothing_is_computed_and_afterwards_once(monkeypatch):
    result = replay(WALKS, horizon=5, infer=turning, dry=True)
    streams, total = list(result.streams.values()), accounts.row_of(result.streams[0])
    asked = []
    monkeypatch.setattr(accounts, "interval_of_stream", lambda account, horizon: asked.append(account.stream_id))
    rows = AccountsRows()
    running = [rows.table(streams, total, 0) for _ in range(3)]
    assert asked == []
    assert all("title" not in cell for row in running[-1]["rows"] for cell in row["cells"])
    for _ in range(3):
        rows.table(streams, total, 0, horizon=5)
    assert asked == [0, 1, 2]
