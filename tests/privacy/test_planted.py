"""Personal data planted in any text of a study: refused with the place, or nowhere at all.

`python tests/benchmarks/planted.py` tries every spelling in every place.
"""

from itertools import count, cycle
from pathlib import Path

import pandas as pd
import pytest
import yaml
from plants import (
    MODELS,
    PEOPLE,
    PLANTED,
    cells,
    free,
    named,
    plant_cells,
    plant_settings,
    said,
    settings,
    spoken,
    told,
    whole,
)
from stdnum.nl import bsn

from cxlib.study import check

SAMPLE = [(kind, text) for kind, texts in PLANTED.items() for text in texts]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    folder = tmp_path_factory.mktemp("planted") / "whole"
    files = whole(folder)
    assert [str(problem) for problem in check(folder) if not problem.hint] == []
    return folder, files


def test_every_text_column_refuses_what_gives_a_person_away(study) -> None:
    folder, files = study
    texts = cycle(SAMPLE)
    places = cells(files)
    assert len(places) > 40 and {file for file, _ in places} >= {"cards.csv", "landlords.csv"}
    planted = {place: f"Zie {next(texts)[1]} hier" for place in places}
    problems = plant_cells(folder, planted)
    for place, text in planted.items():
        assert named(problems, *place), (place, text, [*map(str, problems)])
        assert not told(problems, text[4:-5]), (place, text, [*map(str, problems)])


def test_every_spelling_is_refused_in_a_remark(study) -> None:
    path = study[0] / "remarks" / "tenants.csv"
    before = path.read_bytes()
    rows = [("T01", f"Zie {text}, zei hij.", "rent", "yes") for _, text in SAMPLE]
    columns = ["participant", "text", "code", "consent"]
    pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
    problems = [problem for problem in check(study[0]) if not problem.hint]
    path.write_bytes(before)
    for row, (kind, text) in enumerate(SAMPLE, 2):
        of_kind = [problem for problem in problems if problem.expected.endswith(f" {kind}")]
        assert any(row in (problem.row, *problem.rows) for problem in of_kind), text
        assert not told(problems, text)


def test_ids_that_tell_who_somebody_is_are_refused(study) -> None:
    folder, files = study
    for texts in PEOPLE.values():
        planted = dict.fromkeys(cells(files, people=True), texts[0])
        problems = plant_cells(folder, planted)
        for place in planted:
            remedies = [problem.remedy for problem in named(problems, *place)]
            assert any("cxlib pseudonyms" in remedy for remedy in remedies), (place, texts)
        assert not told(problems, texts[0])


def test_ids_that_are_citizen_service_numbers_are_refused(study) -> None:
    """Not one that happens to pass the test: a column of them."""
    path = study[0] / "votes.csv"
    before, numbers = path.read_bytes(), range(111111110, 111111500)
    own = [str(number) for number in numbers if bsn.is_valid(str(number))][:9]
    for ids, refused in ((own, True), ([own[0], *map(str, range(1, 30))], False)):
        pd.DataFrame({"voter": ids, "crocodile": "parking"}).to_csv(path, index=False)
        faults = [problem for problem in check(study[0]) if not problem.hint]
        assert [fault.column for fault in faults] == ["voter"] * refused
        assert not any(told(faults, name) for name in own)
    path.write_bytes(before)


def test_the_organisations_own_numbers_may_be_printed(study) -> None:
    """And years, counts, money, periods and ids are no numbers of persons."""
    path = study[0] / "study.yaml"
    before = path.read_text("utf-8")
    own = ["070 345 67 89", "info@huur.nl", "2516 CB 1"]
    said = "Bel 070-345 67 89, mail INFO@huur.nl, kom naar 2516CB 1. R0001 ging van 2019 naar 21000"
    said += " in 2019-Q1 … 2020-Q4 voor € 123.456.782: 1 van 10, 12,5 % (0,12345) op 31-12-2020."
    place = {("remarks/tenants.csv", "text"): said}
    assert len([p for p in plant_cells(study[0], place) if not p.hint]) == 3
    path.write_text(yaml.safe_dump(yaml.safe_load(before) | {"privacy": {"public": own}}))
    assert [str(p) for p in plant_cells(study[0], place) if not p.hint] == []
    place = {("remarks/tenants.csv", "text"): said.replace("2516CB 1", "2516CB 12")}
    assert len([p for p in plant_cells(study[0], place) if not p.hint]) == 1
    path.write_text(before, encoding="utf-8")


def test_hints_for_the_eyes_of_a_reader(study) -> None:
    """A postcode alone, and somebody called by name, in words that may be quoted."""
    path = study[0] / "remarks" / "tenants.csv"
    before = path.read_bytes()
    texts = ["In 2516 CB", "Mevrouw Jansen", "dhr. De Vries", "Mrs Smith", "mw. A. van den Berg"]
    texts += ["Op Kerkstraat 12", "De heer des huizes", "mevrouw zei dat meneer weg was"]
    for consent, expected in (("yes", {2, 3, 4, 5, 6, 7}), ("no", {2})):
        rows = [("T01", text, "rent", consent) for text in texts]
        columns = ["participant", "text", "code", "consent"]
        pd.DataFrame(rows, columns=columns).to_csv(path, index=False)
        problems = [problem for problem in check(study[0]) if problem.file.startswith("remarks")]
        assert {row for p in problems for row in (p.row, *p.rows)} == expected
        assert all(problem.hint for problem in problems)
    path.write_bytes(before)


@pytest.mark.parametrize("name", MODELS)
def test_every_text_of_the_settings_refuses_it(name: str, tmp_path: Path) -> None:
    model = MODELS[name].model_validate(settings(name))
    assert spoken(MODELS[name]) <= said(model)  # each text that there may be is planted
    texts, (open_, closed) = cycle(SAMPLE), free(name)
    words = ("".join("abcdefghij"[int(digit)] for digit in str(n)) for n in count(100))  # each once
    together = {path: f"{next(words)} {next(texts)[1]}" for path in open_}
    tried = [together, *({path: next(texts)[1]} for path in closed[:: len(closed) // 5 + 1])]
    for planted in tried:
        problems = plant_settings(tmp_path / "study", name, planted)
        for path, text in planted.items():
            key = ".".join(map(str, path))
            assert named(problems, name, key), (key, text, [*map(str, problems)])
            assert not told(problems, text), (key, text, [*map(str, problems)])
