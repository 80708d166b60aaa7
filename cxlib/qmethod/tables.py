"""The tables of a solution, from loadings and flags."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from . import contrasts, flagging, scoring
from .axes import Axes, factor_names
from .sorts import Sorts


def tabulate(
    data: Sorts, axes: Axes, flags: np.ndarray | None, settings: dict[str, Any]
) -> dict[str, Any]:
    """Every attribute of a `Solution` by name; flags of None are set by the automatic rule."""
    n = len(data.cells)
    loadings, names, cards, sorts = axes.loadings, axes.names, data.cards, data.names
    if flags is None:
        flags = flagging.automatic(loadings, n, settings["level"], settings["majority"])
    weights = scoring.weigh(loadings, flags)
    standard = scoring.standardise(data.cells)
    z = scoring.zscores(standard if data.standardised else data.cells, weights)
    places = scoring.arrays(z, data.grid)
    factors = _factors(loadings, flags, z, settings["coefficient"])
    se = factors["se"]
    threshold = flagging.critical(settings["level"]) / np.sqrt(n)
    report = flagging.describe(loadings, flags, axes.communality, threshold)
    said = [
        *data.notes,
        *_order_notes(axes, settings),
        *_factor_notes(data, axes, flags, z),
        *_sort_notes(data, report["status"]),
    ]
    said += [*_tie_notes(data, axes, z, places), *settings["changes"]]
    report["factor"] = names.to_numpy()[report["factor"]]
    extracted = factor_names(axes.matrix.shape[0])
    return {
        "loadings": pd.DataFrame(loadings, sorts, names),
        "flags": pd.DataFrame(flags, sorts, names),
        "weights": pd.DataFrame(weights, sorts, names),
        "zscores": pd.DataFrame(z, cards, names),
        "arrays": _arrays(places, data.grid, cards, names),
        "factors": pd.DataFrame(factors, names),
        "correlations": pd.DataFrame(z.T @ z / (n - 1), names, names),
        "sed": pd.DataFrame(np.sqrt(se[:, None] ** 2 + se**2), names, names),
        "contrasts": contrasts.contrast(
            z, se, contrasts.effect_sizes(standard, loadings, flags), cards, names
        ),
        "sorts": pd.DataFrame(report, sorts),
        "unrotated": pd.DataFrame(axes.unrotated, sorts, extracted),
        "rotation": pd.DataFrame(axes.matrix, extracted, names),
        "factor_correlations": pd.DataFrame(axes.phi, names, names),
        "grid": data.grid,
        "settings": settings,
        "notes": said,
        "data": data,
        "axes": axes,
    }


def _factors(
    loadings: np.ndarray, flags: np.ndarray, z: np.ndarray, coefficient: float
) -> dict[str, np.ndarray]:
    eigenvalues = (loadings**2).sum(axis=0)
    reliable = scoring.reliability(flags.sum(axis=0), coefficient)
    return {
        "n_flagged": flags.sum(axis=0),
        "n_negative": (flags & (loadings < 0)).sum(axis=0),
        "eigenvalue": eigenvalues,
        "variance_explained": 100 * eigenvalues / len(loadings),
        "reliability": reliable,
        "se": np.where(np.isnan(z[0]), np.nan, np.sqrt(1 - reliable)),
    }


def _arrays(places: np.ndarray, grid: np.ndarray, cards: pd.Index, names: pd.Index) -> pd.DataFrame:
    """Whole numbers where the grid has them, with room for factors without scores."""
    frame = pd.DataFrame(places, cards, names)
    if (grid != np.round(grid)).any() or np.abs(grid).max() > 2**53:
        return frame
    return frame.astype("Int64" if np.isnan(places).any() else "int64")


def _factor_notes(data: Sorts, axes: Axes, flags: np.ndarray, z: np.ndarray) -> list[str]:
    notes = []
    for f, name in enumerate(axes.names):
        negative = flags[:, f] & (axes.loadings[:, f] < 0)
        if np.isnan(z[0, f]):
            why = "its sorts cancel out" if flags[:, f].any() else "no sort defines it"
            notes.append(f"{name} has no scores: {why}.")
        elif negative.any():
            bipolar = negative.sum() < flags[:, f].sum()
            what = "is bipolar, with negative loaders" if bipolar else "has only negative loaders"
            notes.append(f"{name} {what}: {_listed(data.names[negative])}.")
    if (axes.communality > 1 + 1e-9).any():
        who = data.names[axes.communality > 1 + 1e-9]
        notes.append(f"Communality above 1 (Heywood case): {_listed(who)}.")
    return notes


def _order_notes(axes: Axes, settings: dict[str, Any]) -> list[str]:
    """That turns by hand changed which factor explains most."""
    order = np.argsort(-(axes.loadings**2).sum(axis=0).round(9), kind="stable")
    if not settings.get("turns") or (order == np.arange(len(order))).all():
        return []
    rank = ", ".join(axes.names[order])
    return [f"Turned by hand, factors explain in the order {rank}; they keep their names."]


def _sort_notes(data: Sorts, status: np.ndarray) -> list[str]:
    said = {"several": "Flagged on several factors", "confounded": "Confounded, so not flagged"}
    return [
        f"{words}: {_listed(data.names[status == kind])}."
        for kind, words in said.items()
        if (status == kind).any()
    ]


def _tie_notes(data: Sorts, axes: Axes, z: np.ndarray, places: np.ndarray) -> list[str]:
    return [
        f"Tied in {axes.names[f]}, placed in the order of the cards: {_listed(data.cards[tied])}."
        for f, tied in scoring.ties(z, places)
    ]


def _listed(names: Iterable[object]) -> str:
    """Names in alphabetical order: that in which people sorted says who sat where."""
    return ", ".join(sorted(map(str, names)))
