"""A small workbook in the layout of the regulator's, with its oddities."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl

Row = dict[str, Any]
LCRA, REGISTERS = "TSM24_LCRA_Perception", "TSM24_Management_Info"
METHODS = ("Telephone", "Internet", "FacetoFace", "Postal", "SMS", "Other")
WORDS = {
    5: "very satisfied",
    4: "fairly satisfied",
    3: "neither satisfied nor dissatisfied",
    2: "fairly dissatisfied",
    1: "very dissatisfied",
}
ABOUT = {
    "landlord": "Landlord name",
    "code": "Landlord code",
    "type": "Landlord type",
    "url": "Landlord TSM Publication URL1",
    "size_band": "Landlord group size (homes owned, LCRA and LCHO combined)",
    "region": "Landlord predominant region",
    "supported30": "LCRA above 30% supported housing",
    "population": "Relevant\u00a0tenant population size (LCRA)",
    "required": "Required minimum sample size2,3",
    "sample": "Total sample size achieved",
    "moe": "Estimated margin of error achieved2 %",
}


def headings() -> dict[str, str]:
    """Heading of every column on the sheet of perceptions, by what it holds."""
    found = dict(ABOUT)
    found |= {f"n_{m}": f"Number of responses by method - {m}" for m in METHODS}
    found["method_main"] = "Predominant collection method"
    start = "of respondents who report that they are"
    for number in range(1, 13):
        name = f"TP{number:02d}"
        found[name] = f"Proportion {start} satisfied with something ({name})"
    found["had"] = "Proportion of tenants who state that have had a repair (TP02 responses)"
    for number in range(1, 13):
        name = f"TP{number:02d}"
        for answer, words in WORDS.items():
            # As in the edition of 2024: one heading lost its answer.
            said = f" {words}" if (name, answer) != ("TP07", 5) else ""
            found[f"{name}_n{answer}"] = f"Number {start}{said} with something\u200b ({name})"
        found[f"{name}_na"] = (
            f"Number of respondents who report 'not applicable/ don't know' ({name})"
        )
    found["TP02_had"] = (
        "Number of respondents who report that their landlord has carried out a repair (TP02)"
    )
    by = "(TP01) for each survey method"
    found |= {f"TP01_{m}": f"Proportion {start} satisfied overall {by} - {m}" for m in METHODS}
    found["bare"] = "Proportion of tenants (unweighted) who reported they are satisfied (TP01)"
    return found


def rows(count: int = 40, seed: int = 3) -> list[Row]:
    """Landlords whose shares follow from their counts; one by one with less reported."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(count):
        row: Row = {"landlord": f"Homes {i:02d} Limited", "code": f"L{1000 + i}", "type": "PRP"}
        row |= {"size_band": "<5,000", "region": ("North", "South")[i % 2], "supported30": "No"}
        row |= {"population": 2000 + i, "sample": 400, "moe": 4.4, "method_main": "Telephone"}
        row |= {f"n_{m}": "[X]" for m in METHODS} | {f"TP01_{m}": "[Z]" for m in METHODS}
        row |= {"n_Telephone": 200, "n_Internet": 120 + 2 * i, "n_SMS": 0, "TP01_SMS": 0}
        level = round(float(rng.normal(0.7, 0.08)), 3)
        row |= {
            "TP01_Telephone": round(100 * level, 1),
            "TP01_Internet": round(100 * level - 14, 1),
        }
        for number in range(1, 13):
            p = float(np.clip(level + rng.normal(0, 0.04), 0.05, 0.95))
            counts = rng.multinomial(400, [p * 0.5, p * 0.5, (1 - p) / 3, (1 - p) / 3, (1 - p) / 3])
            name = f"TP{number:02d}"
            row |= {f"{name}_n{a}": int(n) for a, n in zip(WORDS, counts, strict=True)}
            row[name] = 100 * float(counts[:2].sum()) / 400
        found.append(row)
    return found


def write(
    path: Path,
    landlords: list[Row] | None = None,
    *,
    edit: Callable[[dict[str, str]], dict[str, str]] = lambda heads: heads,
    registers: bool = True,
) -> list[Row]:
    """Write the workbook; `edit` changes its headings or their order."""
    found = rows() if landlords is None else landlords
    book = openpyxl.Workbook()
    book.active.title = "Introduction"
    book.active.append(["Tenant Satisfaction Measures 2024 - Dataset"])
    heads = edit(headings())
    sheet = book.create_sheet(LCRA)
    for line in ([LCRA], ["Go back to contents"], list(heads.values())):
        sheet.append(line)
    for at, row in enumerate(found, 4):
        for place, name in enumerate(heads, 1):
            cell = sheet.cell(at, place, row.get(name, "[X]"))
            cell.data_type = "s" if isinstance(cell.value, str) else cell.data_type  # no formula
    for line in ([], ["Notes:"], ["1. Text of a note (TP01)."]):
        sheet.append(line)
    if registers:
        _registers(book.create_sheet(REGISTERS), found)
    book.save(path)
    return found


def _registers(sheet: Any, found: list[Row]) -> None:
    sheet.append([REGISTERS])
    sheet.append(["Go back to contents"])
    stage = "Number of stage one complaints in the relevant stock type"
    sheet.append(
        ["Landlord name", "Landlord code"]
        + [f"{part} - {stage} per 1,000 homes (CH01 1)" for part in ("LCHO", "Combined", "LCRA")]
        + ["LCRA - Proportion of stage one complaints responded to in time (CH02 1)"]
        + ["Proportion of non-emergency responsive repairs within the target (RP02 1)"]
        + ["Proportion of emergency responsive repairs within the target (RP02 2)"]
    )
    for i, row in enumerate(reversed(found)):  # another order than on the other sheet
        late = "[E]" if row["code"] == "L1003" else 80 + i / 10
        sheet.append([row["landlord"], row["code"], "[Z]", "[X]", 30 + i, 90, late, 99])
    sheet.append([])
    sheet.append(["Notes:"])
