"""What in a text gives a person away, as far as a program can surely tell.

Nothing is sought where there is neither a number nor an @, and the libraries that know telephone
numbers and accounts are imported for what looks like one only: opening a study stays quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from cxlib.language import Speaker

BSN, MAIL, PHONE = "citizen service number", "e-mail address", "telephone number"
BANK, ADDRESS, POSTCODE, POSITION = "bank account", "address", "postcode", "position"
_SUSPECT = re.compile(r"@|[(\[] ?at ?[)\]]|(?:\d\D{0,3}){4}")
MAILED = re.compile(r"[\w.+'-]+(?:@| ?[(\[] ?at ?[)\]] ?)[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}")
_BANK = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?:[ .-]?[A-Za-z0-9]){11,30}")
_DUTCH_BANK = re.compile(r"NL\d{2}[A-Z]{4}\d{10}")  # mistyped, it is still somebody's
# Nine digits as people write them, in no longer number or id, and no money.
_BSN = re.compile(
    r"(?:(?<=bsn)|(?<![\w.,€$£/+-])(?<!€ )(?<!EUR )(?<!euro ))(?:\d{9}|(?<!\d )(?:"
    r"\d{3}([ .-])\d{3}\1\d{3}|\d{4}([ .-])\d{2}\2\d{3}|(?:\d\d([ .-])){3}\d{3})(?! \d))"
    r"(?![\w/-]|[.,]\d| ?(?:euro|eur|€|%))",
    re.IGNORECASE,
)
_DIALLED = re.compile(r"(?<!\w)(?:\+|\(?0)(?:[\s().\u2010-\u2015/-]{0,3}\d){7,14}")
_DECIMALS = re.compile(r"(?<![\d.])(?:0[.,]\d+|[1-9]\d*[.,]\d{5,})")  # nobody dials them
_CODE = re.compile(r"[1-9]\d{3}[ \u00a0]{0,2}[A-Za-z]{2}(?![^\W\d_])")
_PLACE = re.compile(
    r"(?P<before>[^\W\d_]{3,}\.? \d{1,4} ?(?:[a-zA-Z]|[IVX]+|-\w{1,4})?,?\s+)?"
    r"(?<![\w€.,-])(?P<four>[1-9]\d{3})(?P<gap>[ \u00a0]{0,2})(?P<two>[A-Za-z]{2})(?![^\W\d_])"
    r"(?P<after>[\s,/-]*(?:(?:huis)?(?:nr|nummer|no)\b\.?:? ?)?"
    r"(?!(?:19|20)\d\d(?!\d))\d{1,5}(?!\d))?"
)
_BOX = re.compile(r"postbus|antwoordnummer|box", re.IGNORECASE)  # nobody lives there
# Two letters after a number that are a word or a unit more often than a postcode.
_WORDS = re.compile(
    "am|an|as|at|be|bv|by|ca|cl|cm|ct|db|de|di|dl|dm|do|en|er|fl|gb|go|gr|ha|he|hz|if|ik|in|"
    "is|it|je|kg|km|kw|ma|mb|me|mg|ml|mm|mw|my|nd|nl|no|nr|nu|nv|of|om|on|op|or|pk|pp|pt|px|"
    "rd|so|st|tb|te|th|to|tv|uk|up|us|vr|vs|we|wo|za|ze|zo",
    re.IGNORECASE,
)
_NORTH, _EAST = r"(3[5-9]|[4-6]\d|7[01])[.,]\d{4,}", r"[+-]?([0-3]?\d)[.,]\d{4,}"
_POSITION = re.compile(
    rf"(?<![\w.,-])(?<!\d[,;] ){_NORTH}\s?°?\s?[NnS]?\s?[,;/\s]\s*(?:[EOW]\s?)?{_EAST}"
    r"(?!\d|[,;]\s?-?\d+[.,]\d)"
    rf"|(?i:point) ?\({_EAST}\s{_NORTH}"
    rf"|\b\d{{1,2}}\s?°\s?\d{{1,2}}(?:[.,]\d+)?\s?['’′](?:\s?\d{{1,2}}(?:[.,]\d+)?\s?[\"”″'’]+)?\s?[NSZ]\b"
)
_PEOPLE = (0, 1, 2, 6, 7, 8)  # kinds of telephone number that are one household's
# Whoever is addressed so has a name; or a street with a number.
CALLED = re.compile(
    r"(?i:\b(?:mevr|mevrouw|mw|dhr|de heer|meneer|mr|mrs|ms|miss|familie|fam|buurvrouw|buurman)\b)"
    r"\.? (?:(?:van|de|der|den|het|ten|ter|te|von|el|al|la|'t) |[A-Z]\. ?)*[A-Z][^\W\d_]+"
    r"|\b[A-Z][^\W\d_]+(?:straat|laan|weg|plein|kade|gracht|singel|dijk|hof|dreef) \d{1,4}\b"
)


def traces(
    text: str, own: Sequence[str] = (), languages: Sequence[str] = ()
) -> Iterator[tuple[str, str]]:
    """Yield each thing in a text that gives a person away: its kind, and how it is written.

    Parameters
    ----------
    text : str
    own : sequence of str
        Numbers and addresses of the organisation itself.
    languages : sequence of str
        Telephone numbers may be written as in their countries, and as in the Netherlands.

    Examples
    --------
    >>> list(traces("Bel 06-12345678, of kom naar 2516 CB 12"))
    [('telephone number', '06-12345678'), ('address', '2516 CB 12')]
    >>> list(traces("Van 2019-Q1 tot 2020-Q4 steeg R0001 van 2019 naar 21000"))
    []
    """
    if not _SUSPECT.search(text):
        return
    for written in own:
        signs = r"[\W_]*".join(map(re.escape, re.findall(r"\w", written)))
        text = re.sub(rf"(?<!\w){signs}(?!\w)", "·", text, flags=re.IGNORECASE)
    if "@" in text or "at" in text:
        yield from ((MAIL, found[0]) for found in MAILED.finditer(text))
    yield from ((BANK, found[0]) for found in _BANK.finditer(text) if _account(found[0]))
    yield from ((BSN, found[0]) for found in _BSN.finditer(text) if citizen(found[0]))
    if _DIALLED.search(said := _DECIMALS.sub("·", text)):
        yield from ((PHONE, found) for found in _dialled(said, languages))
    for found in _PLACE.finditer(text) if _CODE.search(text) else ():
        if _lettered(found, text) and not _BOX.match(found["before"] or ""):
            yield ADDRESS if found["before"] or found["after"] else POSTCODE, found[0].strip()
    yield from ((POSITION, found[0]) for found in _POSITION.finditer(text))


def _account(written: str) -> bool:
    """Whether an account begins here; more words may follow it."""
    from stdnum import iban

    signs = re.sub(r"[ .-]", "", written).upper()
    starts = (signs[:length] for length in range(15, min(len(signs), 34) + 1))
    return bool(_DUTCH_BANK.match(signs)) or any(iban.is_valid(s, False) for s in starts)


def citizen(written: str) -> bool:
    """Whether nine digits pass the eleven-test of a citizen service number."""
    from stdnum.nl import bsn

    return bsn.is_valid(written)


def _dialled(text: str, languages: Sequence[str]) -> Iterator[str]:
    import phonenumbers

    for region in dict.fromkeys(["NL", *(Speaker(code).region for code in languages)]):
        for found in phonenumbers.PhoneNumberMatcher(text, region):
            if phonenumbers.number_type(found.number) in _PEOPLE:
                yield found.raw_string


def _lettered(found: re.Match[str], text: str) -> bool:
    """Whether four digits and two letters are a postcode, and not a year or number and a word."""
    word = _WORDS.fullmatch(found["two"])
    if found["two"].isupper():
        return not (word and text.isupper() and re.search("[A-Z]{3}", text))
    return bool(found["after"]) and not (word or found["four"].startswith(("19", "20")))
