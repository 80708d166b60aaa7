"""The table of landlords as analyses take it: the last year, shares, respondents, modes, peers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from cxlib.language import Speaker, _
from cxlib.report.monitor import told_apart
from cxlib.study import Text
from cxlib.study.regulator import ANSWERS, MEASURES, METHODS, latest

if TYPE_CHECKING:
    from cxlib.drivers.regression import Regression
    from cxlib.drivers.relative import Importance
    from cxlib.study import Study


CAUTION = Text.said("One row per landlord: this says nothing about a single tenant.")
NAMES = {
    "TP01": Text.said("Satisfied overall"),
    "TP02": Text.said("Repairs service"),
    "TP03": Text.said("Time of the last repair"),
    "TP04": Text.said("Upkeep of the home"),
    "TP05": Text.said("Safe home"),
    "TP06": Text.said("Listens and acts"),
    "TP07": Text.said("Keeps informed"),
    "TP08": Text.said("Fair and with respect"),
    "TP09": Text.said("Handling of complaints"),
    "TP10": Text.said("Communal areas"),
    "TP11": Text.said("Good for the neighbourhood"),
    "TP12": Text.said("Anti-social behaviour"),
    "CH01": Text.said("Complaints per 1,000 homes"),
    "RP02": Text.said("Repairs in target time"),
}
_NOT_ALL = {"TP02", "TP03", "TP09", "TP10"}  # asked of those to whom it applies
TOGETHER = 5  # a variance inflation from which coefficients tell little by themselves
_HALF = 0.5 * 1.96  # a margin of error is that of a share of one half


def last_year(study: Study) -> pd.DataFrame:
    """Return the landlords of the last year.

    Parameters
    ----------
    study : Study
        With a table of landlords.

    Returns
    -------
    DataFrame, index landlord
        Columns as in the field dictionary, and `own` where study.yaml names this landlord.
    """
    assert study.landlords is not None
    return latest(study.landlords).set_index("landlord")


def like(study: Study, frame: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return this landlord with its peers, and its name; see `landlords.peers` in study.yaml."""
    own = frame.index[frame["own"]][0]
    alike = [name for name in study.config.landlords.peers if name in frame]
    return frame[(frame[alike] == frame.loc[own, alike]).all(axis=1)], str(own)


