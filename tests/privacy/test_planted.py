"""Personal data planted in any text of a study: refused with the place, or nowhere at all."""

from itertools import cycle
from pathlib import Path

import pytest
from plants import (
    MODELS,
    PEOPLE,
    PLANTED,
    cells,
    leaves,
    plant_cell,
    plant_setting,
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
    places = cells(files)
    assert len(places) > 40 and {file.split(".")[0] for file, _ in places} >= {"cards", "landlords"}
    for (file, column), (kind, text) in zip(places, cycle(SAMPLE), strict=False):
        problems = plant_cell(folder, file, column, f"Zie {text} hier")
        found = [problem for problem in problems if not problem.hint and problem.file == file]
        named = [problem for problem in found if (problem.row, problem.column) == (2, column)]
        assert named, (file, column, kind, [*map(str, problems)])
        assert not told(problems, text), (file, column, text, [*map(str, problems)])


@pytest.mark.parametrize(("kind", "text"), SAMPLE)
def test_every_spelling_is_refused_in_a_remark(study, kind: str, text: str) -> None:
    problems = plant_cell(study[0], "remarks/tenants.csv", "text", f"Zie {text}, zei hij.")
    (found,) = [problem for problem in problems if not problem.hint]
    assert kind in found.expected and found.value.startswith(kind) and found.column == "text"
    assert not told(problems, text)


def test_ids_that_tell_who_somebody_is_are_refused(study) -> None:
    folder, files = study
    for file, column in cells(files, people=True):
        for kind, texts in PEOPLE.items():
            problems = plant_cell(folder, file, column, texts[0])
            named = [p for p in problems if not p.hint and p.file == file and p.column == column]
            assert named and "cxlib pseudonyms" in named[0].remedy, (file, column, kind)
            assert not told(problems, texts[0])


@pytest.mark.parametrize("name", MODELS)
def test_every_text_of_the_settings_refuses_it(name: str, tmp_path: Path) -> None:
    content = settings(name)
    model = MODELS[name].model_validate(content)
    assert spoken(MODELS[name]) <= said(model)  # each text that there may be is planted
    places = [path for path in leaves(content) if path[-1] != "sort"]
    step = max(1, len(places) // 60)
    for path, (kind, text) in zip(places[::step], cycle(SAMPLE), strict=False):
        problems = plant_setting(tmp_path / "study", name, path, text)
        key = ".".join(map(str, path))
        named = [p for p in problems if p.file == name and p.row and key.startswith(str(p.column))]
        assert any(not problem.hint for problem in named), (key, kind, [*map(str, problems)])
        assert not told(problems, text), (key, text, [*map(str, problems)])
