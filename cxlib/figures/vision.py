"""Diagrams of the vision, each a Typst part with the study's own texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cxlib.figures.figure import Figure
from cxlib.figures.look import Look
from cxlib.figures.wording import note, part, partly, said, sentences

_MOST = 12  # questions; a higher house does not fit a page


def house(vision: Any, *, look: Look, origin: str) -> Figure:
    """Draw the questions that the vision answers as a house.

    Parameters
    ----------
    vision : Vision
        With `questions`: the first becomes the roof, the last two floor and foundation, those
        between rooms.
    look, origin
        See `top_cards`.

    Raises
    ------
    ValueError
        When the vision has no questions.

    Examples
    --------
    >>> from types import SimpleNamespace as Part
    >>> vision = Part(questions=[Part(id="A", label="Who?", text="Tenants")], purpose="")
    >>> house(vision, look=Look("en"), origin="published").caption.title
    'The customer vision answers one question'
    """
    questions = part(vision, "questions")
    shown = [*questions[: _MOST - 2], *questions[_MOST - 2 :][-2:]]
    inner, floors = _storeys(shown[1:])
    roof = _question(questions[0], look)
    roof["text"] = said(questions[0].text or vision.purpose, look)
    rooms = [
        [_question(q, look) for q in line] for line in divided(inner, 4 if len(inner) == 4 else 3)
    ]
    floor = [_question(q, look) for q in floors]
    return diagram(
        look,
        "house",
        {"roof": roof, "rooms": rooms, "floors": floor},
        title=look.say(
            "The customer vision answers {count}",
            count=look.counted(len(questions), "{n} question", "{n} questions"),
        ),
        subtitle=look.say("From our higher purpose (the roof) to the work itself (the foundation)")
        + partly(len(shown), len(questions), look),
        alt=_house_alt(questions, look),
        origin=origin,
        note=note(vision, "questions", look),
    )


def _question(question: Any, look: Look) -> dict[str, str]:
    texts = {"label": said(question.label, look), "text": said(question.text, look)}
    return {"id": str(question.id), **texts}


def _storeys(below: Sequence[Any]) -> tuple[Sequence[Any], Sequence[Any]]:
    """What lies under the roof: rooms, and one or two floors."""
    floors = min(2, max(1, len(below) - 1)) if below else 0
    cut = len(below) - floors
    return below[:cut], below[cut:]


def _house_alt(questions: Sequence[Any], look: Look) -> str:
    told = [sentences(f"{q.id}: {said(q.label, look)}", said(q.text, look)) for q in questions]
    return sentences(look.say("Drawing of a house"), *told)


def diagram(look: Look, name: str, content: dict[str, Any], **caption: Any) -> Figure:
    """A figure that a part of `typst/diagrams.typ` draws from its content."""
    return Figure.of(look, {"kind": "diagram", "part": name, **content}, **caption)


def divided(parts: Sequence[Any], abreast: int) -> list[Sequence[Any]]:
    """Parts in rows of about equally many, at most `abreast`.

    Examples
    --------
    >>> divided("ABCDEFG", 5)
    ['ABCD', 'EFG']
    """
    if not parts:
        return []
    size = -(-len(parts) // -(-len(parts) // abreast))
    return [parts[i : i + size] for i in range(0, len(parts), size)]
