"""What stands on the pages: only what was published, and marked where it was simulated."""

import io
import re
from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
import yaml
from booklet_reading import QUARTER, overlaps, page_texts
from messages import extract_yaml
from pdf_structure import elements
from pikepdf import Stream
from PIL import Image
from published_run import FINDINGS, HEIGHTS, publish, tables

from cxlib import booklet
from cxlib.booklet import wording
from cxlib.run.results import ResultsError
from cxlib.study import Study, Text
from cxlib.study.config import StudyConfig

SORTS = ["top_cards", "composite_sort", "viewpoint_1", "viewpoint_2", "viewpoint_zscores"]
SURVEY = ["value_profile", "drivers", "eight_plus", "kpi_satisfaction"]


def pages_of(study, results, folder, language="nl") -> list[str]:
    booklet.build(study, results, folder, period=QUARTER, languages=[language])
    return page_texts(folder / f"booklet.{language}.pdf")


def notes(texts: list[str]) -> list[str]:
    """The pages that are there for a reader's own words."""
    return [text for text in texts if "AANTEKENINGEN" in text or "NOTES" in text]


def some(folder, names, **options):
    return publish(folder, figures={name: HEIGHTS[name] for name in names}, **options)


def bare(study, **changes):
    """The study without vision and facts, so with the research alone."""
    return replace(study, _vision=None, _facts=None, **changes)


def test_no_number_is_typed_into_a_text():
    files = [Path(wording.__file__).with_name(f"{name}.yaml") for name in ("pages", "words")]
    spoken = [
        text for file in files for _, _, text, _ in extract_yaml(io.BytesIO(file.read_bytes()))
    ]
    assert len(spoken) > 200
    for text in spoken:
        assert not re.search(r"\d", re.sub(r"\{[^}]*\}", "", text)), text


CHANGES = {  # finding: its new value, and how it is written before and after
    "share_top": (0.613, "47%", "61%"),
    "p_top_last": (0.283, "41%", "28%"),
    "r2": (0.334, "49%", "33%"),
    "mean_grade": (8.94, "7,5", "8,9"),
}


def test_a_changed_finding_changes_the_text(study, made, tmp_path):
    old = " ".join(page_texts(made["booklet.nl.pdf"]))
    changed = {name: {**FINDINGS[name], "value": value[0]} for name, value in CHANGES.items()}
    run = publish(tmp_path / "run", findings={**FINDINGS, **changed})
    new = " ".join(pages_of(study, run, tmp_path / "out"))
    for _, before, after in CHANGES.values():
        assert before in old
        assert new.count(after) > old.count(after)
        assert new.count(before) < old.count(before)


def test_a_sentence_without_its_number_is_left_out(study, made, tmp_path):
    without = {name: entry for name, entry in FINDINGS.items() if name != "p_top_last"}
    texts = pages_of(study, publish(tmp_path / "run", findings=without), tmp_path / "out", "en")
    assert "in last place on this list" in " ".join(page_texts(made["booklet.en.pdf"]))
    assert "in last place on this list" not in " ".join(texts)
    assert "{" not in " ".join(texts)


def test_pages_that_rest_on_simulated_rows_say_so(study, made):
    for language, mark in (("nl", "Gesimuleerde gegevens"), ("en", "Simulated data")):
        texts = page_texts(made[f"booklet.{language}.pdf"])
        marked = [number for number, text in enumerate(texts, start=1) if mark in text]
        heading = {"nl": "Hoe zeker is de volgorde?", "en": "How certain is the order?"}[language]
        house = {"nl": "Zes vragen, één huis", "en": "Six questions, one house"}[language]
        at = {title: next(i for i, t in enumerate(texts, 1) if title in t and i > 2)
              for title in (heading, house)}  # fmt: skip
        assert at[heading] in marked
        assert at[house] not in marked


def test_a_simulated_part_of_the_vision_is_marked(study, tmp_path):
    vision = study.vision.model_copy(update={"provenance": {"values": "simulated"}})
    run = publish(tmp_path / "run", figures={}, frames={}, findings={})
    texts = pages_of(replace(study, _vision=vision), run, tmp_path / "out")
    marked = [text for text in texts if "Gesimuleerde gegevens" in text]
    assert any("Zes klantwaarden" in text for text in marked)
    assert any("Wat kun jij morgen doen?" in text for text in marked)
    assert "Gesimuleerde gegevens" in page_texts(tmp_path / "out" / "card.nl.pdf")[0]