def satisfied(frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return shares of satisfied tenants (0-1): landlords x measures that somebody reports."""
    found = [name for name in names or MEASURES if name in frame and frame[name].notna().any()]
    return frame[found] / 100


def asked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the respondents behind every share: landlords x measures.

    The sum of the five answers; where those are not known and everybody was asked, as many as
    would give the reported margin of error by simple random sampling; else empty. Weights of
    respondents, which some landlords used, are not known and not counted.
    """
    found = {}
    for measure in satisfied(frame):
        counts = [f"{measure}_n{answer}" for answer in ANSWERS]
        margin = (
            frame["moe"].where(frame["moe"] > 0) / 100
            if "moe" in frame and measure not in _NOT_ALL
            else float("nan")
        )
        n = pd.Series((_HALF / margin) ** 2, frame.index, dtype="float64")
        if set(counts) <= set(frame):
            n = frame[counts].sum(axis=1, min_count=len(counts)).fillna(n)
        found[measure] = n.where(n > 0)
    return pd.DataFrame(found, index=frame.index)


def by_mode(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return overall shares (0-1) and numbers of answers by mode: landlords x modes, each."""
    modes = [m for m in METHODS if {f"TP01_{m}", f"n_{m}"} <= set(frame)]
    shares = frame[[f"TP01_{m}" for m in modes]].set_axis(modes, axis=1) / 100
    return shares, frame[[f"n_{m}" for m in modes]].set_axis(modes, axis=1)


def mode_shares(frame: pd.DataFrame) -> pd.DataFrame:
    """Return which part of a landlord's answers came by each mode, the most used one left out."""
    answers = by_mode(frame)[1].fillna(0)
    parts = answers.div(answers.sum(axis=1).where(lambda total: total > 0), axis=0)
    if parts.empty or parts.isna().all(axis=None):
        return parts.iloc[:, :0]
    parts = parts.loc[:, parts.sum() > 0]
    return parts.drop(columns=parts.sum().idxmax())


def cautioned(study: Study, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for publication, the ecological caution in every row and language."""
    notes = {f"note_{code}": CAUTION.at(code) for code in study.config.languages}
    return table.assign(**notes)


def registers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return complaints per 1,000 homes and repairs in target time, as far as reported."""
    return frame[[name for name in ("CH01", "RP02") if name in frame and frame[name].notna().any()]]


def named(frame: pd.DataFrame, speaker: Speaker) -> pd.DataFrame:
    """Return a table with the measures in its index by their names.

    Examples
    --------
    >>> named(pd.DataFrame({"share": [0.7]}, index=["TP02"]), Speaker("en")).index.tolist()
    ['Repairs service']
    """
    return frame.rename(index={name: speaker.own(text) for name, text in NAMES.items()})


def tell_rank(first: pd.Series, speaker: Speaker) -> str:
    """How many are satisfied, and where that ranks; as Markdown, empty without a rank.

    Parameters
    ----------
    first : Series
        The row of overall satisfaction in `monitor.standing`.
    speaker : Speaker
    """
    rank, low, high = first[["rank", "rank_low", "rank_high"]]
    if not rank > 0:
        return ""
    sure = f"({speaker.interval(low, high)})"
    if not low > 0:
        sure = speaker.say("(without interval: respondents not known)")
    return speaker.say(
        "**{share}** of the tenants are satisfied overall: rank {rank} {sure} of {all}.",
        share=speaker.percent(first["share"]),
        rank=speaker.number(rank),
        sure=sure,
        all=speaker.number(first["landlords"]),
    ) + _caution(speaker)


def tell_modes(gaps: pd.DataFrame, speaker: Speaker) -> str:
    """Which modes differ within landlords (`monitor.mode_gaps`), a line a pair; as Markdown."""
    lines = []
    for pair, sure in told_apart(gaps).items():
        row, (mode, other) = gaps.loc[pair], map(str, pair)  # type: ignore[call-overload]
        values = {"mode": mode, "other": other, "n": speaker.number(row["landlords"])}
        if not sure:
            lines.append(speaker.say("- {mode} and {other} can't be told apart.", **values))
            continue
        values |= {"gap": speaker.number(100 * row["gap"], 1)}
        values |= {"range": speaker.interval(100 * row["low"], 100 * row["high"], 1)}
        line = speaker.say(
            "- Within {n} landlords **{mode}** lies {gap} points above {other} ({range}).", **values
        )
        lines.append(line)
    return "\n".join(lines) + _caution(speaker)


def tell_models(
    models: Mapping[str, Importance],
    regression: Regression,
    r2_mode: float,
    speaker: Speaker,
) -> str:
    """What the ratings explain between landlords, and what mode has to do with it; as Markdown.

    Parameters
    ----------
    models : dict of name to Importance
        The first as found, the second with the mode of the survey held equal.
    regression : Regression
        Of the first.
    r2_mode : float
        What mode alone explains.
    speaker : Speaker
    """
    found, equal, *_others = models.values()
    moved = (equal.shares["share"] - found.shares["share"]).drop("random").abs().max()
    told = ""
    if pd.notna(moved):
        told = speaker.say(
            "Together the ratings explain {r2} of the differences between {n} landlords. Mode "
            "alone explains {mode}; holding it equal moves no share by more than {moved} points.",
            r2=speaker.percent(found.r2),
            n=speaker.number(found.n),
            mode=speaker.percent(r2_mode),
            moved=speaker.number(100 * moved, 1),
        )
    if told and together(regression) is not None:
        told += " " + speaker.say("They go together: one coefficient means little.")
    notes = "".join(f"\n- {_of_landlords(note, speaker)}" for note in found.notes)
    return f"{told}\n{notes}" + _caution(speaker)


def _of_landlords(note: str, speaker: Speaker) -> str:
    """A note on respondents, who are landlords here."""
    told = speaker.told(note)
    for one, other in ((_("respondents"), _("landlords")), (_("respondent"), _("landlord"))):
        told = told.replace(speaker.say(one), speaker.say(other))
    return told


def together(regression: Regression) -> float | None:
    """The largest variance inflation, where it is such that one coefficient means little."""
    most = float(regression.vif.max())
    return most if most >= TOGETHER else None


def _caution(speaker: Speaker) -> str:
    return f"\n\n*{speaker.own(CAUTION)}*"
