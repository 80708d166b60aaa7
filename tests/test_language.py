"""Every message of the code is in every catalogue, with the same placeholders."""

import io
import json
import re
from pathlib import Path
from string import Formatter

import numpy as np
import pandas as pd
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract
from messages import extract, extract_yaml

import cxlib
from cxlib import drivers, importance, language, qmethod, survey
from cxlib.language import WORDS, Note, Speaker

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


def poor_notes(wing: str) -> list[str]:
    """Notes of a wing on rows that hardly carry an analysis."""
    few = pd.DataFrame({"a": [5, 6, 8.0], "b": [5, 6, 8.0], "c": [7, 7, 7.0], "d": [np.nan] * 3})
    groups, weights = pd.Series(["x", "y", None]), pd.Series([1, 2, 1.0])
    if wing == "survey":
        scales = {"ease": few[["a", "b"]], "safe": few[["c", "d"]]}
        weighed = survey.raking(
            pd.DataFrame({"place": ["x", "y"]}), {"place": {"x": 1, "y": 1, "z": 1}}
        )
        found = [survey.omega(few), survey.efa(few, 2), survey.confirm(scales, 2), weighed]
    elif wing == "drivers":
        y = pd.Series([5, 6, 7.0])
        found = [drivers.least_squares(few, y), drivers.bootstrap_importance(few, y, n_resamples=9)]
        found += [drivers.mixed(few, y, groups, weights), drivers.ordinal(few, y)]
    elif wing == "qmethod":
        sorts = pd.DataFrame(np.random.default_rng(1).integers(-2, 3, (9, 6))).add_prefix("s")
        solution = qmethod.analyse(sorts, 3, scores="standardised")
        found = [solution, solution.invert("f1")]
    else:
        sorts = pd.DataFrame({"p": [2, 1, 0], "q": [0, 1, np.nan]})
        found = [importance.kendall_w(sorts)]
        found += [importance.differences(sorts.fillna(2), pd.Series(["x", "x"], ["p", "q"]))]
    return [note for one in found for note in getattr(one, "notes", [getattr(one, "note", "")])]


@pytest.mark.parametrize("wing", ["survey", "drivers", "qmethod", "importance"])
def test_what_a_wing_notes_is_told_in_another_language(wing: str) -> None:
    notes = poor_notes(wing)
    assert len(set(notes)) > 1
    for note in notes:
        assert isinstance(note, Note) and Speaker("nl").told(note) != note, note


def test_a_note_is_english_and_is_told_in_another_language() -> None:
    few = Note("{n} respondents are too few for {k} items", n=1200, k=3)
    note = Note("not weighted to the margins: {why}", why=few)
    assert note == "not weighted to the margins: 1200 respondents are too few for 3 items"
    told = Speaker("nl").told(note)
    assert told.startswith("niet gewogen") and told.endswith(
        "1.200 respondenten is te weinig voor 3 vragen"
    )
    assert Speaker("nl").told("as it is") == "as it is"
