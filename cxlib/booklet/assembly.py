"""The pages of the booklet, as far as a study's results allow, and their photographs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from cxlib.booklet.numbers import REPEATED
from cxlib.booklet.photos import bare
from cxlib.booklet.source import Source
from cxlib.booklet.tables import table, tiles
from cxlib.booklet.wording import Value, Wording
from cxlib.problems import TextFault
from cxlib.run.results import ResultsError


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
