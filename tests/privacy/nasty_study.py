"""A study in which everything that could be too small is too small."""

from pathlib import Path

import numpy as np
import pandas as pd

SETTINGS = """\
id: nasty
name: Nasty
languages: [en]
grid: {-1: 2, 0: 2, 1: 2}
groups: [{id: tenants, label: {en: tenants}}, {id: employees, label: {en: employees}}]
values:
  - {id: ease, label: {en: Ease}, items: [ease_reach, ease_there, ease_rare]}
  - {id: care, label: {en: Care}, items: [care_rare, care_seldom]}
journeys: [{id: repairs, label: {en: Repairs}}, {id: moving, label: {en: Moving}},
           {id: leaving, label: {en: Leaving}}]
survey:
  columns: {respondent: respondent, date: date, journey: journey, overall: overall,
            journey_grade: journey_grade}
periods: {rule: quarter, base: [2019-Q3, 2019-Q4], window: 2}
benchmark: {own: own}
kpis:
  - {id: satisfaction, label: {en: Eights}, kind: share of grades, table: survey}
  - {id: complaints, label: {en: Complaints}, kind: share within a norm, table: complaints,
     columns: {id: complaint, opened: received, closed: closed}, norm: 10}
  - {id: callbacks, label: {en: Calls}, kind: share within a norm, table: callbacks,
     columns: {id: callback, opened: requested, closed: called}, norm: 1}
  - {id: internal, label: {en: Internal}, kind: mean grade, table: internal, minimum_cell: 5}
"""
VISION = "crocodiles:\n" + "".join(
    f"  - {{id: k{i}, label: {{en: Rule {i}}}, status: candidate}}\n" for i in range(1, 5)
)
CARDS = [f"c{i}" for i in range(1, 7)]
THEMES = {"plain": 13, "loud": 12, "calm": 11, "rare": 3}  # how many of 14 people speak of each
FREE = {"plain": ["*bold* | #{x} $x^2$", "[a](http://b) {{ 7 }}"],
        "loud": ["<script>alert(1)</script>", "=1+1"]}  # fmt: skip


def write(folder: Path) -> Path:
    """Write the study; every pseudonym begins with ZZ, so that one shows wherever it turns up."""
    rng = np.random.default_rng(5)
    (folder / "sorts").mkdir(parents=True)
    (folder / "ratings").mkdir()
    (folder / "remarks").mkdir()
    (folder / "study.yaml").write_text(SETTINGS)
    (folder / "vision.yaml").write_text(VISION)
    tables = {"cards": pd.DataFrame({"card": CARDS, "label_en": [f"Card {c}" for c in CARDS]})}
    tables |= _sessions(rng) | _survey(rng) | _cases(rng) | _remarks()
    tables["internal"] = pd.DataFrame(
        {"date": ["2019-08-05"] * 6 + ["2019-09-05"], "department": "a", "grade": [7] * 6 + [3]}
    )
    tables["maturity"] = pd.DataFrame({"respondent": _ids("M", 7), "level": [1, 2, 2, 2, 3, 3, 5]})
    votes = [(f"ZZV{v:02d}", f"k{1 + v % 2}") for v in range(30)] + [("ZZV01", "k3")]
    tables["votes"] = pd.DataFrame([*votes, ("ZZV02", "k3")], columns=["voter", "crocodile"])
    tables["benchmark"] = pd.DataFrame(
        {"landlord": ["own", "p1"], "year": 2019, "new_tenants": [7.1, 7.3],
         "repairs": [7.0, 7.2], "departed": [6.9, 7.0]}
    )  # fmt: skip
    tables["participation"] = pd.DataFrame(
        {"activity": ["interviews", "groups"], "label_en": ["Interviews", "Groups"], "phase": 1,
         "group": ["board", "tenants"], "label_group_en": ["board", "tenants"],
         "sessions": [1, 3], "participants": [1, 14]}
    )  # fmt: skip
    for name, table in tables.items():
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def _ids(kind: str, n: int) -> list[str]:
    return [f"ZZ{kind}{i:03d}" for i in range(n)]


