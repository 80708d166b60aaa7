"""Answers in words: which grade they stand for, and which of them are no grade at all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# Lowest first; words that mean the same are separated by a bar.
_SCALES = (
    "zeer ontevreden|erg ontevreden|heel ontevreden|helemaal niet tevreden;"
    "ontevreden|niet tevreden|een beetje ontevreden|enigszins ontevreden;"
    "neutraal|niet tevreden en niet ontevreden|niet tevreden niet ontevreden"
    "|niet ontevreden niet tevreden|niet ontevreden en niet tevreden|tevreden noch ontevreden"
    "|noch tevreden noch ontevreden|niet tevreden maar ook niet ontevreden;"
    "tevreden|een beetje tevreden|enigszins tevreden;"
    "zeer tevreden|erg tevreden|heel tevreden|helemaal tevreden",
    "zeer ontevreden|uiterst ontevreden|heel erg ontevreden;ontevreden;"
    "enigszins ontevreden|een beetje ontevreden;"
    "neutraal|niet tevreden en niet ontevreden|tevreden noch ontevreden"
    "|niet tevreden niet ontevreden;"
    "enigszins tevreden|een beetje tevreden;tevreden;"
    "zeer tevreden|uiterst tevreden|heel erg tevreden",
    "very dissatisfied|very unsatisfied|extremely dissatisfied|completely dissatisfied;"
    "dissatisfied|fairly dissatisfied|somewhat dissatisfied|quite dissatisfied|unsatisfied;"
    "neither satisfied nor dissatisfied|neutral|neither|neither dissatisfied nor satisfied;"
    "satisfied|fairly satisfied|somewhat satisfied|quite satisfied;"
    "very satisfied|extremely satisfied|completely satisfied",
    "extremely dissatisfied|very dissatisfied|completely dissatisfied;"
    "moderately dissatisfied|dissatisfied|mostly dissatisfied;"
    "slightly dissatisfied|somewhat dissatisfied;"
    "neither satisfied nor dissatisfied|neutral;"
    "slightly satisfied|somewhat satisfied;moderately satisfied|satisfied|mostly satisfied;"
    "extremely satisfied|very satisfied|completely satisfied",
    "helemaal mee oneens|zeer mee oneens|helemaal oneens|zeer oneens|volledig mee oneens;"
    "mee oneens|oneens|niet mee eens;"
    "neutraal|niet mee eens niet mee oneens|niet eens niet oneens|niet eens en niet oneens"
    "|niet mee eens en niet mee oneens|noch eens noch oneens|eens noch oneens;"
    "mee eens|eens;helemaal mee eens|zeer mee eens|helemaal eens|zeer eens|volledig mee eens",
    "helemaal mee oneens|zeer mee oneens|helemaal oneens|zeer oneens;mee oneens|oneens;"
    "enigszins mee oneens|beetje mee oneens|een beetje mee oneens|enigszins oneens;"
    "neutraal|niet mee eens niet mee oneens|niet eens niet oneens;"
    "enigszins mee eens|beetje mee eens|een beetje mee eens|enigszins eens;"
    "mee eens|eens;helemaal mee eens|zeer mee eens|helemaal eens|zeer eens",
    "strongly disagree|completely disagree|totally disagree;disagree|tend to disagree;"
    "neither agree nor disagree|neutral|neither|undecided;agree|tend to agree;"
    "strongly agree|completely agree|totally agree",
    "strongly disagree;disagree;somewhat disagree|slightly disagree;"
    "neither agree nor disagree|neutral;somewhat agree|slightly agree;agree;strongly agree",
    "zeer slecht|heel slecht;slecht;redelijk|matig|neutraal|voldoende|niet goed niet slecht;"
    "goed;zeer goed|heel goed|uitstekend",
    "very poor|very bad|terrible;poor|bad;fair|average|acceptable|neutral|okay|ok;good;"
    "very good|excellent",
    "poor;fair;good;very good;excellent",
    "nooit;zelden;soms;vaak|meestal;altijd",
    "never;rarely|seldom;sometimes;often|usually|most of the time;always",
    "zeer onwaarschijnlijk;onwaarschijnlijk;neutraal;waarschijnlijk;zeer waarschijnlijk",
    "very unlikely|extremely unlikely;unlikely|somewhat unlikely;"
    "neither likely nor unlikely|neutral;likely|somewhat likely;very likely|extremely likely",
)
_NO_ANSWERS = (
    "weet niet;weet ik niet;weet het niet;ik weet het niet;weet niet geen mening;geen mening;"
    "geen antwoord;niet van toepassing;nvt;n v t;niet ingevuld;wil niet zeggen;zeg ik liever niet;"
    "geen ervaring;don t know;do not know;i don t know;dont know;dk;no opinion;no answer;n a;"
    "not applicable;does not apply;prefer not to say;refused;not sure;unsure;can t say;cannot say;"
    "don t know not applicable;weet niet niet van toepassing;missing;no experience;not answered;"
    "weet niet n v t;don t know n a"
)
_IDLE = frozenset(_NO_ANSWERS.split(";"))
_LED = re.compile(r"(-?\d{1,2})(?:\s*[-–—=:.)(/]|\s+\D).*[^\W\d].*")


def plain(answer: object) -> str:
    """Return an answer in small letters, without signs, for comparing.

    Examples
    --------
    >>> plain(" Zeer  tevreden! "), plain("Don’t know / N.A.")
    ('zeer tevreden', 'don t know n a')
    """
    return " ".join(re.sub(r"[^\w]+", " ", str(answer).casefold()).split())


def idle(answer: object) -> bool:
    """Return whether an answer says that there is none, such as "weet niet".

    Examples
    --------
    >>> [idle(answer) for answer in ("Weet niet", "Don't know", "neutral")]
    [True, True, False]
    """
    return plain(answer) in _IDLE


def proposed(answers: Iterable[str]) -> dict[str, int]:
    """Return the grade that each answer seems to stand for; without those that are not clear.

    Texts that begin with a number stand for it. Others count from 1 up where all of them are on
    one known Dutch or English scale of five or seven points.

    Examples
    --------
    >>> proposed(["5 - Very satisfied", "1 - Very dissatisfied"])
    {'1 - Very dissatisfied': 1, '5 - Very satisfied': 5}
    >>> proposed(["zeer tevreden", "Ontevreden", "weet niet"])
    {'Ontevreden': 2, 'zeer tevreden': 5}
    >>> proposed(["mooi", "lelijk"])
    {}
    """
    given = [answer for answer in dict.fromkeys(answers) if not idle(answer)]
    led = {answer: int(found[1]) for answer in given if (found := _LED.fullmatch(answer.strip()))}
    rest = [answer for answer in given if answer not in led]
    best: Mapping[str, int] = {}
    for scale in _SCALES:
        grades = {
            word: grade
            for grade, words in enumerate(scale.split(";"), 1)
            for word in words.split("|")
        }
        scored = {answer: grades[plain(answer)] for answer in rest if plain(answer) in grades}
        if len(scored) == len(rest) and len(set(scored.values())) == len(rest):
            best = scored
            break
    return dict(sorted((led | dict(best)).items(), key=lambda pair: pair[1]))
