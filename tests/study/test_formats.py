"""Sorts as other programs write them: read by content, faults named, and written back."""

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cxlib.cli import main
from cxlib.export import FORMATS, export
from cxlib.study import Problem, Study, StudyError, check

GRID = {-1: 1, 0: 2, 1: 1}
SORTS = {"T01": [-1, 0, 0, 1], "T02": [1, 0, -1, 0], "T03": [0, 0, 1, -1]}
TEXTS = ["Clean & tidy", "Één buurt", "=1+1", "Quick repairs"]
CELLS_BY_CARD = list(zip(*SORTS.values(), strict=True))
Rows = Sequence[Sequence[Any]]


def folder_of(folder: Path, name: str, content: str | bytes) -> Path:
    (folder / "sorts").mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "sorts" / name).write_bytes(data)
    return folder


def book_of(folder: Path, **sheets: Rows) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
            for cell in sheet[sheet.max_row]:
                cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type
    (folder / "sorts").mkdir(parents=True, exist_ok=True)
    book.save(folder / "sorts" / "group.xlsx")
    return folder


def holds(folder: Path, texts: Sequence[str] | None = TEXTS, ids: Sequence[str] = ()) -> Study:
    """Open a folder, and see that its one group has the sorts above."""
    study = Study.open(folder)
    names = list(ids) or ["s1", "s2", "s3", "s4"]
    expected = pd.DataFrame(SORTS, index=pd.Index(names, name="card"))
    pd.testing.assert_frame_equal(study.sorts["group"], expected, check_names=False)
    assert study.grid == GRID
    if texts is not None:
        assert study.cards is not None
        assert study.cards["label_nl"].tolist() == list(texts)
    return study


def statements() -> Rows:
    return [["Number", "Statements"], *([i, words] for i, words in enumerate(TEXTS, 1))]


def by_place() -> Rows:
    """The sorts as KADE's type 1 has them: statements on the places of the grid."""
    rows = []
    for value in sorted(value for value, cards in GRID.items() for _ in range(cards)):
        column = []
        for sort in SORTS.values():
            taken = {row[1 + len(column)] for row in rows}
            column.append(next(i for i, v in enumerate(sort, 1) if v == value and i not in taken))
        rows.append([value, *column])
    return rows


SLOTS = list(range(-6, 14))
PATTERN = [SLOTS, [GRID.get(value, 0) for value in SLOTS]]
AS_ROWS = [[name, *values] for name, values in SORTS.items()]
DAT = (
    "  0  3  4 A study\r\n -1  1  0  0  0  0  0  1  2  1  0\r\n"
    "T01       -1 0 0 1\r\nT02        1 0-1 0\r\nT03        0 0 1-1\r\n\x1a"
)
EASY = {name: {"sort": "|".join(map(str, values))} for name, values in SORTS.items()}


def test_kade_type_1(tmp_path: Path) -> None:
    sheets = {"statements": statements(), "pattern": PATTERN, "version": [["Version"], [2]]}
    rows = [["Sort values", *SORTS], *by_place()]
    holds(book_of(tmp_path / "a", sorts=rows, type=[["Type"], [1]], **sheets))
    holds(book_of(tmp_path / "b", sorts=rows, **sheets))  # known by its content alone


def test_kade_type_1_of_older_versions(tmp_path: Path) -> None:
    pattern = [[value, GRID.get(value, 0)] for value in SLOTS]
    head = [["Ken-Q"], ["Project name", "Mine"], *pattern, [None], ["Names", *SORTS]]
    sheets = {"statements": [["Statements"], *([text] for text in TEXTS)]}
    holds(book_of(tmp_path, sorts=[*head, *by_place()], **sheets))


def test_kade_type_2(tmp_path: Path) -> None:
    sheets = {"statements": statements(), "type": [["Type"], [2]]}
    holds(book_of(tmp_path / "a", sorts=AS_ROWS, pattern=PATTERN, **sheets))
    old = [["Project"], ["Mine"], ["Sort Pattern", -1, 0, 0, 1], ["Sorts", 1, 2, 3, 4]]
    holds(book_of(tmp_path / "b", sorts=[*old, *AS_ROWS], statements=statements()))


