"""A replay that gives way: the same result, and others have their turn meanwhile."""

import asyncio
import inspect

import numpy as np
import pytest

from midplot import get_replay_result, replay, replay_async
from midplot.errors import ArgumentError, ProtocolError
from midplot.examples import MomentumAttacker

WALKS = [100 + np.random.default_rng(i).normal(size=4_000).cumsum() for i in range(3)]


def decided(result):
    return [part.replay.decisions.tolist() for stream in result.streams.values() for part in stream.parts]


@pytest.mark.parametrize("options", [{}, {"only_stream_ids": 1, "start_index": 50, "warmup": 20}, {"n_jobs": 2}])
def test_the_result_is_the_same(options):
    ours = asyncio.run(replay_async(WALKS, 20, infer=MomentumAttacker, **options))
    theirs = replay(WALKS, 20, infer=MomentumAttacker, dry=True, **options)
    assert decided(ours) == decided(theirs)
    assert ours.scores == theirs.scores
    assert ours.settings == theirs.settings
    assert get_replay_result() is ours
    assert not ours.interrupted


def test_others_have_their_turn_between_chunks():
    checkpoints, turns = [], []

    async def other(task):
        while not task.done():
            turns.append(len(checkpoints))
            await asyncio.sleep(0)

    async def both():
        task = asyncio.create_task(replay_async(WALKS, infer=MomentumAttacker, progress=checkpoints.append))
        await other(task)
        return await task

    result = asyncio.run(both())
    assert result.n_ticks == 12_000
    assert len(checkpoints) > 10
    assert max(np.diff(turns)) == 1  # never two chunks without a turn of the other


def test_a_cancelled_task_leaves_what_there_is_and_ends_the_attacker():
    ended = []

    def infer(stream):
        try:
            yield
            for _ in stream:
                yield 1
        finally:
            ended.append(True)

    async def cancelled():
        task = asyncio.create_task(replay_async(WALKS, infer=infer))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()
        await task

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(cancelled())
    result = get_replay_result()
    assert ended == [True]
    assert result.interrupted
    assert 0 < result.n_ticks < 4_000


def test_errors_are_those_of_replay():
    def twice(stream):
        yield
        for _ in stream:
            yield 1
            yield 1

    with pytest.raises(ProtocolError, match=r"^stream 0, tick 1: multiple yield"):
        asyncio.run(replay_async(WALKS, infer=twice))
    with pytest.raises(ArgumentError, match="horizon"):
        asyncio.run(replay_async(WALKS, horizon=0, infer=twice))
    with pytest.raises(TypeError, match="unexpected keyword argument 'horizn'"):
        asyncio.run(replay_async(WALKS, horizn=3, infer=twice))


def test_dry_leaves_the_last_result_as_it_is():
    last = replay(WALKS[:1], infer=MomentumAttacker)
    asyncio.run(replay_async(WALKS, infer=MomentumAttacker, dry=True))
    assert get_replay_result() is last


def test_the_signature_is_that_of_replay():
    assert inspect.signature(replay_async) == inspect.signature(replay)
