"""The pages of the booklet, as far as results allow, and all else that the templates set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from cxlib.booklet.numbers import REPEATED, group_names, period_name, values
from cxlib.booklet.photos import bare
from cxlib.booklet.source import Source
from cxlib.booklet.tables import key_numbers, table, tiles, withheld
from cxlib.booklet.wording import WORDS, Value, Wording
from cxlib.figures.brand import TEXT_CONTRAST, Brand, contrast, mix
from cxlib.problems import TextFault
from cxlib.run.fields import title
from cxlib.run.results import ResultsError


def palette(brand: Brand) -> dict[str, str]:
    """Colours by the name that the templates know them by.

    Parameters
    ----------
    brand : Brand
        Checked house colours.

    Examples
    --------
    >>> colours = palette(Brand())
    >>> colours["on_primary"], contrast(colours["deep"], "#FFFFFF") >= TEXT_CONTRAST
    ('#FFFFFF', True)
    """
    house = ("primary", "secondary", "accent")
    colours = {name: getattr(brand, name) for name in (*house, "ink", "muted", "rule")}
    colours |= {f"on_{name}": brand.on(colours[name]) for name in house}
    return colours | {
        "pale": brand.tint(0.07),
        "warm": mix(brand.accent, 0.2),
        "deep": deep(brand.secondary, brand.ink),
        "wall1": mix(brand.secondary, 0.32, brand.primary),
        "wall2": brand.secondary,
        "wall3": mix(brand.secondary, 0.64, brand.primary),
        "pane": mix(brand.primary, 0.9, brand.ink),
    }


def deep(colour: str, ink: str) -> str:
    """A colour darkened just until small text in it can be read on its own pale tint."""
    shares = [step / 20 for step in range(20, -1, -1)]
    darker = (mix(colour, share, ink) for share in shares)
    return next(c for c in darker if contrast(c, "#FFFFFF") >= TEXT_CONTRAST + 0.5 or c == ink)


Document = tuple[dict[str, Any], dict[str, bytes]]
SHORT = 14  # pages
PLAIN_STREET = [2, 4, 3, 5, 4, 2, 3]


def booklet(source: Source) -> Document:
    """Content and files of the booklet.

    Parameters
    ----------
    source : Source
        A study and its results in one language.

    Returns
    -------
    dict, dict of name to bytes
        What the template sets, and the figures that it shows.
    """
    named = values(source)
    pages = Pages(source, named)
    found = _merged(pages.all())
    origins = _origins(source, found)
    mark = any(page["simulated"] for page in found)
    for page in found:
        page |= {"values": _values(source), "quote": _said(source, "ambition") or None}
        del page["count"]  # which only the table of figures asked for
        if page["kind"] == "account":
            page |= {"table": origins, "colophon": _colophon(source), "simulated": mark}
            page |= {"numbers": key_numbers(source), "withheld": withheld(source)}
            page["lead"] = " ".join([page["lead"], *_simulated(source, found)])
        page["note"] = source.word("simulated_note") if mark and page["id"] == "contents" else ""
    content = _shared(source) | {
        "title": source.study.config.title.at(source.language),
        "chapters": _number_chapters(source, found),
        "pages": found,
        "tile_level": 3,
        "years": _years(source, named),
        "simulated": mark,
        "back": _back(source),
        "photo": photo("cover", source, pages.files),
    }
    return content, pages.files


def _merged(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """In a short booklet the contents and the research in brief share a page."""
    brief = next((page for page in pages if page["id"] == "research"), None)
    if brief is None or len(pages) > SHORT:
        return pages
    contents = next(page for page in pages if page["kind"] == "contents")
    contents |= {name: brief[name] for name in ("lead", "tiles", "meaning", "simulated")}
    return [page for page in pages if page is not brief]


def card(source: Source) -> Document:
    """Content of the one-page card for staff; empty where the vision names no values."""
    vision = source.study.vision
    if vision is None or not vision.values:
        return {}, {}
    words = vision.card
    names = ("title", "subtitle", "line")
    spoken = {name: source.look.own(getattr(words, name, None)) for name in names}
    spoken["title"] = spoken["title"] or source.word("card_title")
    spoken["line"] = spoken["line"] or _said(source, "ambition")
    simulated = "simulated" in (vision.origin("values"), vision.origin("card"))
    own = {"values": _values(source), "tile_level": 1, "simulated": simulated}
    return _shared(source) | spoken | own, {}


def _shared(source: Source) -> dict[str, Any]:
    config, facts, street = source.study.config, source.study.facts, _street(source)
    return {
        "lang": source.language,
        "region": source.look.region,
        "organisation": config.name,
        "subtitle": source.look.own(config.subtitle),
        "keywords": [source.word("keyword"), source.study.id, source.period.label],
        "colours": palette(source.look.brand),
        "words": {name: source.word(name) for name in WORDS["words"]},
        "street": street,
        "lit": len(facts.top_cards) if facts and facts.top_cards else sum(street) // 3,
    }


def _number_chapters(source: Source, pages: list[dict[str, Any]]) -> list[str]:
    """Give every page the number of its chapter, and say which page opens one."""
    chapters = list(dict.fromkeys(page["chapter"] for page in pages if page["chapter"]))
    seen: set[str | None] = {None}
    for page in pages:
        chapter = page["chapter"]
        page["opens"] = chapter not in seen
        seen.add(chapter)
        page["chapter"] = chapters.index(chapter) if chapter else None
    names = group_names(source)
    return [source.word(chapter, "chapters").format(**names) for chapter in chapters]


def _values(source: Source) -> list[dict[str, Any]]:
    """The customer values as tiles: what we promise, how it shows, and the domain's colour."""
    vision, brand, marks = source.study.vision, source.look.brand, source.look.marks()
    domain_of = {value.id: value.domain for value in source.study.config.values}
    tiles = []
    for value in vision.values if vision else []:
        mark = marks.get(domain_of.get(value.id) or "", brand.marks(1)[0])
        tile: dict[str, Any] = {"fill": mark.fill, "on": brand.on(mark.fill), "shape": mark.marker}
        texts = [text.at(source.language) for text in value.behaviours]
        tile |= {"label": source.name("values", value.id), "behaviours": texts}
        tiles.append(tile | {"promise": value.promise.at(source.language)})
    return tiles