def test_kade_type_3_as_the_programs_export(tmp_path: Path) -> None:
    head = [["Q-sorts"], [None], [None], ["Participant", 1, 2, 3, 4]]
    texts = [["Statements"], *([i, words] for i, words in enumerate(TEXTS, 1))]
    overview = [["Project Overview"], ["Name", "Mine"], ["Q-sort pattern", "[-1,0,0,1]"]]
    sheets = {"Project_Overview": overview, "Q-sorts": [*head, *AS_ROWS], "Statements": texts}
    holds(book_of(tmp_path, **sheets))


def test_statements_are_the_cards_of_the_study_in_their_order(tmp_path: Path) -> None:
    folder_of(tmp_path, "group.dat", DAT)
    (tmp_path / "cards.csv").write_text("card,label_en\n" + "".join(f"c{i},x{i}\n" for i in "1234"))
    holds(tmp_path, ["x1", "x2", "x3", "x4"], ["c1", "c2", "c3", "c4"])


def test_pqmethod(tmp_path: Path) -> None:
    holds(folder_of(tmp_path, "group.DAT", DAT), ["s1", "s2", "s3", "s4"])
    folder_of(tmp_path, "group.STA", "\r\n".join(TEXTS).encode("cp1252"))
    assert "sorts/group.STA" in holds(tmp_path).hashes()


def test_htmlq(tmp_path: Path) -> None:
    head = "sid;uid;interview;s2;s1;s3;s4;datetime\n"
    rows = [
        f"{i};{name};why not;{values[1]:+d};{values[0]:+d};{values[2]:+d};{values[3]:+d};2020-01-01"
        for i, (name, values) in enumerate(SORTS.items(), 1)
    ]
    holds(folder_of(tmp_path, "group.csv", head + "\n".join(rows)), None)
    folder_of(tmp_path, "group.csv", head + "\n".join(row.replace("T0", "T") for row in rows[:1]))
    (tmp_path / "sorts" / "group.csv").write_text(
        head + "1;;x;0;1;0;-1;x\n2;;x;1;0;0;-1;x\n", encoding="utf-8"
    )
    assert list(Study.open(tmp_path).sorts["group"]) == ["1", "2"]  # no codes: the server's numbers


def test_easy_htmlq(tmp_path: Path) -> None:
    holds(folder_of(tmp_path, "group.json", json.dumps(EASY)), None)
    key = "-KxAbCdEfGhIjKlMnOpQ"  # keys of its database are no names of people
    folder_of(tmp_path, "group.json", json.dumps({key: {"sort": "1|0|-1", "uid": "x"}}))
    assert list(Study.open(tmp_path).sorts["group"]) == [key]


@pytest.mark.parametrize("corner", ["card", "Statement", "", "id"])
def test_cards_as_rows(corner: str, tmp_path: Path) -> None:
    head = ",".join([corner, *SORTS])
    rows = [f"s{i},{','.join(map(str, cells))}" for i, cells in enumerate(CELLS_BY_CARD, 1)]
    holds(folder_of(tmp_path, "group.csv", "\n".join([head, *rows])), None)
    table = [line.split(",") for line in [head, *rows]]
    sheet = [table[0], *([row[0], *map(int, row[1:])] for row in table[1:])]
    holds(book_of(tmp_path / "excel", Sheet1=sheet), None)


@pytest.mark.parametrize("corner", ["participant", "Respondent", "", "id"])
def test_sorts_as_rows(corner: str, tmp_path: Path) -> None:
    rows = [f"{name};{';'.join(map(str, values))}" for name, values in SORTS.items()]
    holds(folder_of(tmp_path, "group.csv", "\n".join([f"{corner};s1;s2;s3;s4", *rows])), None)


def test_texts_beside_the_cards_become_their_labels(tmp_path: Path) -> None:
    rows = [
        ",".join([f"c{i}", text, *map(str, cells)])
        for i, (text, cells) in enumerate(zip(TEXTS, CELLS_BY_CARD, strict=True), 1)
    ]
    content = "\n".join(["card,label_nl," + ",".join(SORTS), *rows])
    holds(folder_of(tmp_path, "group.csv", content), TEXTS, ["c1", "c2", "c3", "c4"])


