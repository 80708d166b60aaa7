"""Figures for the web: the same data as a table that reflows on a phone, its numbers as text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from cxlib.figures.figure import WORDS, Figure

STYLE = """
.cx-figure { max-width: 46rem; margin: 0; color: #1A212B; font-size: 1rem; line-height: 1.35 }
.cx-title { font-weight: 700; font-size: 1.15rem; margin: 0 0 .2rem }
.cx-figure p { margin: 0 0 .5rem; color: #55606E }
.cx-figure table { border-collapse: collapse; width: 100% }
.cx-figure th { text-align: left; font-weight: 600; vertical-align: bottom; font-size: .9rem }
.cx-figure td, .cx-figure th { padding: .2rem .5rem .2rem 0; overflow-wrap: anywhere }
.cx-figure td.scale { width: 50%; min-width: 8rem }
.cx-track { position: relative; height: 1rem; border-bottom: 1px solid #D3D9E0 }
.cx-track i { position: absolute; display: block; top: .5rem; transform: translateY(-50%) }
.cx-mark { display: inline-block; width: .7rem; height: .7rem; border: 1px solid #1A212B;
  border-radius: 50% }
.cx-mark.s, .cx-mark.D { border-radius: 0 }
.cx-mark.D { rotate: 45deg }
.cx-mark.\\^ { border-radius: 0; clip-path: polygon(50% 0, 100% 100%, 0 100%) }
.cx-board { display: grid; gap: .3rem; grid-template-columns: repeat(auto-fit, minmax(7rem, 1fr)) }
.cx-board div { padding: .3rem .4rem; margin-top: .2rem; border-radius: .2rem }
.cx-figure svg { width: 100%; height: auto }
"""
_TOLD = ("text", "badge")  # marks that are words
_PLAIN = ("tick", "spot", "arrow", "ring", "bar", "dashed", "tile", "|")


def html(figure: Figure) -> str:
    """A figure as HTML: title, key, a table or list with all its words and numbers, source.

    `STYLE` goes once with the page.

    Examples
    --------
    >>> from cxlib.figures.look import Look
    >>> body = {"kind": "diagram", "part": "questions", "questions": [{"text": "Tenants"}]}
    >>> figure = Figure.of(Look("en"), body, title="All & well", subtitle="", origin="published")
    >>> "All &amp; well</div>" in html(figure)
    True
    """
    caption, kinds = figure.caption, {"rows": _table, "plane": _plane, "board": _board}
    draw = kinds.get(figure.body["kind"], _diagram)
    key = "".join(f"<span>{_mark(item)} {escape(item['text'])}</span> " for item in figure.key)
    return (
        f'<figure class="cx-figure" lang="{escape(figure.language)}">'
        f'<div class="cx-title">{escape(caption.title)}</div><p>{escape(caption.subtitle)}</p>'
        + (f"<p>{key}</p>" if key else "")
        + draw(figure.body)
        + f"<figcaption><p>{escape(caption.source)}</p></figcaption></figure>"
    )


def _mark(item: Mapping[str, Any]) -> str:
    if "sign" in item:
        return escape(item["sign"])
    shape = item.get("marker", "o")
    kind = "cx-mark" if shape in _PLAIN else f"cx-mark {shape}"
    return f'<i class="{kind}" style="background:{item["fill"]}"></i>'


def _table(body: Mapping[str, Any]) -> str:
    heads = "".join(
        f"<th scope='col'>{escape(_head(column))}</th>"
        for column in body["columns"]
        if column["kind"] != "slope"
    )
    lines = "".join(_line(line, body["columns"]) for line in body["rows"])
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{lines}</tbody></table>"


def _head(column: Mapping[str, Any]) -> str:
    return " ".join([column.get("head", ""), *(part["text"] for part in column.get("heads", ()))])


def _line(line: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> str:
    if "section" in line:
        return f'<tr><th colspan="{len(columns)}">{escape(line["section"])}</th></tr>'
    pairs = zip(columns, line["cells"], strict=True)
    return f"<tr>{''.join(_cell(c, cell) for c, cell in pairs if c['kind'] != 'slope')}</tr>"


def _cell(column: Mapping[str, Any], cell: Mapping[str, Any] | None) -> str:
    if cell is None:
        return "<td>–</td>"
    if column["kind"] != "scale":
        fill = f"background:{cell['fill']};" if cell.get("fill") else ""
        colour = f"color:{cell['colour']};" if cell.get("colour") else ""
        return f'<td style="{fill}{colour}">{escape(cell["text"])}</td>'
    marks = "".join(_drawn(column, part) for part in cell["parts"])
    told = " ".join(part["text"] for part in cell["parts"] if part["kind"] in _TOLD)
    track = f'<div class="cx-track" aria-hidden="true">{marks}</div>' if marks else ""
    return f'<td class="scale">{track}{escape(cell["said"] or told)}</td>'


def _drawn(column: Mapping[str, Any], part: Mapping[str, Any]) -> str:
    def at(value: float) -> float:
        share = (value - column["low"]) / (column["high"] - column["low"])
        return round(100 * min(max(share, 0.0), 1.0), 2)

    if part["kind"] == "span":
        left, wide, tall = at(part["low"]), at(part["high"]) - at(part["low"]), part["tall"] / 4
        place = f"left:{left}%;width:{wide:.2f}%;height:{tall:.2f}rem"
        return f'<i style="{place};background:{part["fill"]}"></i>'
    if part["kind"] == "dot":
        shape = part["marker"] if part["marker"] not in _PLAIN else ""
        place = f"left:calc({at(part['at'])}% - .35rem)"
        return f'<i class="cx-mark {shape}" style="{place};background:{part["fill"]}"></i>'
    return ""


def _board(body: Mapping[str, Any]) -> str:
    low, high = body["ends"]
    columns = "".join(
        f"<section><b>{escape(column['head'])}</b>{''.join(map(_tile, column['cards']))}</section>"
        for column in body["columns"]
    )
    return f'<p>{escape(low)} – {escape(high)}</p><div class="cx-board">{columns}</div>'


def _tile(card: Mapping[str, Any]) -> str:
    style = f"background:{card['fill']};color:{card['colour']}"
    return f'<div style="{style}">{escape(card["text"])}</div>'


def _plane(body: Mapping[str, Any]) -> str:
    """The plane as a drawing without words, and what its marks tell, else what stands on it."""

    def at(axis: str, value: float) -> float:
        scale = body[axis]
        (start, end), share = scale["span"], (value - scale["low"]) / (scale["high"] - scale["low"])
        return start + share * (end - start) if axis == "x" else end - share * (end - start)

    shapes = []
    for part in body["parts"]:
        if part["kind"] == "line":
            points = " ".join(f"{at('x', x):.1f},{at('y', y):.1f}" for x, y in part["points"])
            style = f'stroke="{part["colour"]}" stroke-width="{part["width"] * 0.35:.2f}"'
            shapes.append(f'<polyline fill="none" points="{points}" {style}/>')
        elif part["kind"] in ("dot", "mark"):
            placed = part["kind"] == "mark"
            x, y = (part[a] if placed else at(a, part[a]) for a in ("x", "y"))
            shapes.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1" fill="{part["fill"]}"/>')
    box = f'viewBox="0 0 {body["wide"]} {body["tall"]}"'
    drawing = f'<svg aria-hidden="true" {box}>{"".join(shapes)}</svg>'
    told = [part["said"] for part in body["parts"] if part.get("said")]
    told = told or [part["text"] for part in body["parts"] if part["kind"] == "text"]
    told += [f"{part['head']}: {part['text']}" for part in body.get("list", ())]
    return f"{drawing}<ul>{''.join(f'<li>{escape(text)}</li>' for text in told)}</ul>"


def _diagram(body: Mapping[str, Any]) -> str:
    """Every part of the diagram that has words as an item, with its own parts below it."""
    chart = _table(body["chart"]) if "chart" in body else ""
    items = "".join(_items(part, name) for name, part in body.items() if name != "chart")
    return f"<ul>{items}</ul>{chart}"


def _items(part: Any, name: str = "") -> str:
    if isinstance(part, str):
        return f"<li>{escape(part)}</li>" if name in WORDS and part else ""
    if isinstance(part, Mapping):
        own = {n: value for n, value in part.items() if n in WORDS and isinstance(value, str)}
        inner = "".join(_items(value, n) for n, value in part.items() if n not in own)
        line = escape(" ".join(filter(None, own.values())))
        inner = f"<ul>{inner}</ul>" if line and inner else inner
        return f"<li>{line}{inner}</li>" if line else inner
    return "".join(_items(value, name) for value in part) if isinstance(part, Sequence) else ""
