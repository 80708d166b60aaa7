"""A small study that passes the check, for each test to spoil."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cxlib.new import new

Edit = Callable[..., None]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh study folder, as `cxlib new` writes it."""
    place = tmp_path / "example"
    new(place)
    return place


@pytest.fixture
def edit(folder: Path) -> Edit:
    """Replace a piece of text in a file of that folder."""

    def replace(name: str, old: str, new: str, encoding: str = "utf-8") -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8-sig")
        assert old in text, f"{old!r} is not in {name}"
        path.write_text(text.replace(old, new, 1), encoding=encoding)

    return replace
