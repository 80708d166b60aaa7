"""Which scoring rules could have produced scores of which only the outcome is known."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import yaml
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from cxlib.importance.board import ImportanceError
from cxlib.inference import Array

Scheme = tuple[tuple[float, int], ...]  # (points, number of cards) a pile
SECONDS = 20.0  # the most for a scheme and reading
READINGS = ("sum", "share of the most", "rescaled 0-100")

SCHEMES: Mapping[str, Scheme] = MappingProxyType(
    {
        name: tuple(piles.items())
        for name, piles in yaml.safe_load(
            Path(__file__).with_name("schemes.yaml").read_text(encoding="utf-8")
        ).items()
    }
)


def candidates(
    published: pd.Series,
    people: int,
    schemes: Mapping[str, Scheme] = SCHEMES,
    board: Mapping[float, int] | None = None,
) -> pd.DataFrame:
    """Which scoring rules could have given exactly these scores, and how alike people then were.

    Parameters
    ----------
    published : Series, card -> score
        The highest scores, whole numbers; cards outside the list scored no more than its last.
    people
        How many sorted the cards.
    schemes
        Name to piles: (points, number of cards) for each pile; as in `SCHEMES`, for 30 cards.
    board
        Grid value to number of cards, as the people sorted: only schemes of as many cards are
        tried, and the board itself if it is none of these, as "the board of this study"; its rule
        is in attrs["board"].

    Returns
    -------
    DataFrame
        One row a rule and reading: rule; reading: sum (of points), share of the most (percentage
        of the points if all gave most, rounded) or rescaled 0-100 (0 if all gave least, rounded);
        possible (yes, no, or unknown where time ran out); unanimity, the distance of the listed
        cards to the mean as a share of the most that people could reach together (1: all lay
        these cards on top; above 1 or below 0 is impossible at once).

    Raises
    ------
    ImportanceError
        Fewer cards than scores; no people.

    Notes
    -----
    Exact: with n(c, k) people who lay card c in pile k, sorts exist if and only if there are whole
    n with rows that sum to the number of people, columns to people times the size of the pile,
    and points as published (every such table splits into sorts: Kőnig 1916). An integer programme
    looks for it. Roundings allow half a point, both ends included.

    Examples
    --------
    >>> thirds = {"choose one of three": ((1, 1), (0, 2))}
    >>> table = candidates(pd.Series({"a": 67}), people=3, schemes=thirds)
    >>> table.set_index("reading")["possible"].to_dict()
    {'sum': 'no', 'share of the most': 'yes'}
    """
    own = tuple(sorted((board or {}).items()))
    if board:
        cards = sum(board.values())
        schemes = {k: piles for k, piles in schemes.items() if sum(n for _, n in piles) == cards}
        schemes |= {} if own in schemes.values() else {"the board of this study": own}
    if people < 1:
        raise ImportanceError(f"candidates: people is {people}; at least 1 is needed")
    scores = np.sort(published.to_numpy(dtype=float))[::-1]
    rows = []
    for rule, scheme in schemes.items():
        points, sizes = np.array(scheme, dtype=float).T
        if sizes.sum() < len(scores):
            raise ImportanceError(f"candidates: {rule} has {sizes.sum():.0f} cards")
        for reading in READINGS:
            if reading == "rescaled 0-100" and points.min() == 0:
                continue  # equals the share of the most
            if reading == "share of the most" and points.min() < 0:
                continue  # no share, as points are taken off
            worth = points - points.min() * (reading == "rescaled 0-100")
            unit, slack = (1.0, 0.0) if reading == "sum" else (people * worth.max() / 100, 0.5)
            low, high = (scores - slack) * unit, (scores + slack) * unit
            rows.append(
                {
                    "rule": rule,
                    "reading": reading,
                    "possible": _possible(low, high, worth, sizes, people),
                    "unanimity": _unanimity(scores * unit, worth, sizes, people),
                }
            )
    table = pd.DataFrame(rows)
    table.attrs["board"] = next((name for name, piles in schemes.items() if piles == own), "")
    return table


def _possible(low: Array, high: Array, worth: Array, sizes: Array, people: int) -> str:
    cards, piles, listed = int(sizes.sum()), len(sizes), len(low)
    if (np.floor(high + 1e-9) < np.ceil(low - 1e-9)).any() and (worth % 1 == 0).all():
        return "no"  # a score that no sum of whole points rounds to
    card, pile = np.divmod(np.arange(cards * piles), piles)
    cell = np.arange(cards * piles)
    rows = np.concatenate([card, cards + card, 2 * cards + pile])
    values = np.concatenate([np.ones(cell.size), worth[pile], np.ones(cell.size)])
    shape = (2 * cards + piles, cell.size)
    matrix = coo_array((values, (rows, np.tile(cell, 3))), shape=shape).tocsr()
    each, column = np.full(cards, float(people)), people * sizes
    floor, roof = np.full(cards, -np.inf), np.full(cards, high[-1])
    floor[:listed], roof[:listed] = low - 1e-9, high + 1e-9
    limits = LinearConstraint(matrix, np.r_[each, floor, column], np.r_[each, roof, column])
    found = milp(
        np.zeros(cell.size),
        constraints=limits,
        integrality=np.ones(cell.size),
        bounds=Bounds(0, people),
        options={"time_limit": SECONDS},
    )
    if found.status == 0:  # whole numbers, put to the test without the solver's tolerance
        total = matrix @ np.round(found.x)
        return "yes" if (total >= limits.lb).all() and (total <= limits.ub).all() else "unknown"
    return "no" if found.status == 2 else "unknown"


def _unanimity(sums: Array, worth: Array, sizes: Array, people: int) -> float:
    laid = np.sort(np.repeat(worth, sizes.astype(int)))[::-1]
    mean = people * len(sums) * laid.mean()
    most = people * laid[: len(sums)].sum()
    return float((sums.sum() - mean) / (most - mean))
