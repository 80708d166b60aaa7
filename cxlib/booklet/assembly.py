"""The pages of the booklet, as far as a study's results allow, and their photographs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from cxlib.booklet.numbers import viewpoints
from cxlib.booklet.source import Source
from cxlib.booklet.tables import table, tiles
from cxlib.booklet.wording import Value, Wording
from cxlib.run.results import ResultsError
from cxlib.study.vision import Photo


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
    """
    known = _photos(source).get(slot)
    if known is None:
        return None
    path = source.study.folder / str(known.file)
    name = f"photo-{slot}{path.suffix.lower()}"
    files[name] = path.read_bytes()
    credit = f"{source.word('photo')}: {known.credit.at(source.language)}" if known.credit else ""
    return {"file": name, "alt": known.alt.at(source.language), "credit": credit}


def _photos(source: Source) -> dict[str, Photo]:
    photos = source.study.vision.photos if source.study.vision else []
    folder = source.study.folder
    return {p.slot: p for p in photos if p.file and p.consent and (folder / p.file).is_file()}


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
        if spec.get("repeat") != "viewpoints":
            of = spec.get("subject", "")
            own = {n.replace(f"kpi.{of}.", "kpi."): value for n, value in self.values.items()}
            yield self._page(spec, replace(self.source, subject=of), own)
            return
        for i, known in enumerate(viewpoints(self.source), start=1):
            one = {**spec, "id": f"{spec['id']}-{i}", "figures": [f"viewpoint_{i}"]}
            yield self._page(one, replace(self.source, subject=str(i)), {**self.values, **known})

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
            "lead": " ".join(self._lead(spec, wording, values)),
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

    def _lead(
        self, spec: dict[str, Any], wording: Wording, values: Mapping[str, Value]
    ) -> list[str]:
        story = values.get("viewpoint.story") if spec.get("repeat") else None
        # A study's own story is data: it is set as it stands, never filled in.
        return (
            [str(story.value)]
            if story
            else wording.sentences(_usable(spec.get("lead", []), values))
        )

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
            drawn.append(
                {
                    "figure": {part: figure.record[part] for part in _FIGURE},
                    "title": figure.title,
                    "origin": figure.origin,
                    "notebook": figure.record.get("notebook", ""),
                }
            )
        return drawn


def _heading(spec: dict[str, Any], wording: Wording) -> str:
    known = spec.get("heading", [])
    return "".join(wording.sentences(known if isinstance(known, list) else [known])[:1])


def _usable(texts: list[str | dict[str, str]], values: Mapping[str, Value]) -> list[str]:
    """The messages, but those that hold only if there is a value that this study lacks."""
    said = [{"text": text} if isinstance(text, str) else text for text in texts]
    return [text["text"] for text in said if "if" not in text or text["if"] in values]
