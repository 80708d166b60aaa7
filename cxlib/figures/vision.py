"""Diagrams of the vision, each a Typst part with the study's own texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cxlib.figures.brand import Mark
from cxlib.figures.columns import Part
from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.render import TALLEST, height, on_a_page
from cxlib.figures.wording import (
    inside,
    limited,
    note,
    opened,
    part,
    partly,
    said,
    sentences,
)

_QUESTIONS = 12  # a higher house does not fit a page
_ABREAST, _ITEMS = 5, 8  # phases or years beside each other; items in each
_TILES, _BEHAVIOURS = 8, (7, 4, 2)  # customer values; behaviours of each, most first


def diagram(look: Look, name: str, content: dict[str, Any], **caption: Any) -> Figure:
    """A figure that a part of `typst/diagrams.typ` draws from its content."""
    return on_a_page(Figure.of(look, {"kind": "diagram", "part": name, **content}, **caption))


def divided(parts: Sequence[Any], abreast: int) -> list[Sequence[Any]]:
    """Parts in rows of about equally many, at most `abreast`.

    Examples
    --------
    >>> divided("ABCDEFG", 5)
    ['ABCD', 'EFG']
    """
    if not parts:
        return []
    size = -(-len(parts) // -(-len(parts) // abreast))
    return [parts[i : i + size] for i in range(0, len(parts), size)]


def labelled(item: Any, look: Look) -> Part:
    """Label and text of a part of the vision, and its id where it has one."""
    words = {"label": said(item.label, look), "text": said(item.text, look)}
    return {"id": str(item.id), **words} if hasattr(item, "id") else words


def in_words(kind: str, items: Sequence[Any], look: Look, by: str = "id") -> str:
    """Alternative text: the kind of drawing, then label, text and items of each part."""
    told = [
        sentences(
            f"{getattr(item, by)}: {said(item.label, look)}",
            said(item.text, look),
            "; ".join(said(text, look) for text in getattr(item, "items", ())),
        )
        for item in items
    ]
    return sentences(kind, *told)


def house(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the questions that the vision answers as a house.

    Parameters
    ----------
    vision : Vision
        With `questions`: the first becomes the roof, the last two floor and foundation, those
        between rooms.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no questions.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(questions=[Part(id="A", label="Who?", text="Tenants")], purpose="")
    >>> house(vision, look=Look("en"), origin="published").caption.title
    'The customer vision answers one question'
    """
    questions = part(vision, "questions")
    shown = [*questions[: _QUESTIONS - 2], *questions[_QUESTIONS - 2 :][-2:]]
    inner, floors = _storeys(shown[1:])
    roof = labelled(questions[0], look)
    roof["text"] = said(questions[0].text or vision.purpose, look)
    rooms = [
        [labelled(q, look) for q in line] for line in divided(inner, 4 if len(inner) == 4 else 3)
    ]
    floor = [labelled(q, look) for q in floors]
    return diagram(
        look,
        "house",
        {"roof": roof, "rooms": rooms, "floors": floor},
        title=look.say(
            "The customer vision answers {count}",
            count=look.counted(len(questions), "{n} question", "{n} questions"),
        ),
        subtitle=look.say("From our higher purpose (the roof) to the work itself (the foundation)")
        + partly(len(shown), len(questions), look),
        alt=in_words(look.say("Drawing of a house"), questions, look),
        origin=origin,
        note=note(vision, "questions", look),
    )


