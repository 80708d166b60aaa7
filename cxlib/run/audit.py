"""Whether everything published of a study, all tables and editions together, gives people away."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import yaml

from cxlib import survey
from cxlib.run.results import Results, ResultsError, TableFile
from cxlib.study.parts import groups
from cxlib.study.periods import Period

if TYPE_CHECKING:
    from cxlib.study import Study

Answers = dict[str, pd.DataFrame]  # groups of respondents by period
Time = tuple[list[str], Answers]  # complete periods, and who answered in them
LINKS = Path(__file__).with_name("links.yaml")


@cache
def links() -> dict[str, dict[str, Any]]:
    """Which people each table counts, and which tables divide nobody, from links.yaml."""
    return yaml.safe_load(LINKS.read_text(encoding="utf-8"))


def link(table: str) -> dict[str, Any] | None:
    """Which people a table counts; None where it divides nobody.

    Examples
    --------
    >>> link("kpi_complaints")["by"], link("agreement")
    ('month', None)
    """
    known = links()["links"]
    kpi = known["kpi_<id>"] if table.startswith("kpi_") else None
    return None if table in alone() else known.get(table, kpi)


def alone() -> dict[str, str]:
    """The tables that count people and divide nobody, each with the reason."""
    return {name: why for why, names in links()["alone"].items() for name in names}


def unnamed(table: str, frame: pd.DataFrame) -> pd.Series:
    """Which rows of a table are of people, and left out; by the part of the table they are in.

    Examples
    --------
    >>> frame = pd.DataFrame({"session": ["a", "b"], "suppressed": [False, True]})
    >>> unnamed("viewpoint_participants", frame).tolist()
    [False, True]
    >>> unnamed("crocodiles", frame).tolist()
    [False, False]
    """
    about = link(table) or {}
    within = [name for key in ("of", "by") for name in _BLANK.findall(about.get(key, ""))]
    parts = [frame[name].astype(str) for name in within if name in frame]
    hidden = frame.get("suppressed", pd.Series(False, frame.index)).astype(bool)
    hidden &= "named" not in about
    return pd.Series(hidden.to_numpy(), parts[0] if parts else [""] * len(frame), dtype=bool)


def look(study: Study, editions: Mapping[str, Results]) -> pd.DataFrame:
    """What all editions of a study together tell of the groups that they don't show.

    Parameters
    ----------
    study : Study
        Its rows tell which groups there are, as a reader may know; no number comes from them.
    editions : mapping of name to Results

    Returns
    -------
    DataFrame
        As `survey.audit`.
    """
    parts = [part for name, results in editions.items() for part in divided(study, name, results)]
    return survey.audit(parts, study.config.privacy.minimum_cell, _empty(study, parts))


def refuse(study: Study, new: Path, published: Iterable[Path]) -> None:
    """Stop an edition that would, with those published before, give people away.

    Parameters
    ----------
    study : Study
    new : Path
        The tables of the edition to be published.
    published : iterable of Path
        Folders of the editions that are; that of the same period is replaced.

    Raises
    ------
    ResultsError
        In one line, with the table and the reason.
    """
    opened = {str(folder): Results.open(folder) for folder in published if folder.is_dir()}
    found = look(study, opened | {"": Results.open(new)})
    failed = found[found["verdict"] == "fail"]
    if len(failed):
        first = failed.iloc[0]
        ends = f" ({first['span']})" if first["span"] else ""
        raise ResultsError(
            f"table {first['table']}: with everything published of the study, a group of fewer"
            f" than {study.config.privacy.minimum_cell} people by {first['by']}{ends} could be"
            f" worked out ({len(failed)} such places): see cxlib passport; withdraw an earlier"
            " edition, or report on a longer period"
        )


def divided(study: Study, edition: str, results: Results) -> Iterator[survey.Part]:
    """The tables of an edition that divide people, as `survey.audit` takes them."""
    time = [period.label for period in study.periods()], _answers(study)
    for name, file in results.tables.items():
        about = link(name)
        frame = file.read() if about else pd.DataFrame()
        if about and about["group"] in frame and about.get("count", "n") in frame:
            for part in _parts(study, results, file, about, frame, time):
                yield replace(part, edition=edition)


def _parts(
    study: Study, results: Results, file: TableFile, about: dict[str, Any], frame: pd.DataFrame,
    time: Time,
) -> Iterator[survey.Part]:  # fmt: skip
    named = {"first": next(iter(study.sorts), ""), "kpi": ""}
    if file.name.startswith("kpi_"):
        kpi = study.config.kpi(file.name.removeprefix("kpi_"))
        named["kpi"] = kpi.table
        if kpi.minimum_cell is not None:  # of organisations, by decision
            return
    within = [name for name in _BLANK.findall(about["of"] + about["by"]) if name in frame]
    for value, rows in frame.groupby(within[0], sort=False) if within else [("", frame)]:
        words = named | {name: str(value) for name in within}
        of, by = (_filled(about[key], words) for key in ("of", "by"))
        span, told = _span(study, str(file.record["period"]), about, of, time)
        counts = rows.groupby(about["group"], sort=False)[about.get("count", "n")].first()
        counts.index = counts.index.astype(str)
        if by == "month" or (of == "survey" and by in time[1]):  # other rows are of questions
            counts = counts[counts.index.isin(span if by == "month" else time[1][by].index)]
        shown = counts[counts > 0].astype(int).to_dict()
        there = _people(study, of, by, span, time[1]) - set(shown)
        gone = counts.index[counts.isna()].tolist()
        hidden = len(gone) + file.record.get("left_out", {}).get(str(value), 0) or len(there)
        total = _total(results, of, told) if hidden or "loose" not in about else None
        rest = np.inf if total is None else total - sum(shown.values())
        yield survey.Part(
            "", file.name, of, by, shown, int(min(hidden, max(rest, 0))),
            gone or (there if len(there) == hidden else ()), total if rest >= 0 else None,
            about.get("base", ""), span,
        )  # fmt: skip


_BLANK = re.compile(r"<(\w+)>")


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    return _BLANK.sub(lambda found: words[found[1]], pattern)


def _span(
    study: Study, label: str, about: dict[str, Any], of: str, time: Time
) -> tuple[list[str], str]:
    """The periods that a table is about, and where its total is told."""
    kind, told = about.get("span", "always"), about.get("total", "")
    known, answers = time
    if kind == "always" or (not study.has("survey/date") and kind != "months"):
        return ["always"], told
    whole = sorted({*known, *(p for counts in answers.values() for p in counts.columns)})
    kept = whole if label == "all" else [p for p in known if _end(p) <= _end(label)]
    if kind == "window" or (kind == "months" and of == "survey"):
        kept = kept if label == "all" else kept[-study.config.periods.window :]
        told = "mean_grade" if kind == "months" else told
    if kind == "months":
        first, last = Period.parse(kept[0]).start, _end(kept[-1])
        kept = [f"{month}" for month in pd.period_range(first, last, freq="M")]
    return kept, told


def _end(label: str) -> pd.Timestamp:
    end = Period.parse(label).end
    assert end is not None
    return end


def _total(results: Results, of: str, told: str) -> int | None:
    if told == "intake" and "intake" in results.tables:
        rows = results.table("intake").set_index("set")["rows"]
        return int(rows[of]) if of in rows else None
    return results.findings[told].n if told in results.findings else None


def _people(study: Study, of: str, by: str, span: list[str], answers: Answers) -> set[str]:
    """Groups with somebody in them, as who knows the organisation may know."""
    kind, _, group = of.partition("/")
    if kind == "sorts" and group in study.participants and by == "session":
        return set(study.participants[group]["session"].fillna("").astype(str))
    counts = answers.get(by) if of == "survey" else None
    if counts is None:
        return set()
    kept = counts.columns if span == ["always"] else counts.columns.intersection(span)
    return set(counts.index[counts[kept].sum(axis=1) > 0])


def reason(study: Study, part: survey.Part) -> str:
    """Why a table leaves groups out, as far as the rows tell it: they are few, or hide those.

    Parameters
    ----------
    study : Study
    part : survey.Part
        That leaves something out.
    """
    minimum = study.config.privacy.minimum_cell
    counts = _counted(study, part)
    gone = counts[~counts.index.isin([*part.shown]) & (counts > 0)]
    if len(gone) != part.hidden:
        return "too few people, or they hide such a group"
    few = int((gone < minimum).sum())
    small = f"{few} with fewer than {minimum} people" if few else ""
    rest = len(gone) - few
    hides = f"{rest} that would give {'those' if few > 1 else 'that one'} away"
    if not few:
        hides = f"{rest} that earlier editions would tell a part of"
    return " and ".join(filter(None, [small, hides if rest else ""]))


def _counted(study: Study, part: survey.Part) -> pd.Series:
    """The rows in each group that a table divides, where a column of the set names it."""
    if part.of == "survey":
        counts = _answers(study).get(part.by, pd.DataFrame())
        kept = (
            counts.columns if part.span == ["always"] else counts.columns.intersection([*part.span])
        )
        return counts[kept].sum(axis=1)
    kind, _, group = part.of.partition("/")
    rows = study.participants[group] if kind == "sorts" else study._tables.get(part.of)
    columns = {about["by"]: about["group"] for about in links()["links"].values()}
    column = columns.get(part.by, part.by)
    if rows is None or column not in rows:
        return pd.Series(dtype=int)
    several = rows[column].dropna().astype(str).str.split(";").explode().str.strip()
    return several.value_counts()


def _answers(study: Study) -> Answers:
    """Which groups answered in which periods, by what divides respondents."""
    rows = study.survey
    if rows is None:
        return {}
    when = study.period_labels(rows) if "date" in rows else pd.Series("always", rows.index)
    about = groups(study, rows).astype(str)
    return {str(name): pd.crosstab(about[name], when) for name in about}


def _empty(study: Study, parts: Iterable[survey.Part]) -> set[tuple[str, str, str]]:
    """Where nobody is: groups of the survey in some periods, and each month in the others."""
    spans = {part.by: part.span for part in parts}
    months = spans.get("month", ())
    found = {("month", month, other) for month in months for other in months if other != month}
    for by, counts in _answers(study).items():
        nobody = zip(*np.nonzero(counts.to_numpy() == 0), strict=True)
        found |= {(by, str(counts.index[row]), str(counts.columns[at])) for row, at in nobody}
    return found
