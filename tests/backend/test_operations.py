"""Properties of the editor's one operation type: pure computation, no database."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from backend.annotations.operations import (
    CONFIRMED,
    IDLE_SECONDS,
    MOVED,
    PROPOSED,
    MovePoints,
    MovePointsOperation,
    Operation,
    SetVisibility,
    SetVisibilityOperation,
    active_seconds,
    count_corrected,
    replay,
    replay_origins,
)
from ml.schema import N_POINTS

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
coordinates = st.floats(-1e5, 1e5, width=32)
indices = st.integers(0, N_POINTS - 1)
places = st.tuples(coordinates, coordinates)
times = st.floats(0, 3600).map(lambda seconds: BEGIN + timedelta(seconds=seconds))
moves = st.builds(
    MovePointsOperation,
    op_id=st.uuids(),
    base_revision=st.integers(1, 50),
    at=times,
    kind=st.just("move_points"),
    payload=st.builds(
        MovePoints,
        points=st.dictionaries(indices.filter(lambda i: i % 3 == 0), places, min_size=1, max_size=8),
        carried=st.dictionaries(indices.filter(lambda i: i % 3 == 1), places, max_size=8),
        confirmed=st.dictionaries(indices.filter(lambda i: i % 3 == 2), places, max_size=3),
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


def start() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    generator = np.random.default_rng(7)
    points = generator.uniform(0, 500, (N_POINTS, 2)).astype(np.float32)
    return points, np.full(N_POINTS, 2, np.uint8), np.zeros(N_POINTS, np.uint8)


def same(one: tuple[np.ndarray, ...], other: tuple[np.ndarray, ...]) -> bool:
    return all(np.array_equal(*pair) for pair in zip(one, other, strict=True))


@given(histories, st.integers(0, 12))
def test_replay_in_two_saves_equals_replay_in_one(history: list[Operation], cut: int) -> None:
    given_state = start()
    once = replay(*given_state, history)
    assert same(once, replay(*replay(*given_state, history[:cut]), history[cut:]))
    # Repeating the whole history on its own result changes nothing: the last word on each point is the same.
    assert same(once, replay(*once, history))
    assert same(given_state, start())


@given(histories)
def test_the_last_word_on_each_point_counts(history: list[Operation]) -> None:
    expected, expected_visibility = ({i: tuple(place) for i, place in enumerate(start()[0].tolist())}, [2] * N_POINTS)
    for operation in history:
        if isinstance(operation, MovePointsOperation):
            payload = operation.payload
            expected |= payload.points | payload.carried | payload.confirmed
        else:
            for index, value in operation.payload.visibility.items():
                expected_visibility[index] = value
    points, visibility, origins = replay(*start(), history)
    assert origins.tolist() == replay_origins([operation.model_dump(mode="json") for operation in history]).tolist()
    assert points.dtype == np.float32 and visibility.dtype == np.uint8
    assert np.array_equal(points, np.float32([expected[index] for index in range(N_POINTS)]))
    assert visibility.tolist() == expected_visibility


@given(histories)
def test_operations_survive_json(history: list[Operation]) -> None:
    adapter = TypeAdapter(list[Operation])
    back = adapter.validate_json(adapter.dump_json(history))
    assert back == history
    assert same(replay(*start(), history), replay(*start(), back))


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


def test_the_looks_before_the_first_and_after_the_last_operation_are_work_too() -> None:
    opened, sent = BEGIN, BEGIN + timedelta(seconds=50)
    assert active_seconds([_at(20), _at(30)], opened, sent) == 50.0
    assert active_seconds([], opened, sent) == 50.0
    assert active_seconds([_at(20)], opened) == active_seconds([_at(30)], None, sent) == 20.0
    assert active_seconds([_at(20)], opened, BEGIN + timedelta(seconds=81)) == 20.0


@given(st.lists(st.sampled_from([0.0, 0.0099, 0.0101, 3.0]), min_size=N_POINTS, max_size=N_POINTS), st.booleans())
def test_corrected_means_further_than_a_hundredth_of_a_pixel(shifts: list[float], vertical: bool) -> None:
    # Around the origin, where float32 resolves far less than the threshold.
    initial = np.zeros((N_POINTS, 2), np.float32)
    points = initial.copy()
    points[:, int(vertical)] = shifts
    moved = np.full(N_POINTS, MOVED, np.uint8)
    assert count_corrected(points, initial, moved) == sum(shift > 0.01 for shift in shifts)


def test_only_points_that_a_person_moved_count_as_corrected() -> None:
    initial, visibility, origins = start()
    payload = MovePoints(points={0: (1, 1)}, carried={1: (2, 2)}, confirmed={2: (3, 3)})
    operation = _at(0).model_copy(update={"payload": payload})
    points, _, origins = replay(initial, visibility, origins, [operation])
    assert points[:3].tolist() == [[1, 1], [2, 2], [3, 3]]
    assert origins[:4].tolist() == [MOVED, PROPOSED, CONFIRMED, PROPOSED]
    assert count_corrected(points, initial, origins) == 1


def test_operations_from_before_points_were_carried_are_all_moves() -> None:
    old = {"kind": "move_points", "payload": {"points": {"7": [1.0, 2.0]}, "undoes": None}}
    hidden = {"kind": "set_visibility", "payload": {"visibility": {"9": 1}}}
    assert replay_origins([old, hidden]).nonzero()[0].tolist() == [7]


@pytest.mark.parametrize(
    "payload",
    [
        {"points": {}},
        {"points": {"3": [1, 1]}, "carried": {"3": [1, 1]}},
        {"points": {}, "carried": {"106": [1, 1]}},
        {"points": {}, "carried": {"3": [float("nan"), 1]}},
        {"points": {}, "carried": {"3": [1e6, 1]}},
    ],
)
def test_impossible_places_are_refused(payload: dict) -> None:
    with pytest.raises(ValidationError):
        MovePoints.model_validate(payload)