def test_reference_sets_in_their_own_shape(reference: Path, tmp_path: Path) -> None:
    for name in ("lipset", "polycrisis"):
        source = reference / "qmethod" / name / "sorts.csv"
        study = Study.open(folder_of(tmp_path / name, "group.csv", source.read_bytes()))
        expected = pd.read_csv(source, index_col=0)
        pd.testing.assert_frame_equal(study.sorts["group"], expected, check_names=False)


FAULTS: list[tuple[str, str | bytes, str]] = [
    ("group.dat", DAT.replace(" 0  3  4", " x  y  z"), "row 1: expected PQMethod's first line"),
    ("group.dat", DAT.replace("T02        1", "T02        x"), 'row 4, column s1: found "x"'),
    ("group.dat", DAT.replace("  3  4", "  5  4"), 'row 1: found "3"; expected 5 sorts'),
    ("group.dat", DAT.replace("0 0 1\r", "0 0 1 1\r"), "row 3: expected 4 values of two"),
    ("group.json", '{"T01": {"sort": "1|0"', "row 1: expected JSON"),
    ("group.json", '{"T01": {"sort": "1|0|-1"}, "T02": {}}', "row 2, column sort"),
    ("group.json", '{"T1": {"sort": "1|0|x"}, "T2": {"sort": "0|1"}}', "expected 3 values"),
    ("group.csv", "card,T01,T02\nc1,1,x\nc2,0,1\n", 'row 2, column T02: found "x"'),
    ("group.csv", "card,T01,Jan Jansen\nc1,1,0\nc2,0,1\n", 'row 1, column C: found "J…"'),
    ("group.csv", "card,T01,T02\nc1,1,0\nc1,0,1\n", "row 3, column card: expected a card in"),
]


@pytest.mark.parametrize(("name", "content", "said"), FAULTS)
def test_faults_say_where_they_are_in_the_file(
    name: str, content: str | bytes, said: str, tmp_path: Path
) -> None:
    assert any(said in str(problem) for problem in check(folder_of(tmp_path, name, content)))


def test_faults_in_kade_workbooks(tmp_path: Path) -> None:
    def said(kind: int, rows: Rows, texts: int = 3) -> str:
        listed = [["Number", "Statements"], *([i, f"t{i}"] for i in range(1, texts + 1))]
        book_of(tmp_path, sorts=rows, statements=listed, type=[["Type"], [kind]])
        return "\n".join(map(str, check(tmp_path)))

    faults = said(2, [["A1", -1, 0, 1], ["A2", 1, 0, "x"], ["A1", 0, 1, -1, 5]])
    assert "row 2, column s3" in faults and "a whole number" in faults
    assert "row 3, column participant" in faults and "3 values, one a statement" in faults
    faults = said(1, [["", "A1", "A2"], [-1, 1, 2], [0, 2, 2], [1, 7, 1]])
    assert 'row 4, column A1: found "7"' in faults and 'row 3, column A2: found "2"' in faults
    assert "column A1: expected every statement on the grid" in faults
    faults = said(1, [["", "A1", "A1"], ["x", 1, 2], [0, 2, 1], [1, 3, 3]])
    assert 'row 2, column A1: found "x"; expected a whole number' in faults
    assert "row 1, column A1" in faults and "every value once" in faults


def test_a_kade_workbook_beside_cards_of_its_own(tmp_path: Path) -> None:
    book_of(tmp_path, sorts=[["A1", -1, 0, 1]], statements=[[1, "a"], [2, "b"], [3, "c"]])
    (tmp_path / "cards.csv").write_text("card,label_nl\ns1,een\ns2,twee\ns3,drie\n")
    assert check(tmp_path) == []
    (tmp_path / "cards.csv").write_text("card,label_nl\ns1,een\ns2,twee\n")
    assert [problem.column for problem in check(tmp_path)] == ["s3"]


def spoilt(data: bytes, seed: int) -> bytes:
    chance = random.Random(seed)
    spots = [chance.randrange(len(data)) for _ in range(chance.randint(1, 12))]
    changed = bytearray(data)
    for spot in spots:
        changed[spot] = chance.randrange(256)
    return bytes(changed[: chance.choice([len(data), spots[0]])])


