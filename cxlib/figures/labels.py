"""Place labels beside points without overlap."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]

_GAP = 1.6  # from the middle of a mark to its label
_CLASH, _OUTSIDE, _FAR, _CROSSED = 10.0, 1000.0, 0.6, 2.0
# Where a label may go, from the point: to the right or left, above or below, and slanted; how
# undesirable that is; and at which extra distances. A long line straight up or down would run
# through other labels.
_SIDES = [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)]
_COSTS = [0.0, 0.4, 0.6, 0.7, 0.5, 0.5, 0.8, 0.8]
_PLACES = [
    (*side, ring, cost + _FAR * ring)
    for ring in (0.0, 1.6, 3.2, 4.6)
    for side, cost in zip(_SIDES, _COSTS, strict=True)
    if ring <= _GAP or side[0]
]
_SIDE, _RING, _COST = (np.array(_PLACES)[:, at] for at in ([0, 1], 2, 3))


def place(
    points: Boxes,
    sizes: Boxes,
    bounds: Boxes,
    *,
    obstacles: Boxes,
    avoided: Boxes | None = None,
    reach: Boxes | None = None,
) -> list[tuple[float, float] | None]:
    """Find an upper left corner for every label; earlier labels have the first choice.

    None where no free place is near the point.

    Parameters
    ----------
    points : array (n, 2)
        Middles of the marks in millimetres.
    sizes : array (n, 2)
        Width and height of the labels.
    bounds : array (n, 4)
        Left, top, right and bottom of the space for each label.
    obstacles : array (m, 4)
        Boxes that must stay free, as left, top, right, bottom.
    avoided : array (k, 4), optional
        Boxes that a label had better not lie on, such as lines.
    reach : array (n, 2), optional
        How far each mark extends to the left and right of its point, such as an interval.

    Examples
    --------
    >>> import numpy as np
    >>> place(np.array([[5.0, 5.0]]), np.array([[4.0, 2.0]]), np.array([[0, 0, 20, 10.0]]),
    ...       obstacles=np.empty((0, 4)))
    [(6.6, 4.0)]
    """
    reach = np.zeros((len(points), 2)) if reach is None else reach
    soft = np.empty((0, 4)) if avoided is None else avoided
    boxes = [_boxes(*one) for one in zip(points, sizes, reach, strict=True)]
    fixed = [
        _COST
        + _OUTSIDE * _outside(some, space)
        + _CLASH * _overlap(some, obstacles)
        + _CROSSED * _overlap(some, soft)
        for some, space in zip(boxes, bounds, strict=True)
    ]
    # One label at a time moves to its best place, until all stay.
    chosen, before = [int(np.argmin(cost)) for cost in fixed], None
    for _ in range(12):
        if chosen == before:
            break
        before = list(chosen)
        for i, cost in enumerate(fixed):
            others = [boxes[j][chosen[j]] for j in range(len(boxes)) if j != i]
            clash = _overlap(boxes[i], np.array(others).reshape(-1, 4))
            chosen[i] = int(np.argmin(cost + _CLASH * clash))
    # What still overlaps or sticks out is dropped, the last ones first.
    kept = list(obstacles)
    corners: list[tuple[float, float] | None] = []
    for some, pick, space in zip(boxes, chosen, bounds, strict=True):
        box = some[pick : pick + 1]
        clashes = _overlap(box, np.array(kept).reshape(-1, 4))[0] > 0.05
        free = not clashes and not _outside(box, space)[0]
        corners.append((float(box[0, 0]), float(box[0, 1])) if free else None)
        kept += [box[0]] if free else []
    return corners


def _boxes(point: Boxes, size: Boxes, reach: Boxes) -> Boxes:
    """All places for one label; beside its mark, beyond what extends from that."""
    away = (_GAP + _RING) * np.where(_SIDE.all(axis=1), 0.75, 1.0)
    middles = point + _SIDE * (away[:, None] + size / 2)
    beyond = _SIDE[:, 0] * np.where(_SIDE[:, 0] > 0, reach[1], reach[0])
    middles[:, 0] += np.where(_SIDE[:, 1] == 0, beyond, 0.0)
    boxes: Boxes = np.hstack([middles - size / 2, middles + size / 2]).round(6)
    return boxes


def _overlap(boxes: Boxes, others: Boxes) -> Boxes:
    """Square millimetres that each box shares with the others."""
    if not len(others):
        return np.zeros(len(boxes))
    low = np.maximum(boxes[:, None, :2], others[None, :, :2])
    high = np.minimum(boxes[:, None, 2:], others[None, :, 2:])
    return (high - low).clip(0).prod(axis=2).sum(axis=1)


def _outside(boxes: Boxes, bounds: Boxes) -> NDArray[np.bool_]:
    left, top, right, bottom = bounds
    inside = (boxes[:, 0] >= left) & (boxes[:, 1] >= top)
    return ~(inside & (boxes[:, 2] <= right) & (boxes[:, 3] <= bottom))