def _street(source: Source) -> list[int]:
    """Windows of each house: the columns of the Q-sort, or else a street of its own."""
    grid = source.study.grid
    columns = [grid[place] for place in sorted(grid)] if grid else PLAIN_STREET
    return [max(count, 1) for count in columns]


def _years(source: Source, named: Mapping[str, Value]) -> str:
    if "roadmap.first" in named:
        return f"{named['roadmap.first'].value}–{named['roadmap.last'].value}"
    return "" if source.period.end is None else str(source.period.end.year)


def _said(source: Source, part: str) -> str:
    return source.look.own(getattr(source.study.vision, part, None))


def _back(source: Source) -> dict[str, str]:
    config, quote = source.study.config, _said(source, "ambition")
    title = config.title.at(source.language)
    return {
        "label": source.word("ambition") if quote else "",
        "quote": quote or source.look.own(config.subtitle) or title,
        "text": _said(source, "purpose"),
        "line": f"{config.name} · {title}",
    }


def _origins(source: Source, pages: list[dict[str, Any]]) -> dict[str, list[Any]]:
    """One row a figure: page, title, where its data come from, people behind it, analysis."""
    rows = []
    for page in pages:
        count = page["count"]
        n = source.number(count.value) if count else source.word("not_recorded")
        for figure in page["figures"]:
            origin = source.word(f"origin_{figure['origin']}")
            analysis = title("notebooks", figure["notebook"], source.language)
            rows.append([page["id"], figure["title"], origin, n, analysis])
    heads = ("page_short", "figure", "data", "people", "analysis")
    return {"head": [source.word(name) for name in heads], "rows": rows}


def _simulated(source: Source, pages: list[dict[str, Any]]) -> list[str]:
    """How many of the figures rest on simulated rows, where any do."""
    origins = [figure["origin"] for page in pages for figure in page["figures"]]
    if "simulated" not in origins:
        return []
    counts = {"figures": len(origins), "simulated": origins.count("simulated")}
    words = {name: source.number(count, "w") for name, count in counts.items()}
    return [source.word("simulated_count").format(**words)]


def _colophon(source: Source) -> list[str]:
    config = source.study.config
    said = source.look.own(config.source).rstrip(".")
    cited = f"{source.word('source')}: {said}." if said else ""
    cover = source.word("cover_note" if source.study.grid else "cover_plain")
    period = f"{source.word('period')}: {period_name(source)}."
    return [part for part in (cited, period, cover, source.word("typeface")) if part]


def photo(slot: str, source: Source, files: dict[str, bytes]) -> dict[str, Any] | None:
    """The photo for a slot, or None; its file is added to `files`.

    Parameters
    ----------
    slot : str
        Name of the place, as in vision.yaml: cover, tenants, team.
    source : Source
        A study in one language.
    files : dict of name to bytes
        What the templates may show.

    Raises
    ------
    StudyError
        If the file is no picture.
    """
    for known in source.study.vision.photos if source.study.vision else ():
        path = source.study.folder / str(known.file)
        if known.slot == slot and known.file and known.consent and path.is_file():
            try:
                picture, kind = bare(path.read_bytes())
            except OSError as error:
                remedy = "Save it again as JPEG or PNG."
                raise TextFault("a picture that opens", remedy, file=str(known.file)) from error
            name = f"photo-{slot}.{kind}"
            files[name] = picture
            credit = source.look.own(known.credit)
            credit = credit and f"{source.word('photo')}: {credit}"
            return {"file": name, "alt": known.alt.at(source.language), "credit": credit}
    return None