def _sessions(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    found = {}
    for group, n in (("tenants", 14), ("employees", 6)):
        base = np.array([[1, 1, 0, 0, -1, -1], [-1, -1, 0, 0, 1, 1]])
        halves = [(base[i % 2][:2], base[i % 2][2:]) for i in range(n)]
        cells = np.array([np.r_[rng.permutation(a), rng.permutation(b)] for a, b in halves])
        who = {"participant": _ids(group[0].upper(), n), "session": ["a"] * (n - 1) + ["alone"]}
        found[f"sorts/{group}"] = pd.DataFrame(who | dict(zip(CARDS, cells.T, strict=True)))
    grades = rng.integers(3, 10, (14, 6)).astype(float)
    grades[3:, 0] = np.nan  # a card that three people graded
    who = {"participant": _ids("T", 14), "session": ["a"] * 13 + ["alone"]}
    found["ratings/tenants"] = pd.DataFrame(who | dict(zip(CARDS, grades.T, strict=True)))
    return found


def _remarks() -> dict[str, pd.DataFrame]:
    """Every text that may not be quoted holds ZZ."""
    people, rows = _ids("T", 14), []
    for code, n in THEMES.items():
        rows += [(people[i], "c1", None, code, "yes") for i in range(n)]
    free = [(code, text) for code, texts in FREE.items() for text in texts]
    rows += [(people[i], "c2", text, code, "yes") for i, (code, text) in enumerate(free, 5)]
    rows += [
        (people[0], "c3", "ZZ refused", "loud", "no"),
        (people[1], "c3", "ZZ said nothing of it", "loud", None),
        (people[2], "c3", "ZZ of a small theme", "rare", "yes"),
        (people[2], "c3", "ZZ of a theme that hides it", "calm", "yes"),
        (people[1], "c4", "ZZ of both", "loud;rare", "yes"),
        (people[3], "c4", "ZZ twice", "plain", "yes"),
        (people[4], "c4", "zz Twice", "plain", "no"),
        (people[4], "c4", "ZZ without a code", None, "yes"),
    ]
    columns = ["participant", "card", "text", "code", "consent"]
    codes = pd.DataFrame({"code": list(THEMES), "label_en": [f"<b>{t}</b>" for t in THEMES]})
    return {"remarks/tenants": pd.DataFrame(rows, columns=columns), "codes": codes}


def _survey(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Repairs enough; moving 30 and then 4; leaving 12 and then 3; a month of two answers."""
    parts = [("2019-07-10", "repairs", 40), ("2019-08-10", "moving", 30),
             ("2019-08-11", "leaving", 12), ("2019-10-10", "repairs", 60),
             ("2019-11-10", "moving", 4), ("2019-11-11", "leaving", 3),
             ("2019-12-28", "repairs", 2)]  # fmt: skip
    rows = [(date, journey) for date, journey, n in parts for _ in range(n)]
    frame = pd.DataFrame(rows, columns=["date", "journey"])
    n = len(frame)
    frame.insert(0, "respondent", _ids("R", n))
    for name in ("overall", "journey_grade", "ease_reach", "ease_there"):
        frame[name] = rng.integers(4, 10, n)
    frame.loc[:1, "ease_reach"] = 1  # two people stand on the floor
    for name in ("ease_rare", "care_rare", "care_seldom"):
        frame[name] = pd.Series([5, 8, 7, 6, 9, 2, 7]).reindex(frame.index)
    return {"survey": frame}


def _cases(rng: np.random.Generator) -> dict[str, pd.DataFrame]:
    """Complaints: a month of four among months of fifteen to thirty."""
    sizes = {
        "2019-07": 30,
        "2019-08": 20,
        "2019-09": 4,
        "2019-10": 15,
        "2019-11": 25,
        "2019-12": 18,
    }
    received = [f"{month}-05" for month, n in sizes.items() for _ in range(n)]
    frame = pd.DataFrame({"received": pd.to_datetime(received)})
    frame["closed"] = frame["received"] + pd.to_timedelta(rng.integers(1, 20, len(frame)), "D")
    frame.insert(0, "complaint", _ids("K", len(frame)))
    calls = frame.set_axis(["callback", "requested", "called"], axis=1)
    calls["callback"] = _ids("B", len(calls))
    return {"complaints": frame, "callbacks": calls.head(9)}