def _storeys(below: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """What lies under the roof: rooms, and one or two floors."""
    floors = min(2, max(1, len(below) - 1)) if below else 0
    cut = len(below) - floors
    return below[:cut], below[cut:]


def phases(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the phases as arrows, each with what happened in it.

    Parameters
    ----------
    vision : Vision
        With `phases`; months, text and items of a phase are optional.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no phases.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> step = Part(id="1", label="Listen", text="", items=["interviews"], start=None, end=None)
    >>> phases(Part(phases=[step]), look=Look("en"), origin="published").caption.alt
    'Arrows in a row. 1: Listen. interviews.'
    """
    steps = part(vision, "phases")
    found = [
        {"id": str(step.id), "months": {"text": _months(step, look)}, **drawn}
        for step, drawn in zip(steps, _steps(steps, look), strict=True)
    ]
    return diagram(
        look,
        "phases",
        {"lines": divided(found, _ABREAST)},
        title=_phase_title(steps, look),
        subtitle=_phase_subtitle(steps, look),
        alt=in_words(look.say("Arrows in a row"), steps, look),
        origin=origin,
        note=note(vision, "phases", look),
    )


def _steps(steps: Sequence[Any], look: Look) -> Iterator[Part]:
    """What phases and years tell, each on a ground that is the darker the later."""
    for i, step in enumerate(steps):
        fill = look.brand.ramp(i / max(1, len(steps) - 1))
        style = {"fill": fill, "colour": look.brand.on(fill)}
        items = {"text": limited(step.items, _ITEMS, look)}
        yield {**labelled(step, look), "items": items, **style}


def _months(step: Any, look: Look) -> list[str]:
    """When a phase began, and ended if in another month."""
    start = look.month(step.start, "MMM y") if step.start else ""
    end = look.month(step.end, "MMM y") if step.end else ""
    return [start, end if end != start else ""]


def _span(steps: Sequence[Any]) -> Any:
    starts = [step.start for step in steps if step.start]
    ends = [step.end for step in steps if step.end]
    return (min(starts), max(ends)) if starts and ends else None


def _phase_title(steps: Sequence[Any], look: Look) -> str:
    count, span = look.counted(len(steps), "{n} phase", "{n} phases"), _span(steps)
    if not span or span[0] >= span[1]:
        return look.say("To a customer vision in {count}", count=count)
    first, last = span
    passed = (last.year - first.year) * 12 + last.month - first.month
    months = look.counted(passed, "{n} month", "{n} months")
    return look.say("To a customer vision in {months} and {count}", months=months, count=count)


def _phase_subtitle(steps: Sequence[Any], look: Look) -> str:
    text, span = look.say("What happened in each phase"), _span(steps)
    if not span:
        return text
    first, last = (look.month(day) for day in span)
    return text + look.say(", from {first} to {last}", first=first, last=last)


def roadmap(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the years of the roadmap as columns that step up.

    Parameters
    ----------
    vision : Vision
        With `roadmap`; `ambition` is drawn beneath when there is one.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no roadmap.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> year = Part(year="2020", label="Restore", text="", items=["fewer fails"])
    >>> vision = Part(roadmap=[year], ambition="Ever more 8+")
    >>> roadmap(vision, look=Look("en"), origin="published").caption.title
    '2020: restore'
    """
    years = part(vision, "roadmap")
    kind = look.say("A column for every year")
    found = [
        {"head": str(year.year), **step}
        for year, step in zip(years, _steps(years, look), strict=True)
    ]
    return diagram(
        look,
        "roadmap",
        {"lines": divided(found, _ABREAST), "text": said(vision.ambition, look)},
        title=_year_title(years, look),
        subtitle=look.say("What we do each year to make ever more customers happy"),
        alt=sentences(in_words(kind, years, look, by="year"), said(vision.ambition, look)),
        origin=origin,
        note=note(vision, "roadmap", look),
    )


def _year_title(years: Sequence[Any], look: Look) -> str:
    first = inside(years[0].label, look)
    if len(years) == 1:
        return f"{years[0].year}: {first}"
    count = look.in_words(len(years))
    return opened(look.say("{count} years, {count} steps: first {first}", count=count, first=first))


def values(vision: Any, definitions: Sequence[Any] = (), *, look: Look, origin: str) -> Figure:
    """Draw a tile for every customer value, in the colour of its domain.

    Parameters
    ----------
    vision : Vision
        With `values`: promise and behaviours.
    definitions : sequence
        The values of the study: `id`, `label` and `domain` of each. A value that is not among
        them goes by its id.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no values.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(values=[Part(id="ease", promise="No fuss", behaviours=["Easy to reach"])])
    >>> values(vision, look=Look("en"), origin="published").caption.alt
    'Tiles. ease: No fuss. Easy to reach.'
    """
    promises = part(vision, "values")
    known = {definition.id: definition for definition in definitions}
    domains = [getattr(known.get(promise.id), "domain", None) or "" for promise in promises]
    names = [said(known[p.id].label, look) if p.id in known else p.id for p in promises]
    marks = look.marks(domains)
    used = dict.fromkeys(domain for domain in domains if domain)
    # All behaviours are told where one page holds them, else fewer of each value.
    for most in _BEHAVIOURS:
        tiles = [
            _tile(promise, name, marks.get(domain), most, look)
            for promise, name, domain in zip(promises[:_TILES], names, domains, strict=False)
        ]
        figure = diagram(
            look,
            "values",
            {"lines": divided(tiles, 2)},
            title=_value_title(domains, look),
            subtitle=_value_subtitle(promises, domains, look)
            + partly(len(tiles), len(promises), look),
            alt=_value_alt(promises, names, look),
            origin=origin,
            note=note(vision, "values", look),
            key=[(marks[d], look.domain_label(d)) for d in used],
        )
        if height(figure) <= TALLEST:
            break
    return figure


def _tile(promise: Any, name: str, mark: Mark | None, most: int, look: Look) -> Part:
    fill = mark.fill if mark else look.brand.primary
    items = {"text": limited(promise.behaviours, most, look)}
    style = {"fill": fill, "colour": look.brand.on(fill), "marker": mark.marker if mark else ""}
    return {"head": name, "text": said(promise.promise, look), "items": items, **style}


def _largest(domains: Sequence[str]) -> str:
    """The domain with most values; nothing where there is no telling apart."""
    counts = {domain: domains.count(domain) for domain in domains if domain}
    largest = max(counts, key=lambda domain: counts[domain], default="")
    return "" if counts.get(largest, 0) in (1, len(domains)) else largest


def _value_title(domains: Sequence[str], look: Look) -> str:
    count = look.counted(len(domains), "{n} customer value", "{n} customer values")
    largest = _largest(domains)
    if not largest:
        guide = look.say("guide us")
        if len(domains) == 1:
            guide = look.say("guides us")
        return opened(f"{count} {guide}")
    share = domains.count(largest)
    some, rest = look.in_words(share), look.in_words(len(domains) - share)
    label = inside(look.domain_label(largest), look)
    other = [inside(look.domain_label(d), look) for d in dict.fromkeys(domains) if d != largest]
    others = look.listed([text for text in other if text]) or look.say("others")
    return opened(
        look.say(
            "{count}: {rest} about {others}, {some} about {label}",
            count=count,
            rest=rest,
            others=others,
            some=some,
            label=label,
        )
    )


def _value_subtitle(promises: Sequence[Any], domains: Sequence[str], look: Look) -> str:
    text = look.say("What we promise and how customers notice")
    largest, pairs = _largest(domains), zip(promises, domains, strict=True)
    counts = [len(promise.behaviours) for promise, domain in pairs if domain == largest]
    if not largest or not sum(counts):
        return text
    total = f"{sum(counts)} ({' + '.join(str(count) for count in counts)})"
    label = inside(look.domain_label(largest), look)
    return text + f"; {label}: {total} " + look.say("behaviours")


def _value_alt(promises: Sequence[Any], names: Sequence[str], look: Look) -> str:
    told = [look.say("Tiles")]
    for promise, name in zip(promises, names, strict=True):
        behaviours = "; ".join(said(text, look) for text in promise.behaviours)
        told += [f"{name}: {said(promise.promise, look)}", opened(behaviours)]
    return sentences(*told)
