"""Photos: only those that the study folder holds, with the consent of who is in them."""

from __future__ import annotations

from typing import Any

from cxlib.booklet.source import Source
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
    known = _usable(source).get(slot)
    if known is None:
        return None
    path = source.study.folder / str(known.file)
    name = f"photo-{slot}{path.suffix.lower()}"
    files[name] = path.read_bytes()
    credit = f"{source.word('photo')}: {known.credit.at(source.language)}" if known.credit else ""
    return {"file": name, "alt": known.alt.at(source.language), "credit": credit}


def _usable(source: Source) -> dict[str, Photo]:
    photos = source.study.vision.photos if source.study.vision else []
    folder = source.study.folder
    return {p.slot: p for p in photos if p.file and p.consent and (folder / p.file).is_file()}