SPECS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "pages.yaml").read_text(encoding="utf-8")
)
# What a published figure is drawn from.
_FIGURE = ("language", "title", "subtitle", "source", "alt", "colours", "key", "body")


@dataclass
class Pages:
    """Pages in one language, with the files that they show.

    Parameters
    ----------
    source : Source
        A study and its results.
    values : dict of name to Value
        What texts may mention.
    files : dict of name to bytes
        Filled with the figures of the pages.
    """

    source: Source
    values: Mapping[str, Value]
    files: dict[str, bytes] = field(default_factory=dict)

    def all(self) -> list[dict[str, Any]]:
        """Every page that the study has the figures, numbers or texts for, in order."""
        made = [page for spec in SPECS for page in self._made(spec)]
        return [page for page in made if page is not None]

    def _made(self, spec: dict[str, Any]) -> Iterator[dict[str, Any] | None]:
        subjects = REPEATED[spec["repeat"]](self.source) if "repeat" in spec else {"": {}}
        for name, known in subjects.items():
            one = {**spec, "id": f"{spec['id']}-{name}"} if name else spec
            if name:
                one["figures"] = [f"{spec['id']}_{name}"]
            source, values = replace(self.source, subject=name), {**self.values, **known}
            page = self._page(one, source, values)
            yield page and page | _own(spec, values)

    def _page(
        self, spec: dict[str, Any], source: Source, values: Mapping[str, Value]
    ) -> dict[str, Any] | None:
        figures = self._figures(spec)
        section = spec.get("needs")
        if ("figures" in spec and not figures) or spec.get("unless", "") in values:
            return None
        if section and not getattr(source.study.vision, section, None):
            return None
        wording = Wording(source.language, values)
        numbers, origins = tiles(spec.get("tiles", []), source, values)
        shown = photo(spec["photo"], source, self.files) if "photo" in spec else None
        if (spec.get("kind") == "why" and len(numbers) < 2) or ("photo" in spec and not shown):
            return None
        below = table(spec["table"], source) if "table" in spec else None
        page = {
            "id": spec["id"],
            "kind": spec.get("kind", "figure"),
            "chapter": spec.get("chapter"),
            "heading": _heading(spec, wording) or (figures[0]["title"] if figures else ""),
            "lead": " ".join(wording.sentences(_usable(spec.get("lead", []), values))),
            "figures": figures,
            "tiles": numbers,
            "table": below.content() if below else None,
            "pull": "".join(wording.sentences(_usable(spec.get("pull", []), values))[:1]),
            "meaning": wording.sentences(_usable(spec.get("meaning", []), values)),
            "ask": next(iter(wording.sentences([spec["ask"]] if "ask" in spec else [])), None),
            "photo": shown,
            "count": values.get(spec.get("count", "")),
        }
        origins |= wording.origins | {figure["origin"] for figure in figures}
        origins |= {below.origin} if below else set()
        origins |= (
            {source.study.vision.origin(section)} if section and source.study.vision else set()
        )
        return page | {"simulated": "simulated" in origins}

    def _figures(self, spec: dict[str, Any]) -> list[dict[str, Any]]:
        drawn = []
        for name in spec.get("figures", []):
            figure = self.source.results.figures.get((name, self.source.language))
            if figure is None:
                continue
            if set(_FIGURE) - set(figure.record):
                raise ResultsError(
                    f"figure {name} was published without its data, as earlier versions did; "
                    "publish this period again (make)"
                )
            made = {"origin": figure.origin, "notebook": figure.record.get("notebook", "")}
            shown = {part: figure.record[part] for part in _FIGURE}
            drawn.append({"figure": shown, "title": figure.title, **made})
        return drawn


def _own(spec: dict[str, Any], values: Mapping[str, Value]) -> dict[str, str]:
    """The study's own words for a page: data, set as they stand and never filled in."""
    named = {part: f"{spec['id']}.own_{part}" for part in ("heading", "lead", "ask")}
    return {part: str(values[name].value) for part, name in named.items() if name in values}


def _heading(spec: dict[str, Any], wording: Wording) -> str:
    known = spec.get("heading", [])
    return "".join(wording.sentences(known if isinstance(known, list) else [known])[:1])


def _usable(texts: list[str | dict[str, str]], values: Mapping[str, Value]) -> list[str]:
    """The messages, but those that hold only if there is a value that this study lacks."""
    said = [{"text": text} if isinstance(text, str) else text for text in texts]
    return [text["text"] for text in said if "if" not in text or text["if"] in values]
