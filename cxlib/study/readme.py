"""The field dictionary as the tables of data/raw/README.md."""

from __future__ import annotations

from cxlib.places import RAW
from cxlib.study.dictionary import Field, Table, tables
from cxlib.study.folder import GROUPED
from cxlib.study.settings import LISTS

BEGIN, END = "<!-- fields -->", "<!-- end of fields -->"


def markdown() -> str:
    """Return the dictionary as Markdown: one table for each table."""
    return "\n\n".join(_section(table) for table in tables().values())


def _section(table: Table) -> str:
    name = f"{table.name}/&lt;group&gt;" if table.name in GROUPED else table.name
    lines = [f"### {name}", "", f"{table.about} One row is {table.rows}.", ""]
    lines += [
        "| column | meaning | type | needed | allowed | example |",
        "|---|---|---|---|---|---|",
    ]
    for field in table.fields:
        needed = "no" if not field.required else "column" if field.empty else "yes"
        cells = [f"`{field.name}`", field.about, field.type, needed, _allowed(field)]
        lines.append(f"| {' | '.join(cells)} | `{field.example}` |")
    return "\n".join(lines)


def _allowed(field: Field) -> str:
    words = {
        "grid": "a value of `grid`",
        "scale": "`survey.scale`, 1 to 10 by default",
        "crocodiles": "an id under `crocodiles` in vision.yaml",
        "past": "no later than today",
        "cards": "a card of the study",
        "codes": "a code of `codes`",
        **{name: f"an id under `{name}` in study.yaml" for name in LISTS},
    }
    parts = []
    if isinstance(field.allowed, str):
        parts.append(words[field.allowed])
    if isinstance(field.allowed, tuple):
        parts.append(f"{field.allowed[0]:g} to {field.allowed[1]:g}")
    parts += [f"not before `{field.after}`"] if field.after else []
    parts += ["several, separated by `;`"] if field.many else []
    parts += ["each once"] if field.unique else []
    parts += ["no name, address or number of a person"] if field.person else []
    parts += ["no e-mail address or telephone number"] if field.type == "words" else []
    return "; ".join(parts)


def renew() -> None:
    """Write the dictionary's tables into data/raw/README.md, between its two marks."""
    path = RAW / "README.md"
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    path.write_text(f"{before}{BEGIN}\n{markdown()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    renew()
