"""A third language is a catalogue and the study's own texts: from the folder to the booklet."""

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml
from booklet_reading import QUARTER, page_texts
from made_up_language import MADE_UP, write_words
from published_run import HEIGHTS, publish, tables

from cxlib import booklet, figures, language
from cxlib.places import RAW
from cxlib.run import Publication
from cxlib.run.fields import field
from cxlib.run.index import write_index
from cxlib.study import Study, Text, check

BABEL = {"kaj", "aŭ", "kvarono", "jarkvarono"}  # its lists and its quarters


def found(text: str) -> set[str]:
    """The words of a text that are not of the made-up language."""
    return {word for word in re.findall(r"[^\W\d_]+", text.lower()) if {*word} != {"ø"}}


def renamed(part: Any) -> Any:
    """Settings whose English texts are said to be in the made-up language."""
    if isinstance(part, list):
        return [renamed(piece) for piece in part]
    if not isinstance(part, dict):
        return part
    return {MADE_UP if key == "en" else key: renamed(piece) for key, piece in part.items()}


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "words"
    folder.mkdir()
    write_words(folder)
    monkeypatch.setattr(language, "WORDS", folder)


@pytest.fixture
def folder(tmp_path: Path, words: None) -> Path:
    """The demo with its English texts in the made-up language."""
    path = shutil.copytree(RAW / "haag-wonen", tmp_path / "study")
    for file in path.glob("*.yaml"):
        said = renamed(yaml.safe_load(file.read_text(encoding="utf-8")))
        if file.name == "study.yaml":
            said["languages"] = [MADE_UP, "nl"]
            said["values"][0]["label"] = {"en": "Nobody reads this", "nl": "Alleen Nederlands"}
            del said["values"][0]["short"]
        file.write_text(yaml.safe_dump(said, allow_unicode=True, sort_keys=False), "utf-8")
    for file in path.glob("*.csv"):
        head, _, rows = file.read_text(encoding="utf-8").partition("\n")
        file.write_text(re.sub(r"_en\b", f"_{MADE_UP}", head) + "\n" + rows, "utf-8")
    return path


def test_a_study_in_a_third_language_reaches_its_booklet(folder: Path, tmp_path: Path) -> None:
    demo, study = Study.open("haag-wonen"), Study.open(folder)
    assert study.cards.columns[:4].tolist() == [
        f"{stem}_{code}" for stem in ("label", "short") for code in (MADE_UP, "nl")
    ]
    assert study.cards[f"short_{MADE_UP}"].equals(demo.cards["short_en"])
    assert study.label("journeys", "repairs", MADE_UP) == demo.label("journeys", "repairs", "en")
    first = study.config.values[0].id
    assert study.label("values", first, MADE_UP) == "Alleen Nederlands"  # the study's other one

    out = tmp_path / "out"
    publication = Publication(study, "03_importance", language=MADE_UP, output=out)
    scores = tables()["card_scores"].set_index("card")
    publication.figure("top_cards", figures.top_cards, scores, study.cards, origin="simulated")
    drawn = json.loads((out / "figures" / f"top_cards.{MADE_UP}.json").read_text())
    assert demo.cards.loc["c01", "short_en"] in json.dumps(drawn) and "ø" in drawn["title"]

    write_index(out, study)
    page = (out / "index.html").read_text("utf-8")
    assert f'<html lang="{MADE_UP}"' in page and 'hreflang="nl">Nederlands</a>' in page

    results = publish(tmp_path / "run", languages=study.config.languages)
    paths = booklet.build(study, results, tmp_path / "made", period=QUARTER)
    assert {path.name for path in paths} == {
        f"{name}.{code}.pdf" for name in ("booklet", "card") for code in (MADE_UP, "nl")
    }
    with pikepdf.open(tmp_path / "made" / f"booklet.{MADE_UP}.pdf") as pdf:
        assert str(pdf.Root.Lang) == MADE_UP
    text = " ".join(page_texts(tmp_path / "made" / f"booklet.{MADE_UP}.pdf"))
    assert demo.config.title.at("en") in text and "Alleen Nederlands" in text
    assert re.search(r"\b21\s000\b", text) and re.search(r"€\s542\b", text) and "7,4" in text
    files = [file.read_text("utf-8") for file in folder.glob("*.*")]
    own = found(" ".join([*files, *HEIGHTS, "Titel van"])) | BABEL
    assert found(text) - own == set()  # what the code says, it says by the catalogue


def test_what_a_booklet_says_of_itself_has_the_language(folder: Path) -> None:
    speaker = language.Speaker(MADE_UP)
    assert (speaker.region, speaker.tongue("nl")) == (None, "nederlanda")
    assert field("remark_themes", f"label_{MADE_UP}").meaning["nl"] == "Naam in het Esperanto"
    assert Text.said("Viewpoint {n}", n="2").at(MADE_UP) == "øøøøøøøøø 2"


def test_a_language_without_words_is_reported_in_one_line(folder: Path) -> None:
    for name, old, new in (
        ("facts.yaml", f"{MADE_UP}: homes", "fr: maisons"),
        ("study.yaml", f"- {MADE_UP}\n", "- fr\n"),
        ("cards.csv", "label_nl", "label_fr"),
    ):
        content = (folder / name).read_text("utf-8")
        assert old in content
        (folder / name).write_text(content.replace(old, new, 1), "utf-8")
    expected = "expected a language that there are words for. Use one of: en, eo, nl."
    assert [str(problem) for problem in check(folder)] == [
        f'study.yaml, line 10, key languages.0: found "fr"; {expected}',
        f'facts.yaml, line 9, key facts.0.label.fr: found "fr"; {expected}',
        f"Hint: cards.csv, column label_fr: {expected}",
    ]