@pytest.mark.parametrize("name", ["group.dat", "group.json", "group.csv", "group.sta"])
def test_spoilt_files_end_in_problems_never_in_a_traceback(name: str, tmp_path: Path) -> None:
    wide = "card,label_en,T01,T02\nc1,a,1,0\nc2,b,0,1\n"
    whole = {"group.json": json.dumps(EASY), "group.csv": wide, "group.sta": "\n".join(TEXTS)}
    folder_of(tmp_path, "group.dat", DAT if name in ("group.dat", "group.sta") else "")
    if name not in ("group.dat", "group.sta"):
        (tmp_path / "sorts" / "group.dat").unlink()
    for seed in range(120):
        folder_of(tmp_path, name, spoilt(whole.get(name, DAT).encode(), seed))
        assert all(isinstance(problem, Problem) for problem in check(tmp_path))


CELLS = st.one_of(
    st.none(), st.integers(-9, 40), st.sampled_from(["", "x", "Sort Pattern", "T1", "0.5", "[1,2]"])
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(st.lists(CELLS, min_size=1, max_size=6), max_size=7),
    st.lists(st.lists(CELLS, min_size=1, max_size=3), max_size=5),
    st.sampled_from([None, 1, 2, 3, "x"]),
)
def test_any_workbook_is_read_or_explained(
    tmp_path: Path, sorts: Rows, texts: Rows, kind: Any
) -> None:
    book_of(tmp_path, sorts=sorts, statements=texts, type=[["Type"], [kind]], pattern=texts)
    assert all(isinstance(problem, Problem) for problem in check(tmp_path))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.recursive(
        st.none() | st.floats() | st.integers() | st.text(max_size=8),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["format", "sorts", "cards", "grid", "sort", "values", "card"]),
                inner,
            )
        ),
        max_leaves=9,
    ),
    st.booleans(),
)
def test_any_json_is_read_or_explained(tmp_path: Path, content: Any, own: bool) -> None:
    if own and isinstance(content, dict):
        content = {**content, "format": "cxlib sorts"}
    check(folder_of(tmp_path, "group.json", json.dumps(content)))


def exported(study: Study, form: str, folder: Path) -> Study:
    """Export the group, put the files in a new study folder and open it."""
    paths = export(study, "group", form, folder / "out")
    for path in paths:
        name = path.name.replace("-tables", "")
        folder_of(folder / "back", name, path.read_bytes())
    return Study.open(folder / "back")


@st.composite
def studies(draw: Callable[..., Any]) -> tuple[str, str]:
    """Return cards and sorts of a random study as CSV."""
    piles = draw(st.lists(st.integers(1, 3), min_size=3, max_size=7))
    low = draw(st.integers(-6, 1))
    values = [low + place for place, cards in enumerate(piles) for _ in range(cards)]
    sorts = [draw(st.permutations(values)) for _ in range(draw(st.integers(2, 6)))]
    words = st.text("abé=+-@'\"&<ß€🏠", min_size=1, max_size=12).filter(lambda t: t.strip("-'"))
    labels = [draw(words).replace('"', '""') for _ in values]
    cards = "".join(f'c{i},"{text}",kort {i}\n' for i, text in enumerate(labels))
    head = ",".join(["participant", "session", *(f"c{i}" for i in range(len(values)))])
    rows = [f"T{i:02d},s{i % 2},{','.join(map(str, sort))}" for i, sort in enumerate(sorts)]
    return "card,label_nl,short_nl\n" + cards, "\n".join([head, *rows])


