"""Personal data planted in any text of a study: refused with the place, or nowhere at all.

`python tests/benchmarks/planted.py` tries every spelling in every place.
"""

from itertools import count, cycle
from pathlib import Path

import pandas as pd
import pytest
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
