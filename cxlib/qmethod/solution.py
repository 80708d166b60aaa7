"""A whole Q factor analysis as one result: the face of this package."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from cxlib.language import Note, _
from cxlib.qmethod import scoring
from cxlib.qmethod.extraction import unrotated
from cxlib.qmethod.rotation import (
    TOLERANCE,
    Axes,
    Rotation,
    Turn,
    factor_names,
    from_loadings,
    rotated,
)
from cxlib.qmethod.scoring import Contrasts
from cxlib.qmethod.sorts import Grid, OptionError, Sorts, read

NOTED = {
    "several": _("Flagged on several factors: {sorts}."),
    "confounded": _("Confounded, so not flagged: {sorts}."),
}
_SCORELESS = {
    True: _("{factor} has no scores: its sorts cancel out."),
    False: _("{factor} has no scores: no sort defines it."),
}
_NEGATIVE = {
    True: _("{factor} is bipolar, with negative loaders: {sorts}."),
    False: _("{factor} has only negative loaders: {sorts}."),
}
_TIED = _("Tied in {factor}, placed in the order of the cards: {cards}.")
SECTIONS = ("highest", "higher than in others", "lower than in others", "lowest")


def crib(
    factor: str, arrays: pd.DataFrame, zscores: pd.DataFrame, cards: pd.DataFrame
) -> pd.DataFrame:
    """Cards that mark a factor, in the four sections of Watts and Stenner (2012, pp. 150-155).

    Cards in the highest column; ranked at least as high as in every other factor; at least as low;
    in the lowest column. The two middle sections leave out cards of the outer columns and cards
    that stand in the same column everywhere.

    Returns
    -------
    DataFrame, index (section, card)
        array, z, the arrays of the other factors, level ("", "*", "**", "***": distinguishing)
        and consensus (bool).
    """
    own = arrays[factor]
    others = arrays.drop(columns=factor).dropna(axis=1, how="all")
    top, bottom = own == own.max(), own == own.min()
    compared = others.shape[1] > 0
    equal = others.eq(own, axis=0).all(axis=1)
    high = others.le(own, axis=0).all(axis=1) & ~equal & compared
    low = others.ge(own, axis=0).all(axis=1) & ~equal & compared
    chosen = (top, high & ~top & ~bottom, low & ~bottom & ~top, bottom)
    frame = pd.DataFrame({"array": own, "z": zscores[factor]})
    frame = frame.join(others)
    frame["level"] = cards[factor]
    frame["consensus"] = cards["label"] == "consensus"
    order = frame.sort_values("z", ascending=False, kind="stable")
    parts = {name: order[rows[order.index]] for name, rows in zip(SECTIONS, chosen, strict=True)}
    return pd.concat(parts, names=["section", "card"])


def tabulate(
    data: Sorts, axes: Axes, flags: np.ndarray | None, settings: dict[str, Any]
) -> dict[str, Any]:
    """Every attribute of a `Solution` by name; flags of None are set by the automatic rule."""
    n = len(data.cells)
    loadings, names, cards, sorts = axes.loadings, axes.names, data.cards, data.names
    if flags is None:
        flags = scoring.automatic(loadings, n, settings["level"], settings["majority"])
    weights = scoring.weigh(loadings, flags)
    standard = scoring.standardise(data.cells)
    z = scoring.zscores(standard if data.standardised else data.cells, weights)
    places = scoring.arrays(z, data.grid)
    factors = _factors(loadings, flags, z, settings["coefficient"])
    se = factors["se"]
    threshold = scoring.critical(settings["level"]) / np.sqrt(n)
    report = scoring.describe(loadings, flags, axes.communality, threshold)
    said = [*data.notes, *_notes(data, axes, flags, z, bool(settings.get("turns")))]
    for kind, words in NOTED.items():
        if (report["status"] == kind).any():
            said.append(Note(words, sorts=_listed(sorts[report["status"] == kind])))
    for f, tied in scoring.ties(z, places):
        said.append(Note(_TIED, factor=names[f], cards=_listed(cards[tied])))
    said += settings["changes"]
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
        "contrasts": scoring.contrast(
            z, se, scoring.effect_sizes(standard, loadings, flags), cards, names
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


def _notes(
    data: Sorts, axes: Axes, flags: np.ndarray, z: np.ndarray, turned: bool
) -> Iterator[Note]:
    """What a reader has to know of the factors, and of sorts that they explain too well."""
    order = np.argsort(-(axes.loadings**2).sum(axis=0).round(9), kind="stable")
    if turned and (order != np.arange(len(order))).any():
        message = _("Turned by hand, factors explain in the order {rank}; they keep their names.")
        yield Note(message, rank=list(axes.names[order]))
    for f, name in enumerate(axes.names):
        negative = flags[:, f] & (axes.loadings[:, f] < 0)
        if np.isnan(z[0, f]):
            yield Note(_SCORELESS[bool(flags[:, f].any())], factor=name)
        elif negative.any():
            bipolar = bool(negative.sum() < flags[:, f].sum())
            yield Note(_NEGATIVE[bipolar], factor=name, sorts=_listed(data.names[negative]))
    if (axes.communality > 1 + 1e-9).any():
        who = data.names[axes.communality > 1 + 1e-9]
        yield Note("Communality above 1 (Heywood case): {sorts}.", sorts=_listed(who))


def _listed(names: Iterable[object]) -> list[str]:
    """Names in alphabetical order: that in which people sorted says who sat where."""
    return sorted(map(str, names))


@dataclass(frozen=True)
class Solution:
    """Viewpoints, the sorts that define them, and where they differ.

    Factors are f1 ... fk in order of falling explained variance, each turned so that its loadings
    have a positive sum; after turns by hand they keep the names that the turns used.

    Attributes
    ----------
    loadings : DataFrame, sorts x factors
        Rotated (of an oblique rotation: the pattern).
    flags : DataFrame of bool, sorts x factors
    weights : DataFrame, sorts x factors
    zscores : DataFrame, cards x factors
        NaN for a factor without flagged sorts.
    arrays : DataFrame, cards x factors
        The z-scores on the grid; whole numbers when the grid has them.
    factors : DataFrame, index factor
        n_flagged, n_negative, eigenvalue (sum of squared loadings), variance_explained (% of the
        sorts' variance), reliability, se (of a z-score).
    correlations : DataFrame, factors x factors
        Of the z-scores.
    sed : DataFrame, factors x factors
        Standard error of a difference of z-scores.
    contrasts : Contrasts
    sorts : DataFrame, index sort
        factor, loading, communality, status ("defining", "negative", "several", "confounded",
        "mixed", "unexplained").
    unrotated : DataFrame, sorts x extracted factors
        Loadings before rotation.
    rotation : DataFrame, extracted factors x factors
        loadings = unrotated @ rotation.
    factor_correlations : DataFrame, factors x factors
        Of the axes; the identity but for oblique rotations.
    grid : array
        The places of the board, rising.
    settings : dict
        Every choice that led here.
    notes : list of str
        What a reader has to know: missing cells, ties, negative loaders, factors without sorts.
    data, axes
        The checked sorts and the axes that all of this was made from.
    """

    loadings: pd.DataFrame
    flags: pd.DataFrame
    weights: pd.DataFrame
    zscores: pd.DataFrame
    arrays: pd.DataFrame
    factors: pd.DataFrame
    correlations: pd.DataFrame
    sed: pd.DataFrame
    contrasts: Contrasts
    sorts: pd.DataFrame
    unrotated: pd.DataFrame
    rotation: pd.DataFrame
    factor_correlations: pd.DataFrame
    grid: np.ndarray
    settings: dict[str, Any]
    notes: list[str]
    data: Sorts = field(repr=False)
    axes: Axes = field(repr=False)

    def crib(self, factor: str) -> pd.DataFrame:
        """The cards that mark a factor, by section (Watts and Stenner 2012); see `crib`."""
        if self.zscores.iloc[:, self._position(factor)].isna().any():
            raise OptionError(f"factor {factor!r} has no scores, so no crib sheet")
        return crib(factor, self.arrays, self.zscores, self.contrasts.cards)

    def with_flags(self, flags: pd.DataFrame) -> "Solution":
        """The same factors with hand-made flags (sorts x factors, True or False)."""
        values = scoring.given(flags, self.loadings.index, self.axes.names)
        level, majority = self.settings["level"], self.settings["majority"]
        rule = scoring.automatic(self.axes.loadings, len(self.zscores), level, majority)
        made = "automatic" if (values == rule).all() else "by hand"
        settings = self.settings | {"flags": made}
        return Solution(**tabulate(self.data, self.axes, values, settings))

    @property
    def numbers(self) -> pd.Series:
        """What each sort is called when it is published: Q01, Q02 … by factor and loading."""
        return pd.Series(self.axes.numbered(), index=self.data.names)

    def unnamed(self) -> "Solution":
        """The same solution with sorts called Q01, Q02 … by factor and loading, for publishing."""
        data = replace(self.data, names=pd.Index(self.numbers, name="sort"), notes=())
        tables = tabulate(data, self.axes, self.flags.to_numpy(), self.settings)
        for name in ("loadings", "flags", "weights", "sorts", "unrotated"):
            tables[name] = tables[name].sort_index()
        return Solution(**tables)

    def invert(self, *factors: str) -> "Solution":
        """The same solution with these factors turned upside down."""
        sign = np.ones(len(self.axes.names))
        sign[[self._position(f) for f in factors]] = -1
        axes = self.axes.reshape(np.diag(sign), self.axes.names)
        settings = self._changed(Note("Turned upside down: {factors}.", factors=list(factors)))
        return Solution(**tabulate(self.data, axes, self.flags.to_numpy(), settings))

    def split(self, factor: str) -> "Solution":
        """A bipolar factor as two: its positive loaders (f+) and its negative ones (f-)."""
        f = self._position(factor)
        sign = np.sign(self.axes.loadings[:, f]) * self.flags[factor].to_numpy()
        if not ((sign > 0).any() and (sign < 0).any()):
            raise OptionError(f"factor {factor!r} has no flagged sorts of both signs")
        names = self.axes.names.to_list()
        names[f : f + 1] = [f"{factor}+", f"{factor}-"]
        doubled = np.insert(np.eye(len(self.axes.names)), f + 1, 0, axis=1)
        doubled[f, f + 1] = -1
        flags = np.insert(self.flags.to_numpy(), f + 1, sign < 0, axis=1)
        flags[:, f] = sign > 0
        axes = self.axes.reshape(doubled, pd.Index(names, name="factor"))
        message = _("Split {factor}: both halves share its explained variance.")
        settings = self._changed(Note(message, factor=factor))
        return Solution(**tabulate(self.data, axes, flags, settings))

    def reshaped(self, invert: Sequence[str] = (), split: Sequence[str] = ()) -> "Solution":
        """Some factors turned upside down, then some split."""
        changed = self.invert(*invert) if invert else self
        for factor in split:
            changed = changed.split(factor)
        return changed

    def _changed(self, change: Note) -> dict[str, Any]:
        return self.settings | {"changes": [*self.settings["changes"], change]}

    def _position(self, factor: str) -> int:
        if factor not in self.axes.names:
            raise OptionError(f"factor {factor!r} is not one of {', '.join(self.axes.names)}")
        return self.axes.names.to_list().index(factor)


def analyse(
    sorts: pd.DataFrame,
    n_factors: int,
    *,
    extraction: str = "pca",
    rotation: Rotation | pd.DataFrame = "varimax",
    correlation: str = "pearson",
    flags: pd.DataFrame | None = None,
    grid: Grid | None = None,
    turns: Sequence[Turn] = (),
    tolerance: float = TOLERANCE,
    level: float = 0.05,
    majority: float = 0.5,
    scores: str = "auto",
    missing: str = "raise",
    coefficient: float = 0.8,
) -> Solution:
    """Q factor analysis of sorts, from correlations to distinguishing and consensus cards.

    Parameters
    ----------
    sorts : DataFrame, cards x sorts
        The column value that each sort gave each card.
    n_factors : int
        Number of factors (viewpoints); see `retention`.
    extraction : {"pca", "centroid", "horst", "principal_axis"}
    rotation : name, target or function
        "varimax", "quartimax", "equamax", "promax", "oblimin" or "none"; a DataFrame of sorts x
        factors to rotate towards; or a function of the unrotated loadings that returns the matrix.
    correlation : {"pearson", "spearman", "kendall"}
    flags : DataFrame of bool, sorts x factors, optional
        Hand-made flags; otherwise the automatic rule.
    grid : {value: number of cards} or all values, optional
        The board. Without it the commonest distribution among the sorts.
    turns : sequence of (factor, factor, degrees)
        Hand rotation on top, replayed in order; factors as they are named without it.
    tolerance : float
        Relative gain at which the rotation stops; R stops at 1e-5, short of the optimum.
    level, majority : float
        Of the automatic flags: significance of a loading, share of the communality to exceed.
    scores : {"auto", "raw", "standardised"}
        Whether sorts are weighted as they are or standardised first. "auto" standardises unforced
        sorts; of a given grid it rejects a few that are off it, and takes most as unforced.
    missing : {"raise", "pairwise"}
        What to do with missing cells.
    coefficient : float
        Test-retest correlation of one person, for the reliability of factors.

    Returns
    -------
    Solution

    Raises
    ------
    SortsError, OptionError
        Both are ValueErrors and name the sort, card or option.

    References
    ----------
    Stephenson (1953) *The Study of Behavior*; Brown (1980) *Political Subjectivity*; Watts and
    Stenner (2012) *Doing Q Methodological Research*.

    Examples
    --------
    >>> sorts = pd.DataFrame(
    ...     {"ann": [2, 1, 0, -1, -2], "bob": [2, 0, 1, -1, -2], "eve": [1, 2, 0, -1, -2],
    ...      "cleo": [-1, 2, 0, -2, 1], "dirk": [0, 2, -1, -2, 1]}, index=list("abcde"))
    >>> solution = analyse(sorts, 2)
    >>> solution.flags["f1"].tolist()
    [True, True, True, False, False]
    >>> solution.arrays["f1"].tolist()
    [2, 1, 0, -1, -2]
    """
    data = read(sorts, grid, scores, missing)
    given = {
        "extraction": extraction,
        "rotation": rotation if isinstance(rotation, str) else "own",
        "turns": list(turns),
        "tolerance": tolerance,
        "correlation": correlation,
        "flags": "automatic" if flags is None else "by hand",
        "level": level,
        "majority": majority,
        "missing": missing,
        "coefficient": coefficient,
    }
    settings = _options(n_factors, data, given)
    loadings = unrotated(data.cells, n_factors, extraction, correlation)
    axes = rotated(loadings, rotation, turns, tolerance, data.names)
    hand = None if flags is None else scoring.given(flags, data.names, axes.names)
    return Solution(**tabulate(data, axes, hand, settings))


def interpret(
    sorts: pd.DataFrame,
    loadings: pd.DataFrame,
    flags: pd.DataFrame | None = None,
    *,
    grid: Grid | None = None,
    level: float = 0.05,
    majority: float = 0.5,
    scores: str = "auto",
    missing: str = "raise",
    coefficient: float = 0.8,
) -> Solution:
    """A solution from loadings that were made elsewhere (sorts x factors), kept in their order.

    Parameters and sources are those of `analyse`: Brown (1980).

    Examples
    --------
    >>> sorts = pd.DataFrame({"a": [1, 0, -1], "b": [1, -1, 0]}, index=["x", "y", "z"])
    >>> loadings = pd.DataFrame({"f1": [0.9, 0.1], "f2": [0.1, 0.9]}, index=["a", "b"])
    >>> interpret(sorts, loadings, level=0.5).arrays["f2"].tolist()
    [1, -1, 0]
    """
    data = read(sorts, grid, scores, missing)
    if not loadings.index.sort_values().equals(data.names.sort_values()):
        raise OptionError("loadings must have one row for each sort and no other")
    given = dict.fromkeys(("extraction", "rotation", "correlation"), "own") | {
        "flags": "automatic" if flags is None else "by hand",
        "level": level,
        "majority": majority,
        "missing": missing,
        "coefficient": coefficient,
    }
    axes = from_loadings(loadings.loc[data.names])
    hand = None if flags is None else scoring.given(flags, data.names, axes.names)
    settings = _options(loadings.shape[1], data, given)
    return Solution(**tabulate(data, axes, hand, settings))


def _options(n_factors: int, data: Sorts, given: dict[str, Any]) -> dict[str, Any]:
    """The settings of a solution, once they are known to make sense."""
    n, p = data.cells.shape
    if not isinstance(n_factors, int | np.integer) or isinstance(n_factors, bool):
        raise OptionError(f"n_factors={n_factors!r} is not a whole number")
    if not 1 <= n_factors <= min(n - 1, p):
        raise OptionError(f"n_factors={n_factors}: 1 to {min(n - 1, p)} fit {p} sorts of {n} cards")
    for name, low, high in (("tolerance", 0, 1), ("coefficient", 0, 1)):
        if name in given and not low < given[name] <= high:
            raise OptionError(f"{name}={given[name]!r} must lie between {low} and {high}")
    scores = "standardised" if data.standardised else "raw"
    return {"n_factors": int(n_factors)} | given | {"scores": scores, "changes": []}
