"""Walk through the tags of a PDF."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pikepdf


def elements(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Every structure element in reading order, with its tag."""
    stack: list[Any] = [pdf.Root.StructTreeRoot.K]
    while stack:
        node = stack.pop()
        if isinstance(node, pikepdf.Array):
            stack.extend(reversed(list(node)))
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S)[1:], node
            if "/K" in node:
                stack.append(node.K)


def tags(pdf: pikepdf.Pdf) -> list[str]:
    """The tags in reading order."""
    return [tag for tag, _ in elements(pdf)]


def children(node: Any) -> list[str]:
    """Tags of the elements directly below one."""
    kids = node.get("/K", [])
    kids = list(kids) if isinstance(kids, pikepdf.Array) else [kids]
    return [str(k.S)[1:] for k in kids if isinstance(k, pikepdf.Dictionary) and "/S" in k]


def fonts(pdf: pikepdf.Pdf) -> dict[str, Any]:
    """Descriptors of all fonts by their name; None where a font has none."""
    found = {}
    for page in pdf.pages:
        resources: Any = page.get("/Resources")
        for font in (resources.get("/Font") or {}).values():
            base = font.DescendantFonts[0] if "/DescendantFonts" in font else font
            found[str(font.BaseFont)] = base.get("/FontDescriptor")
    return found
