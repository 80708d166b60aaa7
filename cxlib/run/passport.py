"""What was published of a study, for its privacy officer: shown, left out, why, and how safe."""

from __future__ import annotations

import html
import json
import math
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from cxlib.places import FIGURES
from cxlib.run import ledger
from cxlib.run.audit import alone, divided, look, reason
from cxlib.run.results import Results

if TYPE_CHECKING:
    from cxlib.study import Study

WIDTH = 100
MOST = 8  # places in texts that are quoted
_FEW = re.compile(
    r"(?<![\w.,:–-])(\d{1,2})\s+(people|persons|respondents|participants|answers|tenants|employees"
    r"|voters|sorts|mensen|personen|respondenten|deelnemers|antwoorden|huurders|medewerkers"
    r"|stemmers|sorteringen)\b"
)


def passport(study: Study, figures: Path = FIGURES) -> tuple[str, str]:
    """Everything published of a study on two pages, and the verdict.

    Parameters
    ----------
    study : Study
    figures : Path
        Where editions are: folders by study and period.

    Returns
    -------
    str
        The pages, in lines of 100 signs. No number that was left out stands in it, only bounds
        that follow from what was published; nor any name of a group of people that was left out.
    str
        "pass", "review" (a person must look) or "fail".
    """
    folders = sorted(path.parents[1] for path in (figures / study.id).glob("*/tables/intake.json"))
    editions = {folder.name: Results.open(folder) for folder in folders}
    minimum = study.config.privacy.minimum_cell
    found = look(study, editions)
    whole = [part for name, results in editions.items() for part in divided(study, name, results)]
    parts = pd.DataFrame(map(vars, whole))
    why = {(p.edition, p.table, p.of, p.by): reason(study, p) for p in whole if p.hidden}
    files, few = _searched([figures / study.id], minimum, _views(editions))
    verdict = "pass"
    if (found["verdict"] == "review").any() or few or not editions:
        verdict = "review"
    if (found["verdict"] == "fail").any():
        verdict = "fail"
    meaning = {
        "pass": "nobody can be worked out; what a person should read is below",
        "review": "nothing fails, but a person must look at the places marked review",
        "fail": "a number of fewer people can be worked out: withdraw what is marked fail",
    }[verdict]
    rule = (
        f"Rule: no number, mean or name of a group of fewer than {minimum} people, alone or by"
        " comparing tables, editions and totals. The reader whom it is held against has everything"
        " published, knows which groups there are and that somebody is in each that is left out."
    )
    blocks = [
        [f"PRIVACY PASSPORT of {study.name} ({study.id})", f"Verdict: {verdict}: {meaning}."],
        [rule],
        _editions(study, editions),
        _sets(editions),
        _groups(parts, found, why),
        _knowingly(editions, minimum),
        _quotes(editions),
        _texts(files, few, minimum),
    ]
    lines = [line for block in blocks if block for line in (*_wrapped(block), "")]
    return "\n".join([*lines, f"Verdict: {verdict}."]), verdict


def _wrapped(block: Iterable[str]) -> Iterator[str]:
    for line in block:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from textwrap.wrap(line, WIDTH, subsequent_indent=indent + "  ")


def _editions(study: Study, editions: dict[str, Results]) -> list[str]:
    status: dict[str, str] = {}
    for one in ledger.editions(study.id):
        status[one.period] = f"{one.status} {one.when} {one.why}".strip()
    names = sorted({*editions, *status})
    told = [f"{name} ({status.get(name, 'published')})" for name in names]
    return ["EDITIONS", f"  {'; '.join(told) or 'none was published'}."]


def _sets(editions: dict[str, Results]) -> list[str]:
    """The sets of people in the last edition, each with its number and what it is used for."""
    told = ["SETS OF PEOPLE (rows so far, in the last edition)"]
    for name, results in [*editions.items()][-1:]:
        rows = results.table("intake") if "intake" in results.tables else pd.DataFrame()
        for one in rows.to_dict("records"):
            kind = one["set"].partition("/")[0]
            if kind in _SETS or f"kpi_{kind}" in results.tables:
                dates = f", {one['first']} to {one['last']}" if one["first"] else ""
                words = _SETS.get(kind, "cases or grades, by month")
                told.append(f"  {one['set']}: {one['rows']:,} {words}; {one['origin']}{dates}")
        bases = {"effective_n": "in its window", "r2": "of them complete, for drivers"}
        used = [f"{results.findings[key].n:,} {words}" for key, words in bases.items()
                if key in results.findings]  # fmt: skip
        told += [f"  Edition {name} rests on {', '.join(used)} (survey)."] if used else []
    return told


_SETS = {
    "survey": "answers to the survey",
    "sorts": "Q-sorts, one a person",
    "ratings": "people who graded cards",
    "remarks": "remarks, some of them by one person",
    "votes": "votes, several a voter",
    "maturity": "judgements by managers",
}


def _groups(
    parts: pd.DataFrame, found: pd.DataFrame, why: dict[tuple[str, str, str, str], str]
) -> list[str]:
    """A line for what divides people, and one for all that it leaves out."""
    told = ["GROUPS: shown, left out, and what follows of those left out"]
    for _, own in parts.groupby(["of", "by"], sort=False) if len(parts) else ():
        least, most, of, by = own["hidden"].min(), own["hidden"].max(), *own[["of", "by"]].iloc[0]
        out = f"{least} to {most} left out" if least < most else f"{most or 'none'} left out"
        whole = own[own["total"].notna()]
        shown = (whole if len(whole) else own)["shown"].map(len).max()
        if shown or most:
            tables = ", ".join(dict.fromkeys(own["table"]))
            told.append(f"  {of} by {by}: {shown} shown, {out} ({tables})")
        ever = {label for labels in own["shown"] for label in labels}
        asked = found[(found["set"] == of) & (found["by"] == by)].drop(columns=["set", "by"])
        asked["earlier"] = asked.pop("group").isin(ever)
        for row, n in asked.value_counts(sort=False, dropna=False).items():
            told.append(_bounds(row, n, why.get((row[0], row[1], of, by), "")))
    return told