def test_collected_rows_bear_no_mark(study, tmp_path):
    config = study.config.model_copy(update={"languages": ["nl"]})
    real = bare(study, config=config)
    texts = pages_of(real, publish(tmp_path / "run", origin="collected"), tmp_path / "out")
    assert not [text for text in texts if "esimuleerd" in text]


HEADINGS = {
    "house": "Zes vragen, één huis",
    "top_cards": "Hoe zeker is de volgorde?",
    "drivers": "Wat het cijfer omhoog brengt",
    "benchmark": "Wij en andere corporaties",
    "viewpoint_3": "Doe wat je zegt",
}


def test_a_page_without_its_figure_is_left_out(study, made, tmp_path):
    whole = page_texts(made["booklet.nl.pdf"])
    fewer = some(tmp_path / "run", [name for name in HEIGHTS if name not in HEADINGS])
    texts = pages_of(study, fewer, tmp_path / "out")
    assert len(texts) - len(notes(texts)) == len(whole) - len(notes(whole)) - len(HEADINGS)
    for heading in HEADINGS.values():
        assert heading in whole[1], "the contents name it"
        assert heading not in " ".join(texts)


def test_pages_are_whole_sheets_and_none_holds_a_remnant(study, tmp_path):
    names, seen = list(HEIGHTS), set()
    for count in (1, 5, 10, 11, 12, 13, len(names) - 1, len(names)):
        run = some(tmp_path / f"run{count}", names[:count])
        texts = pages_of(study, run, tmp_path / f"out{count}")
        assert len(texts) % 4 == 0
        room = notes(texts)
        assert len(room) <= 3
        assert sum("COLOFON" in text.upper() for text in texts) == 1
        others = [text for text in texts[1:-1] if text not in room]
        assert min(len(text) for text in others) > 150, min(others, key=len)
        seen.add(len(room))
    assert len(seen) > 2, "several numbers of pages for notes were tried"


