"""The Dutch of the catalogue, the booklet and the demo is spelled right and easy to read."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from babel.messages.pofile import read_po

import cxlib
from cxlib.language import WORDS

CODE = Path(cxlib.__file__).parent
OWN = Path(__file__).with_name("nl.txt")  # words that no dictionary has
DEMO = CODE.parent / "data" / "raw" / "haag-wonen"
LONGEST = 25  # words in a sentence
WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
CODE_NAME = re.compile(r"(?<=[(,])\s*[a-z][\w ]*(?=: )")  # (yes: ja, no: nee)
PLACEHOLDER, MARKUP = re.compile(r"\{[^{}]*\}"), re.compile(r"[*_`#]+|&nbsp;")


def dutch(part: Any) -> Iterator[str]:
    """The Dutch texts anywhere in a YAML file."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "nl" and isinstance(value, str):
                yield value
            else:
                yield from dutch(value)
    elif isinstance(part, list):
        for value in part:
            yield from dutch(value)


def texts() -> dict[str, list[str]]:
    """Every Dutch text by the file that holds it."""
    found = {}
    with (WORDS / "nl.po").open("rb") as file:
        said = [entry.string for entry in read_po(file) if entry.id]
    found["nl.po"] = [t for s in said for t in ([s] if isinstance(s, str) else list(s))]
    for path in [*sorted(CODE.glob("booklet/*.yaml")), *sorted(DEMO.glob("*.yaml"))]:
        found[path.name] = list(dutch(yaml.safe_load(path.read_text(encoding="utf-8"))))
    return {name: lines for name, lines in found.items() if lines}


def plain(text: str) -> str:
    text = CODE_NAME.sub("", PLACEHOLDER.sub(" ", text))
    return MARKUP.sub("", text).replace("\u00a0", " ").replace("’", "'")


@pytest.mark.skipif(not shutil.which("hunspell"), reason="the program hunspell is not installed")
@pytest.mark.parametrize("name", texts())
def test_every_word_is_in_the_dictionary_or_the_word_list(name: str) -> None:
    known = subprocess.run(
        ["hunspell", "-D"], capture_output=True, text=True, input="", check=False
    )
    if "nl_NL" not in known.stderr + known.stdout:
        pytest.skip("hunspell has no Dutch dictionary (hunspell-nl)")
    words = {word for text in texts()[name] for word in WORD.findall(plain(text))}
    assert len(words) > 20
    command = ["hunspell", "-i", "utf-8", "-d", "nl_NL", "-p", str(OWN), "-l"]
    checked = subprocess.run(
        command, capture_output=True, text=True, input="\n".join(sorted(words)), check=True
    )
    assert " ".join(sorted(set(checked.stdout.split()))) == ""


def test_the_word_list_holds_only_words_that_are_used() -> None:
    said = {w.lower() for ts in texts().values() for t in ts for w in WORD.findall(plain(t))}
    own = OWN.read_text(encoding="utf-8").split()
    assert own == sorted(set(own)) and {word.lower() for word in own} <= said


@pytest.mark.parametrize("name", texts())
def test_no_sentence_is_long(name: str) -> None:
    long = [
        sentence
        for text in texts()[name]
        for sentence in re.split(r"(?<=[.!?:;])\s+", plain(text))
        if len(sentence.split()) > LONGEST
    ]
    assert long == []
