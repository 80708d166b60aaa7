"""Sorts as some twenty programs and people write them, each read cell by cell."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from cxlib.study import Study, check
from cxlib.study.programs import read_sorts

GRID = {-2: 1, -1: 2, 0: 2, 1: 2, 2: 1}
PEOPLE = ("12", "13", "21", "30")
SORTS = (
    (-2, -1, -1, 0, 0, 1, 1, 2),
    (2, 1, 1, 0, 0, -1, -1, -2),
    (0, 2, -1, 1, -2, 0, 1, -1),
    (1, 0, 2, -1, 1, -2, -1, 0),
)
TEXTS = [f"Statement {i}, with a comma" for i in "abcdefgh"]
SIZE = len(TEXTS)
COUNT = range(1, SIZE + 1)
SLOTS = range(-6, 14)
PATTERN = [GRID.get(value, 0) for value in SLOTS]
ALL = list(zip(PEOPLE, SORTS, strict=True))
Rows = Sequence[Sequence[Any]]
Written = tuple[str, str | bytes]


def in_csv(rows: Rows, sign: str = ",") -> str:
    stream = io.StringIO()
    csv.writer(stream, delimiter=sign, lineterminator="\n").writerows(rows)
    return stream.getvalue()


def in_book(**sheets: Rows) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title.replace("_", " "))
        for row in rows:
            sheet.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def in_zip(**files: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return stream.getvalue()


def packed(sort: Sequence[int], sign: str = "") -> str:
    return "|".join(f"{value:{sign}d}" for value in sort)


def record(person: str, sort: Sequence[int], place: int = 0) -> dict[str, Any]:
    """What EQ Web Sort and Quince send, shortened."""
    return {
        "projectName": "Our homes",
        "partId": person,
        "randomId": f"367eee86-f{place:02d}",
        "urlUsercode": "no usercode set",
        "dateTime": "Fri Mar 06 2020 | 10:04:50",
        "timeSort": "00:04:01",
        "npos": 3,
        "posStateNums": "1,2,7",
        "columnN2_1": "(s1) never needed it, really",
        "sort": packed(sort),
    }


RECORDS = [record(*pair, place) for place, pair in enumerate(ALL)]
TABLE = [list(RECORDS[0]), *(list(row.values()) for row in RECORDS)]


def kade_results() -> tuple[Rows, Rows, Rows]:
    overview = [["", ""], ["Project Name", "Our homes"], ["", ""]]
    overview += [["Q-sort Design", ",".join(map(str, sorted(SORTS[0])))], ["", ""]]
    texts = [["", ""], ["Statement Number", "Statements"], *zip(COUNT, TEXTS, strict=True)]
    head = ["Participant", *(f"S{i}" for i in COUNT), "Mean", "Standard Deviation"]
    sorts = [["", ""], ["Q sorts", ""], ["", ""], head]
    sorts += [[name, *sort, sum(sort) / SIZE, 1.309] for name, sort in ALL]
    return overview, texts, sorts


def of_kade() -> Iterator[tuple[str, Written]]:
    overview, texts, sorts = kade_results()
    book = in_book(Project_Overview=overview, Statements=texts, Q_sorts=sorts)
    yield "KADE results, workbook", ("xlsx", book)
    correlations = [["Correlation Matrix"], ["", ""], ["Participant", *PEOPLE]]
    correlations += [[name, 100, 20, -10, 0] for name in PEOPLE]
    blank = [["", "", ""]] * 6
    parts = [*overview[1:], *blank, *texts, *blank, *sorts, *blank, *correlations]
    yield "KADE results, CSV", ("csv", in_csv(parts))
    bare = [[name, *sort] for name, sort in ALL]
    files = {"names_txt": "Our homes", "pattern_txt": ",".join(map(str, PATTERN)) + "\n"}
    files |= {"sorts_txt": in_csv(bare), "statements_txt": "\n".join(TEXTS) + "\n"}
    yield "KADE project, zip", ("zip", in_zip(**files, all__data_csv=in_csv(TABLE)))
    yield "KADE CSV", ("csv", in_csv([["participants", *(f"s{i}" for i in COUNT)], *bare]))
    yield "Ken-Q sorts without heading", ("xlsx", in_book(Sorts=bare))
    yield (
        "KADE CSV of JSON",
        (
            "csv",
            in_csv(
                [
                    ["Id", "name", "sort", *(f"S {i}" for i in COUNT)],
                    *([name, "Ken-Q Client", packed(sort, "+"), *sort] for name, sort in ALL),
                ]
            ),
        ),
    )


def of_eq_web_sort() -> Iterator[tuple[str, Written]]:
    yield "EQ Web Sort, CSV", ("csv", in_csv(TABLE))
    numbered = [[*TABLE[0], *(f"s{i}" for i in range(SIZE))]]
    numbered += [[*row, *sort] for row, sort in zip(TABLE[1:], SORTS, strict=True)]
    yield "EQ Web Sort, CSV with s0 to s7", ("csv", in_csv(numbered))
    yield "only s0 to s7", ("csv", in_csv([[*row[:9], *row[10:]] for row in numbered]))
    yield "EQ Web Sort, Excel", ("xlsx", in_book(results=TABLE))
    yield "JSON array", ("json", json.dumps(RECORDS))
    keyed = {f"-KYWbWX5_8GiLqA9jzb{i}": row for i, row in enumerate(RECORDS)}
    yield "JSON by key", ("json", json.dumps(keyed))
    yield "JSON under a root key", ("json", json.dumps({"study": {"results": keyed}}))
    lists = [row | {"sort": list(sort)} for row, sort in zip(RECORDS, SORTS, strict=True)]
    yield "JSON with lists", ("json", json.dumps({"results": lists}))
    form = [" ".join(f"{key}:| {value} |" for key, value in row.items()) for row in RECORDS]
    yield (
        "Netlify form",
        (
            "csv",
            in_csv([["qSortData", "ip"], *(["(Q) " + text, "0.0.0.0"] for text in form)]),
        ),
    )
    pairs = [[f"{key}: {value}" for key, value in row.items()] for row in RECORDS]
    yield "Google Sheets", ("csv", in_csv([[*range(1, len(pairs[0]) + 1)], *pairs]))
    yield "Baserow", ("csv", in_csv([[f"r{i}" for i in range(len(pairs[0]))], *pairs], ";"))
    yield "one file in a zip", ("zip", in_zip(export__results_json=json.dumps(RECORDS)))


def of_others() -> Iterator[tuple[str, Written]]:
    turned = list(zip(*SORTS, strict=True))
    head = ["sid", "uid", "npos", *(f"s{i}" for i in reversed(COUNT)), "datetime", "comment"]
    rows = [[i, name, 3, *reversed(sort), "2020", "-"] for i, (name, sort) in enumerate(ALL, 1)]
    yield "HTMLQ and FlashQ", ("csv", in_csv([head, *rows], ";"))
    sheet = [["Nr", "Statement", *PEOPLE]]
    sheet += [[i, text, *row] for i, text, row in zip(COUNT, TEXTS, turned, strict=True)]
    yield "number, statement, sorts", ("xlsx", in_book(Sheet1=sheet))
    swapped = [[row[1], row[0], *row[2:]] for row in sheet]
    sums = ["Mean", "", *(sum(sort) / SIZE for sort in SORTS)]
    yield "statement, number, sorts and means", ("csv", in_csv([*swapped, sums], ";"))
    titled = [["The sorts of March", ""], [], *sheet]
    yield "below a title", ("xlsx", in_book(Sheet1=titled))
    long = [[name, i, v] for name, sort in ALL for i, v in zip(COUNT, sort, strict=True)]
    yield "long form", ("csv", in_csv([["participant", "card", "value"], *long]))
    by_card = sorted(long, key=lambda row: row[1])
    yield "long form, by card", ("xlsx", in_book(a=[["Deelnemer", "Kaart", "Waarde"], *by_card]))
    lines = [f"{'P' + name:<10}" + "".join(f"{v:2d}" for v in sort) for name, sort in ALL]
    board = "".join(f"{n:3d}" for n in PATTERN)
    dat = "\n".join([f"  0  4{SIZE:3d} Our homes", f" -2  2{board}", *lines, ""])
    yield "PQMethod", ("dat", dat)
    matrix = [f"  {i} P{name}      100  20 -10   0" for i, name in enumerate(PEOPLE, 1)]
    listed = [f"  {i} {line}" for i, line in enumerate(lines, 1)]
    parts = ["PQMethod2.35   Our homes", "Correlation Matrix Between Sorts", *matrix]
    yield "PQMethod listing", ("lis", "\n".join([*parts, "", "Q-sorts", "", *listed, ""]))


EXPORTS = [*of_kade(), *of_eq_web_sort(), *of_others()]


def study_of(folder: Path, written: Written, settings: str = "") -> Path:
    ending, content = written
    (folder / "sorts").mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    (folder / "sorts" / f"group.{ending}").write_bytes(data)
    if settings:
        (folder / "study.yaml").write_text(settings)
    return folder


@pytest.mark.parametrize("written", [w for _, w in EXPORTS], ids=[name for name, _ in EXPORTS])
def test_every_layout_is_read_cell_by_cell(written: Written, tmp_path: Path) -> None:
    study = Study.open(study_of(tmp_path, written))
    sorts = study.sorts["group"]
    assert [name.lstrip("P") for name in sorts] == list(PEOPLE)
    assert sorts.to_numpy().T.tolist() == [list(sort) for sort in SORTS]
    assert sorts.to_numpy().sum() == 0 and study.grid == GRID and study.config.forced
    assert study.cards is not None and len(study.cards) == SIZE


def test_enough_layouts() -> None:
    assert len({name for name, _ in EXPORTS}) >= 25


FORM = "(Q) projectName:|A | partId:|{} | randomId:|{} | urlUsercode:|x | sort:|{}"
SMALL: list[tuple[str, Written, list[str]]] = [
    (
        "columns from s0",
        ("csv", "partId,randomId,sort,s0,s1,s2,s3\n12,a,2|1|0|1,2,1,0,1\n13,b,0|1|2|1,0,1,2,1\n"),
        ["12", "13"],
    ),
    (
        "array",
        ("json", '[{"partId": "12", "sort": "2|1|0|1"}, {"partId": "13", "sort": "0|1|2|1"}]'),
        ["12", "13"],
    ),
    (
        "root key",
        ("json", '{"results": {"-N1": {"sort": "2|1|0|1"}, "-N2": {"sort": "0|1|2|1"}}}'),
        ["-N1", "-N2"],
    ),
    (
        "Netlify",
        (
            "csv",
            in_csv(
                [
                    ["results", "ip"],
                    [FORM.format(12, "a", "2|1|0|1"), 0],
                    [FORM.format(13, "b", "0|1|2|1"), 0],
                ]
            ),
        ),
        ["12", "13"],
    ),
]


@pytest.mark.parametrize(("written", "names"), [s[1:] for s in SMALL], ids=[s[0] for s in SMALL])
def test_a_few_cards_by_two_people(written: Written, names: list[str], tmp_path: Path) -> None:
    sorts = Study.open(study_of(tmp_path, written)).sorts["group"]
    assert list(sorts) == names and list(sorts.index) == ["s1", "s2", "s3", "s4"]
    assert sorts.to_numpy().T.tolist() == [[2, 1, 0, 1], [0, 1, 2, 1]]


def test_one_typo_among_four_sorts(tmp_path: Path) -> None:
    rows = "participant,c1,c2,c3,c4\nT1,-1,0,1,0\nT2,0,1,-1,0\nT3,1,-1,0,0\nT4,1,1,0,-1\n"
    (problem,) = check(study_of(tmp_path, ("csv", rows)))
    assert (problem.row, problem.value) == (5, "T4: 1 on 0, 2 on +1")
    assert "1 on -1, 2 on 0, 1 on +1" in problem.expected
    study = Study.open(study_of(tmp_path, ("csv", rows.replace("T4,1,1,", "T4,0,1,"))))
    assert study.config.forced and study.grid == {-1: 1, 0: 2, 1: 1}


def test_statements_come_along(tmp_path: Path) -> None:
    for name in ("KADE results, workbook", "KADE results, CSV", "KADE project, zip"):
        cards = Study.open(study_of(tmp_path / name, dict(EXPORTS)[name])).cards
        assert cards is not None and cards["label_en"].tolist() == TEXTS


def test_numbers_and_texts_of_cards(tmp_path: Path) -> None:
    for name in ("number, statement, sorts", "statement, number, sorts and means"):
        cards = Study.open(study_of(tmp_path / name, dict(EXPORTS)[name])).cards
        assert cards is not None and cards["label_en"].to_dict() == dict(
            zip(map(str, COUNT), TEXTS, strict=True)
        )


def test_counted_statements_are_the_study_s_own_cards(tmp_path: Path) -> None:
    names = ["number, statement, sorts", "long form", "EQ Web Sort, CSV", "KADE project, zip"]
    for name in names:
        folder = study_of(tmp_path / name, dict(EXPORTS)[name])
        own = [["card", "label_nl"], *([f"k{i:02d}", f"kaart {i}"] for i in COUNT)]
        (folder / "cards.csv").write_text(in_csv(own))
        sorts = Study.open(folder).sorts["group"]
        assert list(sorts.index) == [f"k{i:02d}" for i in COUNT]
        assert sorts.to_numpy().T.tolist() == [list(sort) for sort in SORTS]


def test_texts_beside_counted_statements(tmp_path: Path) -> None:
    folder = study_of(tmp_path, dict(EXPORTS)["JSON array"])
    (folder / "sorts" / "group.txt").write_text("\n".join(TEXTS))
    study = Study.open(folder)
    assert study.cards is not None and study.cards["label_en"].tolist() == TEXTS
    assert "sorts/group.txt" in study.hashes()
    (folder / "sorts" / "group.txt").write_text("\n".join(TEXTS[1:]))
    assert "8 statements, one a line" in str(check(folder)[0])


def test_sorts_by_one_name_are_told_apart(tmp_path: Path) -> None:
    twice = [record("12", sort, place) for place, sort in enumerate(SORTS)]
    study = Study.open(study_of(tmp_path / "a", ("json", json.dumps(twice))))
    assert list(study.sorts["group"]) == ["12", "12-2", "12-3", "12-4"]
    problems = check(study_of(tmp_path / "b", ("json", json.dumps([*RECORDS, RECORDS[1]]))))
    assert [(problem.row, problem.value) for problem in problems] == [(5, "13")]


def test_nameless_sorts_get_another_name(tmp_path: Path) -> None:
    rows = [record("no part ID", sort, place) for place, sort in enumerate(SORTS)]
    study = Study.open(study_of(tmp_path, ("json", json.dumps(rows))))
    assert list(study.sorts["group"]) == [row["randomId"] for row in rows]


def changed(rows: Rows, row: int, column: int, cell: Any) -> Rows:
    found = [list(line) for line in rows]
    found[row][column] = cell
    return found


PLAIN = [["participant", *(f"c{i}" for i in COUNT)], *([name, *sort] for name, sort in ALL)]
TURNED = list(zip(*PLAIN, strict=True))
LONG = [["person", "item", "score"]]
LONG += [[name, f"c{i}", v] for name, sort in ALL for i, v in zip(COUNT, sort, strict=True)]
STRINGS = [["partId", "sort"], *([name, packed(sort)] for name, sort in ALL)]
MISREAD: list[tuple[str, Rows, Callable[[Any], bool]]] = [
    ("typo", changed(PLAIN, 3, 4, 0), lambda p: p.row == 4 and p.value == "21: 3 on 0, 1 on +1"),
    ("off the board", changed(PLAIN, 3, 2, 9), lambda p: p.row == 4 and "1 on +9" in p.value),
    (
        "typo in a column",
        changed([["card", *TURNED[0][1:]], *TURNED[1:]], 4, 3, 0),
        lambda p: p.column == "21" and "most sorts share" in p.expected,
    ),
    ("typo in a string", changed(STRINGS, 2, 1, packed(SORTS[1][:-1])), lambda p: p.row == 3),
    ("typo in the long form", changed(LONG, 1, 2, 1), lambda p: p.row == 2 and "12:" in p.value),
    ("a pair twice", changed(LONG, 2, 1, "c1"), lambda p: p.row == 3 and "pair once" in p.expected),
    ("a pair short", LONG[:-1], lambda p: p.column == "score" and p.value == ""),
    ("short row", [*PLAIN[:-1], PLAIN[-1][:-1]], lambda p: p.row == 5 and p.value == "8 cells"),
    (
        "short row of a card",
        [["card", *TURNED[0][1:]], *TURNED[1:-1], TURNED[-1][:-1]],
        lambda p: p.row == 9 and p.value == "4 cells",
    ),
    (
        "string and columns differ",
        [
            ["partId", "sort", *(f"s{i}" for i in COUNT)],
            *([n, packed(s), *(s if n != "21" else SORTS[0])] for n, s in ALL),
        ],
        lambda p: p.row == 4 and p.column == "sort",
    ),
]


AGES = ["age", 34, 51, 34, 67]
MISREAD.append(
    (
        "a column of ages",
        [
            [*row[:1], age, *row[1:]]
            for row, age in zip(PLAIN, ["age", 34, 51, 34, 67], strict=True)
        ],
        lambda p: p.column == "age" and "a card" in p.expected,
    )
)


@pytest.mark.parametrize(("rows", "said"), [m[1:] for m in MISREAD], ids=[m[0] for m in MISREAD])
def test_nothing_is_misread_in_silence(
    rows: Rows, said: Callable[[Any], bool], tmp_path: Path
) -> None:
    problems = check(study_of(tmp_path, ("csv", in_csv(rows))))
    assert any(map(said, problems)), list(map(str, problems))


def test_ends_of_the_board(tmp_path: Path) -> None:
    said = "board: {low: {nl: oneens, en: disagree}, high: {nl: eens, en: agree}}\n"
    board = Study.open(study_of(tmp_path, EXPORTS[0][1], said)).config.board
    assert board is not None and board.at("en") == ("disagree", "agree")
    study_of(tmp_path, EXPORTS[0][1], "board: {low: oneens}\n")
    assert "the key high" in str(check(tmp_path)[0])


def test_free_piles_can_be_said(tmp_path: Path) -> None:
    written = ("csv", in_csv(changed(PLAIN, 3, 4, 0)))
    study = Study.open(study_of(tmp_path, written, "grid: {forced: false}\n"))
    assert study.grid is None and not study.config.forced


BROKEN = (in_zip(), in_zip(a_pdf="x", b_pdf="y"), b"PK\x03\x04 broken")


@pytest.mark.parametrize("content", BROKEN)
def test_a_zip_without_sorts(content: bytes, tmp_path: Path) -> None:
    (problem,) = check(study_of(tmp_path, ("zip", content), "name: Mine\n"))
    assert problem.file == "sorts/group.zip" and "zip" in problem.expected


def test_files_of_unknown_kinds_alone_are_no_study(tmp_path: Path) -> None:
    (problem,) = check(study_of(tmp_path, ("docx", b"PK"), "name: Mine\n"))
    assert "sorts/group.docx" in str(problem)


def test_a_listing_with_results_only(tmp_path: Path) -> None:
    text = "PQMethod2.35\n\nFactor Matrix\n P12   0.61X  0.12\n P13   0.10   0.70X\n"
    (problem,) = check(study_of(tmp_path, ("lis", text)))
    assert ".dat" in problem.remedy
    study_of(tmp_path, dict(EXPORTS)["PQMethod"])  # results beside the sorts are left alone
    assert len(Study.open(tmp_path).sorts["group"].columns) == len(PEOPLE)
    assert pd.Series(Study.open(tmp_path).files).tolist() == ["sorts/group.dat"]


HEADS = ["participant", "partId", "sort", "card", "Nr", "Statement", "id", "s0", "s1", "s2"]
HEADS += ["c1", "c2", "value", "Mean", "uid", "name", "T1", "1", "2"]
CELLS = ["x", "2|1|0", "a: b", "sort: 1|2", "partId:|1 | sort:|1|0", "no part ID", "1,5", "T1"]
CELLS += ["s1", "-", "é", "a longer text", "", *range(-2, 3)]


def test_any_table_is_read_or_explained(tmp_path: Path) -> None:
    for seed in range(80):
        chance = random.Random(seed)
        width = chance.randint(1, 6)
        rows = [[chance.choice(HEADS) for _ in range(width)]]
        for _ in range(chance.randint(0, 6)):
            cells = chance.choices(
                [*CELLS, *range(-2, 3), ""], k=width + chance.choice([0, 0, -1, 1])
            )
            rows.append(cells)
        records = [dict(zip(rows[0], row, strict=False)) for row in rows[1:]]
        content = json.dumps(chance.choice([records, {"a": {"b": records}}, [*records, 3]]))
        ending = chance.choice(["csv", "txt", "lis", "json"])
        path = tmp_path / f"{seed}.{ending}"
        path.write_text(content if ending == "json" else in_csv(rows))
        found, problems = read_sorts(path, path.name, chance.choice([None, ["s1", "s2"]]))
        assert found is not None or problems
