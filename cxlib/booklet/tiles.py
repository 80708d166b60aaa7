"""Single numbers, set large."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cxlib.booklet.numbers import share, spans
from cxlib.booklet.source import Source
from cxlib.booklet.wording import WORDS, Value

Tile = dict[str, str]
SPECS = {"share": ".0%", "points": ".0f", "people": ".0f", "count": ".0f"}
SHARES = ("variance_explained", "r2")
EURO = {"nl": "€ {}", "en": "€{}"}  # the space does not break


def tiles(
    names: Sequence[str], source: Source, values: Mapping[str, Value]
) -> tuple[list[Tile], set[str]]:
    """The numbers of those names that the study has, with their labels and origins.

    Parameters
    ----------
    names : sequence of str
        `fact.<id>` or `finding.<name>`, in order of preference.
    source : Source
        A study and its results.
    values : mapping of name to Value
        What texts may mention.

    Returns
    -------
    list of dict
        `value` and `label`, both as text.
    set of str
        Origins of the numbers.
    """
    made, origins = [], set()
    for name in names:
        section, _, key = name.partition(".")
        if name in values and not isinstance(values[name].value, str):
            if section == "fact":
                made.append(_fact(key, source))
            elif section == "finding":
                made.append(_finding(key, source))
            else:
                number = source.number(values[name].value)
                made.append({"value": number, "label": _label(name, source)})
            origins.add(values[name].origin)
    return made, origins


def _fact(key: str, source: Source) -> Tile:
    facts = source.study.facts
    assert facts is not None  # its values were found among those of the study
    fact = facts[key]
    text = _written(fact.value, fact.unit, source)
    return {"value": text, "label": fact.label.at(source.language)}


def _finding(key: str, source: Source) -> Tile:
    finding = source.results.findings[key]
    unit = "share" if key in SHARES else finding.unit
    text = _written(share(key, finding.value), unit, source)
    return {"value": text, "label": _label(key, source)}


def _written(value: float, unit: str, source: Source) -> str:
    if unit == "share":
        return source.number(value, ".0%")
    whole = (float(value).is_integer() and unit != "grade") or unit in ("count", "people")
    text = source.number(value, ".0f" if whole else ".2f" if abs(value) < 1 else ".1f")
    return EURO[source.language].format(text) if unit == "euro" else text


def key_numbers(source: Source) -> dict[str, Any] | None:
    """Table of the findings that have an interval, for the accountability."""
    rows = []
    for key, finding in source.results.findings.items():
        if finding.low is None or finding.high is None or key not in WORDS["tiles"]:
            continue
        if finding.unit == "level":  # its low and high are quartiles, not a margin
            continue
        spec = SPECS.get(finding.unit, ".2f")
        n = source.word("not_recorded") if finding.n is None else source.number(finding.n)
        value, margin = (
            source.number(finding.value, spec),
            source.range(finding.low, finding.high, spec),
        )
        rows.append([_label(key, source), value, margin, n])
    head = [source.word(name, "heads") for name in ("number", "outcome", "range", "n")]
    return {"head": head, "rows": rows, "align": "lrrr", "wide": 0} if rows else None


def _label(key: str, source: Source) -> str:
    top = source.number(source.study.config.thresholds.top)
    return source.word(key, "tiles").format(top=top, **spans(source))
