"""The rules on small groups as they were before linked tables were looked at together.

A test double: the attack suite must find people here, so that it can fail. Nothing else uses it.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, linprog, milp


def suppress(
    frame: pd.DataFrame,
    count: str = "n",
    minimum: int = 10,
    values: Sequence[str] | None = None,
    within: str | Sequence[str] | None = None,
    also: Sequence[object] = (),
) -> pd.DataFrame:
    groups = [] if within is None else [within] if isinstance(within, str) else list(within)
    numbers = frame.select_dtypes("number").columns.difference(groups, sort=False)
    columns = list(dict.fromkeys([count, *(numbers if values is None else values)]))
    n = frame[count].to_numpy(dtype=float)
    small = np.isnan(n) | ((n > 0) & (n < minimum)) | frame.index.isin(list(also))
    codes = [pd.factorize(frame[name], use_na_sentinel=False)[0] for name in groups]
    totals = [code == np.arange(code.max(initial=-1) + 1)[:, None] for code in codes]
    whole = np.ones((1, len(frame)), dtype=bool)
    hidden = _hidden(small, np.nan_to_num(n), np.vstack(totals or [whole]), minimum)
    numbers = frame[columns].select_dtypes("number").columns
    shown = frame.astype(dict.fromkeys(numbers, float))
    shown = shown.assign(**{name: shown[name].mask(hidden) for name in columns})
    shown = shown.assign(suppressed=hidden)
    return shown


def large(groups: pd.Series, minimum: int = 10, also: Sequence[object] = ()) -> pd.Series:
    counts = groups.dropna().astype(str).value_counts().sort_index()
    table = suppress(counts.rename("n").to_frame(), minimum=minimum, also=also)
    return groups.where(groups.astype(str).isin(table.index[~table["suppressed"]]))


def revealed(
    groups: pd.Series, periods: pd.Series, order: Sequence[str], window: int, minimum: int = 10
) -> list[str]:
    counts = pd.crosstab(groups, periods).reindex(columns=list(order), fill_value=0)
    places = np.arange(len(order))
    found = []
    for name, n in counts.iterrows():
        filled = np.flatnonzero(n.to_numpy() > 0)
        first, last = np.triu_indices(len(filled))
        own = np.arange(len(filled))
        runs = ((own >= first[:, None]) & (own <= last[:, None])).astype(float)
        small = runs[runs @ n.to_numpy()[filled] < minimum]
        editions: list[np.ndarray] = []
        telling = False
        for now in places:
            edition = ((places > now - window) & (places <= now)).astype(float)
            known = np.array([*editions, edition])[:, filled]
            span = np.linalg.pinv(known) @ known
            follows = np.abs(small @ span - small).max(axis=1, initial=0) < 1e-9
            telling = bool(edition @ n < minimum or follows.any())
            editions += [] if telling else [edition]
        found += [str(name)] * telling
    return found


def _hidden(small: np.ndarray, n: np.ndarray, totals: np.ndarray, minimum: int) -> np.ndarray:
    people = n > 0
    held = [t for t in totals if (n[t] > 0).sum() > 1 and n[t].sum() >= minimum and n[t].max() > 1]
    if not held or not small.any():
        return small
    known = np.array(held, dtype=float)
    filled, any_hidden, rows = known * people, np.eye(len(known)), len(n)
    parts = (  # in a total the hidden rows are two or more, of `minimum` people, not all of one
        (filled, -2 * any_hidden),
        (filled * n, -minimum * any_hidden),
        (filled * (n - 1).clip(0), -any_hidden),
        (-filled, filled.sum(axis=1) * any_hidden),
    )
    limits = np.vstack([np.hstack(part) for part in parts])
    lost = dict(_fixed(people, n, known))
    while True:
        # Beside each row's, a variable a total: whether any of its rows is hidden. Hiding all
        # rows meets every limit, so that there is a solution.
        found = milp(
            np.append(people + n / (n.sum() + 1), np.zeros(len(held))),
            integrality=np.ones(rows + len(held)),
            bounds=Bounds(
                np.append(small, 0 * known[:, 0]), np.append(small | people, 1 + 0 * known[:, 0])
            ),
            constraints=LinearConstraint(limits, lb=0),
        )
        hidden = found.x[:rows] > 0.5
        more = [limit for row, limit in _fixed(hidden & people, n, known) if row not in lost]
        if not more:
            return hidden
        limits = np.vstack([limits, np.pad(more, ((0, 0), (0, len(held))))])


def _fixed(
    hidden: np.ndarray, n: np.ndarray, totals: np.ndarray
) -> Iterator[tuple[int, np.ndarray]]:
    rows = np.flatnonzero(hidden & totals.any(axis=0))
    known = totals[:, rows]
    inverse = np.linalg.pinv(known)
    spanned = np.diagonal(inverse @ known) > 1 - 1e-9
    free = n[rows] > 1  # rows of more than one person can make up for others
    spare = np.linalg.pinv(known[:, free])
    left = known - known[:, free] @ (spare @ known)
    moves: np.ndarray = np.abs(left).max(axis=0, initial=0) < 1e-9
    moves[free] = np.diagonal(spare @ known[:, free]) < 1 - 1e-9
    for place in np.flatnonzero(~moves).tolist():
        others = ~hidden & (n > 0)
        if spanned[place]:
            others &= np.abs(inverse[place] @ totals) > 1e-9
        else:  # how far may the count vary, given the totals?
            own = 1.0 * (np.arange(len(rows)) == place)
            bounds = [(least, None) for least in n[rows].clip(max=1)]  # somebody is in it
            given = {"A_eq": known, "b_eq": known @ n[rows], "bounds": bounds}
            if -sum(linprog(side * own, **given).fun for side in (-1, 1)) > 1e-6:
                continue
        yield int(rows[place]), others - 1.0 * (np.arange(len(n)) == rows[place])
