"""Studies that try a rotation: camps nearly alike, few sorts, mere noise, up to seven factors."""

import numpy as np

from cxlib.qmethod.extraction import unrotated
from cxlib.qmethod.rotation import orthomax, rotate

CRITERIA = {"varimax": 1.0, "raw varimax": 1.0, "quartimax": 0.0}
KINDS = ("viewpoints", "camps nearly alike", "noise", "few sorts")


def study(number: int) -> tuple[np.ndarray, str]:
    """Unrotated loadings of a random study of forced sorts, and its kind."""
    rng = np.random.default_rng([9, number])
    kind = KINDS[number % len(KINDS)]
    n, k = int(rng.integers(12, 61)), int(rng.integers(2, 8))
    p = int(rng.integers(k, k + 5) if kind == "few sorts" else rng.integers(max(k, 4), 41))
    camps = max(2, k // 2) if kind == "camps nearly alike" else k
    noise = {"camps nearly alike": rng.choice([0, 1e-3, 0.05]), "noise": 5}.get(kind, 0.8)
    sign = rng.choice([1, 1, 1, -1], size=p)
    raw = rng.normal(size=(n, camps))[:, rng.integers(0, camps, p)] * sign
    places = np.sort(np.clip(np.round(rng.normal(0, 2, n)), -4, 4))
    order = (raw + noise * rng.normal(size=(n, p))).argsort(axis=0).argsort(axis=0)
    return unrotated(places[order], min(k, p)), kind


def height(rows: np.ndarray, gamma: float) -> float:
    """The criterion: sum z^4 - gamma / p x (sum z^2)^2."""
    squares = rows**2
    return float((squares**2).sum() - gamma / len(rows) * (squares.sum(axis=0) ** 2).sum())


def climbed(rows: np.ndarray, gamma: float, matrix: np.ndarray) -> float:
    """The height reached from a start, pair by pair by Kaiser's formula, one angle at a time."""
    rows = rows @ matrix
    p, k = rows.shape
    for _ in range(2000):
        largest = 0.0
        for a in range(k):
            for b in range(a + 1, k):
                x, y = rows[:, a].copy(), rows[:, b].copy()
                u, v = x**2 - y**2, 2 * x * y
                above = 2 * (u @ v) - 2 * gamma / p * u.sum() * v.sum()
                below = u @ u - v @ v - gamma / p * (u.sum() ** 2 - v.sum() ** 2)
                if np.hypot(above, below) > 1e-12:
                    angle = np.arctan2(above, below) / 4
                    rows[:, a] = x * np.cos(angle) + y * np.sin(angle)
                    rows[:, b] = y * np.cos(angle) - x * np.sin(angle)
                    largest = max(largest, abs(angle))
        if largest < 1e-7:
            break
    return height(rows, gamma)


def short(number: int, name: str, starts: int = 40) -> float:
    """How far a rotation stays below the best of random orthogonal starts."""
    rows, _ = study(number)
    matrix = orthomax(rows, 1.0) if name == "raw varimax" else rotate(rows, name)
    if name == "varimax":
        rows = rows / np.sqrt((rows**2).sum(axis=1, keepdims=True))
    found = height(rows @ matrix, CRITERIA[name])
    rng = np.random.default_rng(number)
    drawn = np.linalg.qr(rng.normal(size=(starts, rows.shape[1], rows.shape[1])))[0]
    return max(climbed(rows, CRITERIA[name], matrix) for matrix in drawn) - found
