"""The table of landlords as analyses take it: the last year, shares, respondents, modes, peers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from cxlib.study import Text
from cxlib.study.regulator import ANSWERS, MEASURES, METHODS, latest

if TYPE_CHECKING:
    from cxlib.study import Study

CAUTION = Text(
    nl="Eén rij per corporatie: dit zegt niets over een afzonderlijke huurder.",
    en="One row per landlord: this says nothing about a single tenant.",
)
NAMES = {
    "TP01": Text(nl="Tevreden, alles bij elkaar", en="Satisfied overall"),
    "TP02": Text(nl="Reparaties", en="Repairs service"),
    "TP03": Text(nl="Duur van de laatste reparatie", en="Time of the last repair"),
    "TP04": Text(nl="Onderhoud van de woning", en="Upkeep of the home"),
    "TP05": Text(nl="Veilige woning", en="Safe home"),
    "TP06": Text(nl="Luistert en doet er iets mee", en="Listens and acts"),
    "TP07": Text(nl="Houdt op de hoogte", en="Keeps informed"),
    "TP08": Text(nl="Eerlijk en met respect", en="Fair and with respect"),
    "TP09": Text(nl="Omgaan met klachten", en="Handling of complaints"),
    "TP10": Text(nl="Gedeelde ruimten", en="Communal areas"),
    "TP11": Text(nl="Bijdrage aan de buurt", en="Good for the neighbourhood"),
    "TP12": Text(nl="Aanpak van overlast", en="Anti-social behaviour"),
    "CH01": Text(nl="Klachten per 1.000 woningen", en="Complaints per 1,000 homes"),
    "RP02": Text(nl="Reparaties op tijd", en="Repairs in target time"),
}
_NOT_ALL = {"TP02", "TP03", "TP09", "TP10"}  # asked of those to whom it applies
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


def cautioned(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table for publication, the ecological caution in every row."""
    return table.assign(note_nl=CAUTION.at("nl"), note_en=CAUTION.at("en"))


def registers(frame: pd.DataFrame) -> pd.DataFrame:
    """Return complaints per 1,000 homes and repairs in target time, as far as reported."""
    return frame[[name for name in ("CH01", "RP02") if name in frame and frame[name].notna().any()]]
