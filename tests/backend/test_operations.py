"""Properties of the editor's one operation type: pure computation, no database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from backend.annotations.operations import (
    IDLE_SECONDS,
    MovePoints,
    MovePointsOperation,
    Operation,
    SetVisibility,
    SetVisibilityOperation,
    active_seconds,
    count_corrected,
    replay,
)
from ml.schema import N_POINTS

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
coordinates = st.floats(-1e5, 1e5, width=32)
indices = st.integers(0, N_POINTS - 1)
times = st.floats(0, 3600).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
moves = st.builds(
    MovePointsOperation,
    op_id=st.uuids(),
    base_revision=st.integers(1, 50),
    at=times,
    kind=st.just("move_points"),
    payload=st.builds(
        MovePoints,
        points=st.dictionaries(indices, st.tuples(coordinates, coordinates), min_size=1, max_size=8),
        undoes=st.none() | st.uuids(),
    ),
)
hides = st.builds(
    SetVisibilityOperation,
    op_id=st.uuids(),
    base_revision=st.integers(1, 50),
    at=times,
    kind=st.just("set_visibility"),
    payload=st.builds(
        SetVisibility,
        visibility=st.dictionaries(indices, st.integers(0, 2), min_size=1, max_size=8),
        undoes=st.none() | st.uuids(),
    ),
)
histories = st.lists(moves | hides, max_size=12)


def start() -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    return generator.uniform(0, 500, (N_POINTS, 2)).astype(np.float32), np.full(N_POINTS, 2, np.uint8)


@given(histories, st.integers(0, 12))
def test_replay_in_two_saves_equals_replay_in_one(history: list[Operation], cut: int) -> None:
    points, visibility = start()
    once = replay(points, visibility, history)
    twice = replay(*replay(points, visibility, history[:cut]), history[cut:])
    assert np.array_equal(once[0], twice[0]) and np.array_equal(once[1], twice[1])
    # Repeating the whole history on its own result changes nothing: the last word on each point is the same.
    again = replay(*once, history)
    assert np.array_equal(once[0], again[0]) and np.array_equal(once[1], again[1])
    assert np.array_equal(points, start()[0]) and np.array_equal(visibility, start()[1])


@given(histories)
def test_the_last_word_on_each_point_counts(history: list[Operation]) -> None:
    expected, expected_visibility = ({i: tuple(place) for i, place in enumerate(start()[0].tolist())}, [2] * N_POINTS)
    for operation in history:
        if isinstance(operation, MovePointsOperation):
            expected |= operation.payload.points
        else:
            for index, value in operation.payload.visibility.items():
                expected_visibility[index] = value
    points, visibility = replay(*start(), history)
    assert points.dtype == np.float32 and visibility.dtype == np.uint8
    assert np.array_equal(points, np.float32([expected[index] for index in range(N_POINTS)]))
    assert visibility.tolist() == expected_visibility


@given(histories)
def test_operations_survive_json(history: list[Operation]) -> None:
    adapter = TypeAdapter(list[Operation])
    back = adapter.validate_json(adapter.dump_json(history))
    assert back == history
    for one, other in zip(replay(*start(), history), replay(*start(), back), strict=True):
        assert np.array_equal(one, other)


@given(histories)
def test_active_time_is_bounded_by_the_clock_and_needs_no_order(history: list[Operation]) -> None:
    seconds = active_seconds(history)
    assert seconds == active_seconds(list(reversed(history)))
    stamps = [operation.at.timestamp() for operation in history]
    span = max(stamps) - min(stamps) if stamps else 0.0
    assert 0 <= seconds <= span + 1e-3
    assert seconds <= IDLE_SECONDS * max(0, len(history) - 1)


def _at(seconds: float) -> MovePointsOperation:
    return MovePointsOperation(
        op_id=UUID(int=uuid4().int),
        base_revision=1,
        at=BEGIN + timedelta(seconds=seconds),
        kind="move_points",
        payload=MovePoints(points={0: (0.0, 0.0)}),
    )


def test_a_minutes_pause_is_work_and_a_longer_one_is_not() -> None:
    assert active_seconds([]) == active_seconds([_at(5)]) == 0.0
    assert active_seconds([_at(0), _at(60)]) == 60.0
    assert active_seconds([_at(0), _at(60.01)]) == 0.0
    assert active_seconds([_at(0), _at(2.5), _at(300), _at(301)]) == 3.5


@given(st.lists(st.sampled_from([0.0, 0.0099, 0.0101, 3.0]), min_size=N_POINTS, max_size=N_POINTS), st.booleans())
def test_corrected_means_further_than_a_hundredth_of_a_pixel(shifts: list[float], vertical: bool) -> None:
    # Around the origin, where float32 resolves far less than the threshold.
    initial = np.zeros((N_POINTS, 2), np.float32)
    points = initial.copy()
    points[:, int(vertical)] = shifts
    assert count_corrected(points, initial) == sum(shift > 0.01 for shift in shifts)