@pytest.mark.parametrize("count", [1, 12])
def test_one_value_and_twelve_fit_their_pages(study, tmp_path, count):
    values = [study.vision.values[i % 6] for i in range(count)]
    study = replace(study, _vision=study.vision.model_copy(update={"values": values}))
    texts = pages_of(study, publish(tmp_path / "run", figures={}), tmp_path / "out")
    (card,) = page_texts(tmp_path / "out" / "card.nl.pdf")
    pages = [card, *(text for text in texts[2:] if values[-1].behaviours[-1].nl in text)]
    assert len(pages) == 3
    for value in values:
        label = study.label("values", value.id, "nl")
        assert all(text.count(label) >= count // 6 for text in pages)
    for name in ("booklet.nl.pdf", "card.nl.pdf"):
        assert overlaps(tmp_path / "out" / name) == []


def test_sorts_alone_give_a_short_booklet(study, tmp_path):
    findings = {name: FINDINGS[name] for name in ("n_cards", "n_sorts_tenants", "n_viewpoints")}
    run = some(tmp_path / "run", SORTS, findings=findings)
    texts = pages_of(bare(study), run, tmp_path / "out")
    assert len(texts) >= 9
    assert not (tmp_path / "out" / "card.nl.pdf").exists()
    assert "Rust in de buurt" in " ".join(texts)
    assert "Paarse krokodillen" not in " ".join(texts)


def test_survey_alone_gives_a_short_booklet(study, tmp_path):
    names = ("n_answers", "mean_grade", "share_top", "share_top_base", "share_fail", "r2")
    frames = {n: f for n, f in tables().items() if n in ("value_scores", "driver_shares")}
    run = some(tmp_path / "run", SURVEY, frames=frames, findings={n: FINDINGS[n] for n in names})
    texts = pages_of(bare(study), run, tmp_path / "out", "en")
    assert len(texts) >= 8
    assert "What moves the grade" in " ".join(texts)
    assert "Q-sort" not in " ".join(texts)


def test_nothing_published_still_makes_a_booklet(study, tmp_path):
    run = publish(tmp_path / "run", figures={}, frames={}, findings={})
    assert len(pages_of(bare(study), run, tmp_path / "out")) >= 4


def test_an_english_study_with_long_statements(tmp_path):
    folder = tmp_path / "study"
    (folder / "sorts").mkdir(parents=True)
    grid = {-4: 2, -3: 3, -2: 4, -1: 5, 0: 5, 1: 5, 2: 4, 3: 3, 4: 2}
    config = {"id": "long", "name": "Crisis panel", "languages": ["en"], "grid": grid,
              "title": {"en": "Views of a world in many crises at once"}}  # fmt: skip
    (folder / "study.yaml").write_text(yaml.safe_dump(config))
    statement = (
        "Statement {} says at some length what the respondents may agree with or not, and why"
    )
    cards = "card,label_en\n" + "".join(f'c{i:02d},"{statement.format(i)}"\n' for i in range(1, 34))
    (folder / "cards.csv").write_text(cards)
    places = [str(place) for place, count in grid.items() for _ in range(count)]
    head = "participant," + ",".join(f"c{i:02d}" for i in range(1, 34))
    rows = [f"P{k},{','.join(places[k:] + places[:k])}" for k in range(1, 13)]
    (folder / "sorts" / "panel.csv").write_text("\n".join([head, *rows]) + "\n")
    study = Study.open(folder)
    paths = booklet.build(study, some(tmp_path / "run", SORTS), tmp_path / "out", period=QUARTER)
    assert [path.name for path in paths] == ["booklet.en.pdf"]
    assert "Viewpoint 1" in " ".join(page_texts(paths[0]))


def page_of(study, tmp_path, figure, name, findings, heading, **frames) -> str:
    results = some(tmp_path / name, [figure], findings=findings, frames=frames)
    texts = pages_of(study, results, tmp_path / f"out{name}")
    (page,) = [text for text in texts[2:] if heading in text and "Verantwoording" not in text]
    return page


@pytest.mark.parametrize(
    ("value", "first", "said"),
    [
        ("reliable", ["reliable"], "‘Betrouwbaar’ weegt het zwaarst."),
        (None, ["reliable", "ease"], "is niet zeker: ‘Betrouwbaar’ of ‘Gemak’."),
        (None, ["a", "b", "c", "d", "e"], "is niet zeker: vijf van de zes waarden"),
        (None, [], None),
    ],
)
def test_what_weighs_most_is_said_as_it_was_published(study, tmp_path, value, first, said):
    found = {"top_driver": {"value": value, "first": first, "of": 6}}
    page = page_of(study, tmp_path, "drivers", "x", found, "Wat het cijfer omhoog brengt")
    assert (said in page) if said else ("weegt" not in page)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.02, 0.11, "groter dan toeval verklaart"),
        (-0.01, 0.11, "kan toeval zijn"),
        (-0.11, -0.02, "minder klanten"),
    ],
)
def test_a_change_is_called_one_when_its_interval_leaves_out_nought(
    study, tmp_path, low, high, said
):
    found = {**FINDINGS, "share_top_change": {"value": 0.05, "low": low, "high": high}}
    page = page_of(study, tmp_path, "eight_plus", "x", found, "Onze ambitie: 8+")
    assert said in page
    assert ("meer klanten geven" in page) == (low > 0)


@pytest.mark.parametrize(("real", "said"), [(0, "geen kaartje"), (1, "één kaartje"), (3, "drie")])
def test_one_gap_and_none_are_said_as_people_do(study, tmp_path, real, said):
    gaps = tables()["gaps"].assign(real=[i < real for i in range(30)])
    heading = "Kennen we onze klant?"
    page = page_of(study, tmp_path, "staff_and_tenants", "x", {}, heading, gaps=gaps)
    assert f"Bij {said}" in page and page.count("Bij ") == 1
    assert ("Te hoog ingeschat" in page) == (real > 0)


def test_no_name_of_the_library_is_in_print(made):
    for name in ("booklet.nl.pdf", "booklet.en.pdf"):
        text = " ".join(page_texts(made[name]))
        assert not re.search(r"\b[a-z]+_[a-z]+\b|\b0\d_|\bnan\b|\bNone\b", text)


