"""A language in which every word of the catalogue is made up."""

import re
import shutil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from cxlib.language import WORDS

MADE_UP = "eo"  # a language that Babel writes numbers, lists and months in


def strange(text: str) -> str:
    """A message with every letter replaced; placeholders stay."""
    parts = re.split(r"(\{[^{}]*\})", text)
    return "".join(p if p.startswith("{") else re.sub(r"[^\W\d_]", "ø", p) for p in parts)


def write_words(folder: Path) -> None:
    """Write a catalogue with all messages into a folder, beside the Dutch one."""
    shutil.copy(WORDS / "nl.po", folder)
    catalogue = Catalog(locale=MADE_UP)
    with (WORDS / "nl.po").open("rb") as file:
        for entry in read_po(file):
            if entry.id:
                one = strange(entry.id) if isinstance(entry.id, str) else None
                catalogue.add(entry.id, one or tuple(strange(text) for text in entry.id))
    with (folder / f"{MADE_UP}.po").open("wb") as file:
        write_po(file, catalogue)