def _bounds(row: Any, n: int, why: str) -> str:
    """How closely some groups that are left out are known, and why they are."""
    edition, table, span, low, high, verdict, earlier = row
    if span:
        why = f"{span}: tables of different periods differ by them"
    elif earlier and "earlier" not in why:
        why += ", or an earlier edition would tell of a part of them"
    ends = f"each between {low:.0f} and {high:.0f} people" if low < high else "known exactly"
    ends = f"each of {low:.0f} or more" if math.isinf(high) else ends
    if math.isnan(low):
        ends, why = "no bounds", "editions rest on different rows; each was audited alone"
    return f"    {verdict}: {edition} {table}, {n}: {ends} [{why}]"


def _knowingly(editions: dict[str, Results], minimum: int) -> list[str]:
    """What is published of single persons or of few, by decision."""
    told = ["PUBLISHED KNOWINGLY"]
    for name, results in editions.items():
        if "loadings" in results.tables:
            told.append(
                f"  {name} loadings: {len(results.table('loadings'))} Q-sorts as loadings on"
                " viewpoints, as Q01, Q02 … in order of viewpoint and size; no key is published,"
                " and nothing else stands beside a person."
            )
        if "factors" in results.tables:
            few = [str(n) for n in _views({name: results}) if 0 < n < minimum]
            if few:
                told.append(
                    f"  {name} factors: viewpoints of {', '.join(few)} Q-sorts are drawn: what"
                    " they have in common, weighted; who they are is not told."
                )
        if "kpi_internal" in results.tables:
            told.append(f"  {name} kpi_internal: grades of departments, no persons.")
    told.append(
        "  How many rows each set has; shares of a large group on which few stand (fails, no"
        " answer); numbers of landlords and of other organisations."
    )
    why = ", ".join(f"{name}" for name, reason in alone().items() if "middle" in reason)
    return [*told, f"  Counts within large groups, without a mean: {why}."]


def _views(editions: dict[str, Results]) -> list[int]:
    """How many Q-sorts define each viewpoint."""
    tables = [r.table("factors")["n_flagged"] for r in editions.values() if "factors" in r.tables]
    return [int(n) for table in tables for n in table]


def _quotes(editions: dict[str, Results]) -> list[str]:
    """Every quote, for a reader: no programme sees a name in a sentence."""
    tables = [r.table("remarks_quoted") for r in editions.values() if "remarks_quoted" in r.tables]
    if not tables:
        return []
    rows = pd.concat(tables).drop_duplicates()
    told = [f"QUOTES ({len(rows)}, with consent): read each for names and places"]
    return told + [f"  {row.code}: “{row.text}”" for row in rows.itertuples()]


def _texts(files: int, few: list[str], minimum: int) -> list[str]:
    told = [f"TEXTS: {files} notebooks, pages, figures and PDFs were searched for numbers of people"
            f" below {minimum}: {len(few) or 'none'} found"]  # fmt: skip
    more = [f"  and {len(few) - MOST} more"] if len(few) > MOST else []
    return told + [f"  review: {place}" for place in few[:MOST]] + more


def _searched(folders: Iterable[Path], minimum: int, views: Iterable[int]) -> tuple[int, list[str]]:
    """How many files were read, and where a text tells a number of people below the minimum.

    The numbers of Q-sorts behind a viewpoint are listed elsewhere, as they are told knowingly.
    """
    files = sorted({f for folder in folders for f in folder.rglob("*") if f.suffix in _READ})
    few: dict[str, str] = {}
    for file in files:
        for text in _READ[file.suffix](file):
            for found in _FEW.finditer(text):
                view = found[2] in ("sorts", "sorteringen") and int(found[1]) in views
                if 0 < int(found[1]) < minimum and not view:
                    around = " ".join(text[max(found.start() - 40, 0) : found.end() + 20].split())
                    few.setdefault(around, f"{file.name}: … {around} …")
    return len(files), [*few.values()]


def _of_json(file: Path) -> Iterator[str]:
    yield from _strings(json.loads(file.read_text(encoding="utf-8")))


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _strings(one)


def _of_notebook(file: Path) -> Iterator[str]:
    for cell in json.loads(file.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for text in (output.get("text"), data.get("text/markdown"), data.get("text/plain")):
                yield "".join(text or ())


def _of_page(file: Path) -> Iterator[str]:
    page = re.sub(r"<(style|script).*?</\1>", " ", file.read_text("utf-8"), flags=re.DOTALL)
    cells = re.sub(r"</t[dh]>", " | ", page)  # what stands in two is no sentence
    yield html.unescape(re.sub(r"<[^>]*>", " ", cells))


def _of_pdf(file: Path) -> Iterator[str]:
    import pypdfium2

    with pypdfium2.PdfDocument(file) as pages:
        yield from (page.get_textpage().get_text_range() for page in pages)


_READ = {".json": _of_json, ".ipynb": _of_notebook, ".html": _of_page, ".pdf": _of_pdf}