RANKED = (
    "card,label_nl,short_nl\nc0,a,kort 0\nc1,b,kort 1\nc2,c,kort 2\n",
    "participant,session,c0,c1,c2\nT00,s0,1,2,3\nT01,s1,1,2,3",
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(studies())
@example(RANKED)  # looks like a heading that numbers the statements
def test_what_is_exported_comes_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, content: tuple[str, str]
) -> None:
    folder = tmp_path_factory.mktemp("round")
    folder_of(folder / "study", "group.csv", content[1])
    (folder / "study" / "cards.csv").write_text(content[0], encoding="utf-8")
    (folder / "study" / "study.yaml").write_text("decisions: {n_factors: 1}\n")
    study = Study.open(folder / "study")
    for form in ("kade", "json"):
        back = exported(study, form, folder / form)
        pd.testing.assert_frame_equal(back.sorts["group"], study.sorts["group"])
        pd.testing.assert_frame_equal(back.cards, study.cards)
        pd.testing.assert_frame_equal(back.participants["group"], study.participants["group"])
        assert back.grid == study.grid
    back = exported(study, "pqmethod", folder / "pqmethod")
    assert back.sorts["group"].to_numpy().tolist() == study.sorts["group"].to_numpy().tolist()
    assert list(back.sorts["group"]) == list(study.sorts["group"])
    assert back.cards is not None and study.cards is not None
    assert back.cards["label_nl"].tolist() == study.cards["label_nl"].tolist()
    assert back.grid == study.grid


def test_a_real_workbook_goes_round_in_every_format(reference: Path, tmp_path: Path) -> None:
    source = reference / "qmethod" / "polycrisis" / "kade_input.xlsx"
    folder_of(tmp_path / "study", "group.xlsx", source.read_bytes())
    (tmp_path / "study" / "study.yaml").write_text("decisions: {n_factors: 3}\n")
    study = Study.open(tmp_path / "study")
    expected = pd.read_csv(source.with_name("sorts.csv"), index_col=0)
    pd.testing.assert_frame_equal(study.sorts["group"], expected, check_names=False)
    for form in FORMATS:
        back = exported(study, form, tmp_path / form)
        pd.testing.assert_frame_equal(back.sorts["group"], study.sorts["group"])
        pd.testing.assert_frame_equal(back.cards, study.cards)
        assert back.grid == study.grid


def test_a_workbook_s_pattern_for_other_cards_gives_way_to_the_sorts(tmp_path: Path) -> None:
    book_of(
        tmp_path,
        sorts=[["anna", -1, 0, 0, 1], ["bert", 1, 0, -1, 0]],
        statements=[["Number", "Statements"], *([i, f"card {i}"] for i in range(1, 5))],
        type=[["Type"], [2]],
        pattern=[[-1, 0, 1], [2, 3, 2]],
    )
    assert Study.open(tmp_path).grid == {-1: 1, 0: 2, 1: 1}


def test_workbooks_hold_no_formula(tmp_path: Path) -> None:
    folder_of(tmp_path, "group.dat", DAT)
    folder_of(tmp_path, "group.sta", "\n".join(["=1+1", "+2", "@x", "-3"]))
    study = Study.open(tmp_path)
    for form in ("kade", "excel"):
        (path,) = export(study, "group", form, tmp_path / "out")
        cells = [c for sheet in openpyxl.load_workbook(path) for row in sheet for c in row]
        assert any(cell.value == "=1+1" for cell in cells)
        assert all(cell.data_type != "f" for cell in cells)


def test_what_a_format_cannot_hold(tmp_path: Path) -> None:
    wide = "participant,c1,c2,c3\nA-long-name-1,7,8,90\nA-long-name-2,90,8,7\n"
    study = Study.open(folder_of(tmp_path / "a", "group.csv", wide))
    for form in ("pqmethod", "kade"):
        with pytest.raises(StudyError, match="grid values from -6 to 13"):
            export(study, "group", form, tmp_path / "out")
    study = Study.open(folder_of(tmp_path / "b", "group.csv", wide.replace("90", "9")))
    back = exported(study, "pqmethod", tmp_path / "c")
    assert list(back.sorts["group"]) == ["Q001", "Q002"]  # names of eight signs at most


def test_export_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    place = str(folder_of(tmp_path / "study", "group.dat", DAT))
    out = str(tmp_path / "out")
    assert main(["export", place, out]) == 0
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["group-tables.xlsx", "group.dat", "group.json", "group.sta", "group.xlsx"]
    assert main(["export", place, out, "--format", "kade"]) == 2  # nothing is overwritten
    assert "nothing was overwritten" in capsys.readouterr().out
    assert main(["export", place, out, "--group", "gruop"]) == 2
    assert "Did you mean group?" in capsys.readouterr().out
    assert main(["export", str(tmp_path / "nowhere"), out]) == 2
