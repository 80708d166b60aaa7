"""The booklet's colours: three brand colours and what follows from them."""

from __future__ import annotations

from cxlib.figures.brand import TEXT_CONTRAST, Brand, contrast, mix


def palette(brand: Brand) -> dict[str, str]:
    """Colours by the name that the templates know them by.

    Parameters
    ----------
    brand : Brand
        Checked house colours.

    Examples
    --------
    >>> colours = palette(Brand())
    >>> colours["on_primary"], contrast(colours["deep"], "#FFFFFF") >= TEXT_CONTRAST
    ('#FFFFFF', True)
    """
    return {
        "primary": brand.primary,
        "secondary": brand.secondary,
        "accent": brand.accent,
        "ink": brand.ink,
        "muted": brand.muted,
        "rule": brand.rule,
        "pale": brand.tint(0.07),
        "warm": mix(brand.accent, 0.2),
        "deep": deep(brand.secondary, brand.ink),
        "on_primary": brand.on(brand.primary),
        "on_secondary": brand.on(brand.secondary),
        "on_accent": brand.on(brand.accent),
        "wall1": mix(brand.secondary, 0.32, brand.primary),
        "wall2": brand.secondary,
        "wall3": mix(brand.secondary, 0.64, brand.primary),
        "pane": mix(brand.primary, 0.9, brand.ink),
    }


def deep(colour: str, ink: str) -> str:
    """A colour darkened just until small text in it can be read on its own pale tint."""
    shares = [step / 20 for step in range(20, -1, -1)]
    darker = (mix(colour, share, ink) for share in shares)
    return next(c for c in darker if contrast(c, "#FFFFFF") >= TEXT_CONTRAST + 0.5 or c == ink)