def test_accountability_says_what_is_not_shown_and_what_is_simulated(study, made, tmp_path):
    (page,) = [t for t in page_texts(made["booklet.nl.pdf"]) if "Zo is het gedaan" in t]
    assert "Niets: elke uitkomst rust op genoeg mensen." in page
    assert f"Van de {len(HEIGHTS)} figuren rusten er" in page
    hidden = tables()["priorities"]
    hidden.loc[29, "quadrant"] = "suppressed"
    few = tables()["penalty_reward"]
    few.loc[3, "kind"] = "too few"
    frames = {**tables(), "priorities": hidden, "penalty_reward": few}
    run = publish(tmp_path / "run", frames=frames)
    (page,) = [t for t in pages_of(study, run, tmp_path / "out") if "Zo is het gedaan" in t]
    card = study.cards["short_nl"].iloc[29]
    assert f"Oordelen over kaartjes: ‘{card}’. Daar staan minder dan 10 mensen achter, of" in page
    value = study.short("values", "ease", "nl")
    assert f"Effect van een laag en een hoog oordeel: ‘{value}’." in page


HOSTILE = '#panic("x") *bold* $x^2$ <b> @ref // `raw` \\ {finding.r2} [a](b) =1+1'


def test_markup_in_data_is_inert(study, tmp_path):
    config = study.config.model_copy(
        update={"name": HOSTILE, "title": Text(nl=HOSTILE), "subtitle": Text(nl=HOSTILE)}
    )
    story = config.viewpoints["tenants"][0].model_copy(update={"story": Text(nl=HOSTILE)})
    config = config.model_copy(update={"viewpoints": {"tenants": [story]}})
    assert isinstance(config, StudyConfig)
    texts = pages_of(replace(study, config=config), publish(tmp_path / "run"), tmp_path / "out")
    assert any(HOSTILE in text for text in texts[2:])
    assert '#panic("x") *bold*' in texts[0]


def test_signs_that_the_typeface_lacks_do_not_stop_the_booklet(study, tmp_path):
    config = study.config.model_copy(update={"name": "Wonen 🏠 家"})
    texts = pages_of(replace(study, config=config), publish(tmp_path / "run"), tmp_path / "out")
    assert "Wonen ? ?" in texts[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_card_shows_every_value_and_behaviour(study, made, language):
    (text,) = page_texts(made[f"card.{language}.pdf"])
    for value in study.vision.values:
        assert study.label("values", value.id, language) in text
        assert value.promise.at(language) in text
        assert all(behaviour.at(language) in text for behaviour in value.behaviours)
    assert study.vision.card.line.at(language) in text


def test_photos_only_with_file_and_consent(study, made, tmp_path):
    assert "Foto" not in " ".join(page_texts(made["booklet.nl.pdf"]))
    exif = Image.Exif()
    exif[0x013B] = "ZZJansen"
    Image.new("RGB", (40, 20), "#884422").save(tmp_path / "tenants.jpg", exif=exif)
    (old,) = [photo for photo in study.vision.photos if photo.slot == "tenants"]
    new = old.model_copy(update={"file": "tenants.jpg", "credit": Text(nl="J. Puk")})
    run = some(tmp_path / "run", ["participation"])
    for consent, shown in ((False, 0), (True, 1)):
        photos = [new.model_copy(update={"consent": consent})]
        vision = study.vision.model_copy(update={"photos": photos})
        pages_of(replace(study, _vision=vision, folder=tmp_path), run, tmp_path / "out")
        with pikepdf.open(tmp_path / "out" / "booklet.nl.pdf") as pdf:
            alts = [str(node.Alt) for tag, node in elements(pdf) if tag == "Figure"]
            streams = [one.read_raw_bytes() for one in pdf.objects if isinstance(one, Stream)]
        assert alts.count(old.alt.nl) == shown
        assert not any(b"ZZJansen" in stream for stream in streams)


def test_a_figure_without_its_data_is_named(study, results, tmp_path):
    (name, language), figure = next(iter(results.figures.items()))
    record = {key: value for key, value in figure.record.items() if key != "body"}
    figures = results.figures | {(name, language): replace(figure, record=record)}
    with pytest.raises(ResultsError, match=f"figure {name} was published without its data"):
        booklet.build(study, replace(results, figures=figures), tmp_path, period=QUARTER)
