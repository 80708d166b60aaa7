"""Labels find a place without overlap, or none."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cxlib.figures.plane import place

SPACE = (0.0, 0.0, 110.0, 100.0)


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 30), seed=st.integers(0, 99))
def test_placed_labels_do_not_touch(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.uniform((2, 2), (108, 98), (count, 2))
    sizes = np.column_stack([rng.uniform(8, 33, count), np.full(count, 2.4)])
    marks = np.hstack([points - 1, points + 1])
    places = place(points, sizes, np.tile(SPACE, (count, 1)), obstacles=marks)
    boxes = [
        (x, y, x + w, y + h)
        for found, (w, h) in zip(places, sizes, strict=True)
        if found
        for x, y in [found]
    ]
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert left >= 0 and top >= 0 and right <= 110 and bottom <= 100
        for other in [*boxes[:i], *map(tuple, marks)]:
            across = min(right, other[2]) - max(left, other[0])
            down = min(bottom, other[3]) - max(top, other[1])
            assert max(across, 0) * max(down, 0) < 0.06


def test_a_lone_point_has_its_label_at_the_right() -> None:
    found = place(
        np.array([[50.0, 50.0]]),
        np.array([[20.0, 2.0]]),
        np.array([SPACE]),
        obstacles=np.empty((0, 4)),
    )
    assert found == [(51.6, 49.0)]


def test_a_label_comes_after_what_extends_from_its_mark() -> None:
    found = place(
        np.array([[50.0, 50.0]]),
        np.array([[20.0, 2.0]]),
        np.array([SPACE]),
        obstacles=np.empty((0, 4)),
        reach=np.array([[5.0, 9.0]]),
    )
    assert found == [(60.6, 49.0)]


def test_without_room_there_is_no_label() -> None:
    found = place(
        np.array([[5.0, 5.0]]),
        np.array([[20.0, 2.0]]),
        np.array([[0.0, 0.0, 10.0, 10.0]]),
        obstacles=np.empty((0, 4)),
    )
    assert found == [None]
