"""Every message of the code is in every catalogue, with the same placeholders."""

import io
import json
import re
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

import cxlib
from cxlib import language
from cxlib.language import WORDS, Speaker, extract, extract_yaml

CODE = Path(cxlib.__file__).parent
WORDED = ("booklet/pages.yaml", "booklet/words.yaml", "figures/names.yaml", "run/fields.yaml")
Message = str | tuple[str, ...]


def messages() -> set[Message]:
    """What the code says, as the extractor finds it."""
    code = [io.BytesIO(path.read_bytes()) for path in sorted(CODE.rglob("*.py"))]
    known = {m for file in code for _, _, m, _ in extract(file)}
    for notebook in sorted((CODE.parent / "notebooks").glob("*.ipynb")):
        for cell in json.loads(notebook.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                known |= {m for _, _, m, _ in extract(io.BytesIO("".join(cell["source"]).encode()))}
    for page in sorted(CODE.glob("run/*.html")):
        known |= {m for _, _, m, _ in babel_extract(io.BytesIO(page.read_bytes()), ["_"], [], {})}
    for file in WORDED:
        known |= {m for _, _, m, _ in extract_yaml(io.BytesIO((CODE / file).read_bytes()))}
    assert len(known) > 1000
    return known


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def every(text: Message) -> list[str]:
    return [text] if isinstance(text, str) else list(text)


@pytest.fixture(params=sorted(WORDS.glob("*.po")), ids=lambda path: path.stem)
def catalogue(request: pytest.FixtureRequest) -> Catalog:
    with request.param.open("rb") as file:
        return read_po(file)


def test_every_message_has_its_words(catalogue: Catalog) -> None:
    said = {entry.id: entry.string for entry in catalogue if entry.id}
    missing = {m for m in messages() if not all(every(said.get(m, "")))}
    assert not missing
    idle = set(said) - messages()  # nothing that the code no longer says
    assert not idle


def test_placeholders_are_those_of_the_message(catalogue: Catalog) -> None:
    checked = 0
    for entry in catalogue:
        allowed = set().union(*(placeholders(text) for text in every(entry.id)))
        for text in every(entry.string):
            assert placeholders(text) <= allowed, entry.id
            assert not placeholders(every(entry.id)[-1]) - placeholders(text), entry.id
            checked += 1
    assert checked > 200


def test_spaces_at_the_ends_are_kept(catalogue: Catalog) -> None:
    def ends(text: str) -> tuple[bool, bool]:
        return text != text.lstrip(" "), text != text.rstrip(" ")

    for entry in catalogue:
        if isinstance(entry.id, str):
            assert ends(entry.id) == ends(str(entry.string)), entry.id


def test_a_third_language_is_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
    words = 'msgid "least important"\nmsgstr "am wenigsten wichtig"\n'
    (tmp_path / "de.po").write_text(head + words, encoding="utf-8")
    monkeypatch.setattr(language, "WORDS", tmp_path)
    speaker = Speaker("de")
    assert speaker.say("least important") == "am wenigsten wichtig"
    assert speaker.number(21000.5, 1) == "21.000,5" and speaker.percent(0.5) == "50\u00a0%"
    assert speaker.listed(["a", "b", "c"]) == "a, b und c"


def test_numbers_round_as_they_did() -> None:
    speaker = Speaker("nl")
    assert [speaker.percent(x / 1000) for x in (5, 15, 25, 995)] == ["0%", "2%", "2%", "100%"]
    assert speaker.percent(float("nan")) == "–" and speaker.number(None) == "–"
    assert re.fullmatch("−0,3", speaker.signed(-0.26))
