"""Place labels beside points without overlap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]

# Where a label may go, from the point: to the right or left, above or below, and slanted.
_SIDES = np.array(
    [(1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (1, 1), (-1, -1), (-1, 1)], dtype=float
)
_COST = np.array([0.0, 0.4, 0.6, 0.7, 0.5, 0.5, 0.8, 0.8])
_RINGS = (0.0, 1.6, 3.2, 4.6)  # extra distance in millimetres
_CLASH, _OUTSIDE, _FAR, _CROSSED = 10.0, 1000.0, 0.6, 2.0
_STARTS = 4
_STRAIGHT = 1.6


def place(
    points: Boxes,
    sizes: Boxes,
    bounds: Boxes,
    *,
    obstacles: Boxes,
    avoided: Boxes | None = None,
    reach: Boxes | None = None,
    gap: float = 1.6,
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
    gap : float
        From the middle of a mark to its label.

    Examples
    --------
    >>> import numpy as np
    >>> place(np.array([[5.0, 5.0]]), np.array([[4.0, 2.0]]), np.array([[0, 0, 20, 10.0]]),
    ...       obstacles=np.empty((0, 4)))
    [(6.6, 4.0)]
    """
    reach = np.zeros((len(points), 2)) if reach is None else reach
    soft = np.empty((0, 4)) if avoided is None else avoided
    triples = zip(points, sizes, reach, strict=True)
    choices = [_boxes(point, size, sides, gap) for point, size, sides in triples]
    fixed = [
        cost
        + _OUTSIDE * _outside(boxes, space)
        + _CLASH * _overlap(boxes, obstacles)
        + _CROSSED * _overlap(boxes, soft)
        for (boxes, cost), space in zip(choices, bounds, strict=True)
    ]
    chosen = _settle([boxes for boxes, _ in choices], fixed)
    return _without_clashes(choices, chosen, bounds, obstacles)


def _settle(boxes: Sequence[Boxes], fixed: Sequence[Boxes]) -> list[int]:
    """Move one label at a time to its best place, from several starts; keep the best end."""
    rng = np.random.default_rng(0)
    best: tuple[float, list[int]] = (np.inf, [])
    for start in range(_STARTS):
        order = np.arange(len(boxes)) if start == 0 else rng.permutation(len(boxes))
        chosen = [int(np.argmin(cost)) for cost in fixed]
        for _ in range(12):
            total, before = 0.0, list(chosen)
            for i in order:
                others = [boxes[j][chosen[j]] for j in range(len(boxes)) if j != i]
                cost = fixed[i] + _CLASH * _overlap(boxes[i], np.array(others).reshape(-1, 4))
                chosen[i] = int(np.argmin(cost))
                total += float(cost[chosen[i]])
            if chosen == before:
                break
        if total < best[0]:
            best = (total, chosen)
    return best[1]


def _boxes(point: Boxes, size: Boxes, sides: Boxes, gap: float) -> tuple[Boxes, Boxes]:
    """All places for one label and how undesirable each is by itself."""
    boxes, cost = [], []
    for ring in _RINGS:
        for side, base in zip(_SIDES, _COST, strict=True):
            if ring > _STRAIGHT and not side[0]:
                continue  # a long line straight up or down would run through other labels
            away = (gap + ring) * (0.75 if side.all() else 1.0)
            middle = point + side * (away + size / 2)
            if not side[1]:  # beside the mark: beyond what extends from it
                middle[0] += side[0] * sides[int(side[0] > 0)]
            boxes.append(np.concatenate([middle - size / 2, middle + size / 2]))
            cost.append(base + _FAR * ring)
    return np.round(np.array(boxes), 6), np.array(cost)


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


def _without_clashes(
    choices: Sequence[tuple[Boxes, Boxes]], chosen: Sequence[int], bounds: Boxes, obstacles: Boxes
) -> list[tuple[float, float] | None]:
    """Drop what still overlaps or sticks out, the last ones first."""
    kept: list[Boxes] = []
    corners: list[tuple[float, float] | None] = []
    for (boxes, _), pick, space in zip(choices, chosen, bounds, strict=True):
        box = boxes[pick : pick + 1]
        taken = np.array([*obstacles, *kept]).reshape(-1, 4)
        clash = _overlap(box, taken)[0] > 0.05 or _outside(box, space)[0]
        corners.append(None if clash else (float(box[0, 0]), float(box[0, 1])))
        if not clash:
            kept.append(box[0])
    return corners
