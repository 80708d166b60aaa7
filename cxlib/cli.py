"""The command line: from `cxlib check` to `cxlib forget`."""

from __future__ import annotations

import argparse
import datetime as dt
import errno
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from cxlib.problems import Problem, StudyError, gather

if TYPE_CHECKING:  # the study library takes a second to import; --help should not
    from cxlib.study import Study

WELL, FAULTY = 0, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Words after `cxlib`; by default those of the command line.

    Returns
    -------
    int
        Exit code: 0 if all is well, 2 if the user has something to correct.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old terminal is no reason to stop
    options = parser().parse_args(arguments)
    try:
        return options.run(options)
    except StudyError as error:
        _report(options.place, error)
        return FAULTY
    except OSError as error:
        name = f" {error.filename}" if error.filename else ""
        print(f"cxlib can't use{name}: {error.strerror}.", file=sys.stderr)
        return FAULTY


def parser() -> argparse.ArgumentParser:
    """Return the parser; each command sets `run` to the function that carries it out."""
    top = argparse.ArgumentParser(prog="cxlib", description="Customer vision research.")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = commands.add_parser("check", help="say everything that is wrong with a study folder")
    known = "a study folder, or the name of one in data/raw"
    check.add_argument("place", metavar="folder", help=known)
    check.set_defaults(run=run_check)
    new = commands.add_parser("new", help="write a new study folder with a small example")
    new.add_argument("place", metavar="folder", help="a folder that does not exist yet")
    new.add_argument(
        "--from",
        nargs="+",
        dest="sources",
        metavar="FILE",
        help="exports to begin with (a survey, sorts), in place of the example",
    )
    new.set_defaults(run=run_new)
    pseudonyms = commands.add_parser(
        "pseudonyms", help="copy a study folder or a table with pseudonyms for people"
    )
    pseudonyms.add_argument("place", metavar="source", help="stays as it is")
    pseudonyms.add_argument("target", help="does not exist yet")
    pseudonyms.add_argument(
        "--column", nargs="+", default=[], metavar="NAME", help="other columns with ids of people"
    )
    pseudonyms.set_defaults(run=run_pseudonyms)
    key = commands.add_parser("key", help="make the key for pseudonyms, outside the project")
    key.set_defaults(run=run_key, place="The key")
    export = commands.add_parser("export", help="write sorts and solution for other programs")
    export.add_argument("place", metavar="study", help=known)
    export.add_argument("folder", help="where the files go; nothing is overwritten")
    export.add_argument("--group", help="one group; all groups that sorted by default")
    export.add_argument(
        "--format",
        choices=("pqmethod", "kade", "excel", "json"),
        help="one of four; all by default",
    )
    export.set_defaults(run=run_export)
    printed = commands.add_parser("print", help="set what was published for a printing house")
    printed.add_argument("place", metavar="study", help=known)
    printed.add_argument("folder", help="where booklet and card with bleed go")
    printed.add_argument("--period", default="latest", help="by default the last complete one")
    printed.set_defaults(run=run_print)
    passport = commands.add_parser("passport", help="what is published, for the privacy officer")
    passport.add_argument("place", metavar="study", help=known)
    passport.set_defaults(run=run_passport)
    state = commands.add_parser("status", help="how the runs went, and what is published")
    state.add_argument("studies", nargs="*", metavar="study", help="ids; all by default")
    state.set_defaults(run=run_status)
    _add_schedule(commands, known)
    back = commands.add_parser("withdraw", help="take published editions back, for a reason")
    back.add_argument("place", metavar="study", help=known)
    back.add_argument("period", nargs="+", help="as 2020-Q4, or several")
    back.add_argument("--why", required=True, metavar="TEXT", help="recorded with the decision")
    back.set_defaults(run=run_withdraw)
    erase = commands.add_parser("forget", help="remove what was made of a participant's answers")
    erase.add_argument("place", metavar="study", help=known)
    erase.add_argument("participant", help="the pseudonym")
    erase.set_defaults(run=run_forget)
    return top


def _add_schedule(commands: argparse._SubParsersAction, known: str) -> None:
    """Add the command that makes schedules."""
    about = "Make what runs `make` for a study with nobody watching."
    rule = (
        "GitHub keeps no ledger of editions (data/ledger) from run to run: a workflow is made only"
        " for a study in the project without rows of people. Run `make` once by hand before the"
        " first date, and give each study another time: a run waits ten minutes for one before it."
    )
    one = commands.add_parser("schedule", help=about[:1].lower() + about[1:-1],
                              description=about, epilog=rule)  # fmt: skip
    one.add_argument("place", metavar="study", help=known)
    one.add_argument("--every", required=True, choices=("month", "quarter"))
    one.add_argument("--kind", choices=("systemd", "cron", "github"), help="by default all")
    days = {"type": int, "choices": range(1, 29), "default": 3, "metavar": "DAY"}
    one.add_argument("--day", **days, help="1 to 28, when the answers are in; by default 3")
    one.add_argument("--at", type=_time, default=dt.time(6, 15), metavar="HH:MM",
                     help="by default 06:15; GitHub takes it as UTC")  # fmt: skip
    one.add_argument("--period", default="latest", metavar="WORDS",
                     help="as PERIOD of make: 'latest' (default) leaves editions that are out as"
                     " they are, 'latest stale' renews those whose rows changed, 'previous latest'"
                     " is for rows that come in over a month late")  # fmt: skip
    one.add_argument("--to", metavar="FOLDER", help="write files there, in place of showing them")
    one.set_defaults(run=run_schedule)


def _time(text: str) -> dt.time:
    """Read an hour and minute."""
    try:
        return dt.datetime.strptime(text, "%H:%M").time()
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 06:15") from None


def run_check(options: argparse.Namespace) -> int:
    """Report on a study folder; write nothing."""
    from cxlib.study import Study

    study = Study.open(options.place)
    found = [*study.hints, *_printable(study)]
    faults = any(not problem.hint for problem in found)
    state = "can't be used" if faults else "can be read" if found else "is well"
    print(f"{options.place} {state}. It holds:")
    for line in _contents(study):
        print(f"  {line}")
    _list(found)
    return FAULTY if faults else WELL


def _printable(study: Study) -> Iterator[Problem]:
    """Yield what would stop or spoil what is printed: colours, pictures, an example's texts."""
    from PIL import Image, UnidentifiedImageError

    from cxlib.figures.brand import Brand, BrandError
    from cxlib.new import leftovers
    from cxlib.run.given import outlook
    from cxlib.study.folder import holds_nothing

    try:
        Brand(**study.config.brand.model_dump())
    except BrandError as error:
        expected, said = "colours that can be printed", str(error)
        yield Problem("study.yaml", expected, f"{said[:1].upper()}{said[1:]}.", column="brand")
    for photo in study.vision.photos if study.vision else []:
        if photo.file:
            try:
                with Image.open(study.folder / photo.file) as picture:
                    picture.load()
            except (OSError, UnidentifiedImageError, Image.DecompressionBombError) as error:
                there = not isinstance(error, FileNotFoundError)
                expected = "a picture that opens" if there else "a picture in the study folder"
                remedy = "Save it again as JPEG or PNG, or remove its file from the photo."
                place = f"photos.{photo.slot}"
                yield Problem("vision.yaml", expected, remedy, column=place, value=photo.file)
    yield from _placed(study)
    letters = gather(_without_letters(study))
    yield from letters
    if not letters:
        yield from _strained(study)
    if set(study.files) <= {"study.yaml"}:
        yield holds_nothing(study.folder)
    elif not any(runs for runs, _ in outlook(study).values()):
        remedy = "See above what each notebook needs."
        yield Problem("", "something that can be analysed", remedy, hint=True)
    yield from leftovers(study)


def _placed(study: Study) -> Iterator[Problem]:
    """Yield the pictures in the study folder that say where they were taken."""
    from PIL import Image

    from cxlib.booklet.photos import located

    for path in sorted(study.folder.rglob("*")):
        if path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"):
            with suppress(OSError, Image.DecompressionBombError):
                if located(path.read_bytes()):
                    remedy = (
                        "The booklet leaves it out; take it out of the file before you send it."
                    )
                    expected = "a photo that does not say where it was taken"
                    yield Problem(str(path.relative_to(study.folder)), expected, remedy, hint=True)


def _without_letters(study: Study) -> Iterator[Problem]:
    """Yield the texts for people in which the typeface of figures and booklet lacks a letter."""
    from cxlib.figures.text import missing
    from cxlib.study.text import words

    cards = study.cards.filter(regex="^(label|short)_") if study.cards is not None else None
    sources = {
        "study.yaml": [study.name, *words(study.config)],
        "vision.yaml": list(words(study.vision)),
        "cards": [] if cards is None else [str(text) for text in cards.to_numpy().ravel()],
    }
    for file, texts in sources.items():
        for text in dict.fromkeys(texts):
            if lacking := missing(text):
                expected = "letters that the typeface of figures and booklet has"
                remedy = f"Write {lacking} in Latin, Greek or Cyrillic letters."
                yield Problem(file, expected, remedy, value=text)


_ROOM = 1500  # signs, in all languages, that any page holds; drawing takes a tenth of a second
_DIAGRAMS = (
    *("house", "phases", "values", "maturity", "service_excellence", "organisation"),
    *("roadmap", "projects"),
)


def _strained(study: Study) -> Iterator[Problem]:
    """Yield the diagrams of the vision that their page is too small for."""
    from cxlib import figures
    from cxlib.study.text import words

    for name, language in product(_DIAGRAMS, study.config.languages):
        part = getattr(study.vision, "questions" if name == "house" else name, None)
        if not part or sum(map(len, words(part))) < _ROOM:
            continue
        options = {"look": figures.Look.of(study, language), "origin": "published"}
        figure = getattr(figures, name)(study.vision, **options)
        cut = [text for text in figure.texts if text.endswith((" …", "\u00a0…"))]
        for fault in figures.lint(figure):
            yield Problem("vision.yaml", "a diagram that can be read", f"{fault}.", column=name)
        if cut:
            expected = f"texts that fit the page of this diagram ({language})"
            remedy = f"Write less: {len(cut)} of its texts are shortened, as the one shown."
            found = {"column": name, "value": cut[0], "hint": True}
            yield Problem("vision.yaml", expected, remedy, **found)


def run_new(options: argparse.Namespace) -> int:
    """Write a new study folder."""
    from cxlib.new import new, new_from

    folder, sources = Path(options.place), options.sources
    written = new_from(folder, sources) if sources else new(folder)
    todo = "Look at the guesses in study.yaml" if sources else "Replace the example rows"
    print(f"{folder} is ready, with {len(written)} files. {todo}, then run:")
    print(f"  cxlib check {folder}")
    return WELL


def run_pseudonyms(options: argparse.Namespace) -> int:
    """Copy a study folder or a table with pseudonyms for people."""
    from cxlib.pseudonyms import pseudonymise

    people, left = pseudonymise(options.place, options.target, options.column)
    print(f"{options.target} has pseudonyms for {people:,} ids; {options.place} is as it was.")
    for name in left:
        print(f"  not copied, as no notebook reads it as a table: {name}")
    return WELL


def run_key(options: argparse.Namespace) -> int:
    """Make the key for pseudonyms."""
    from cxlib.pseudonyms import make_key

    print(f"The key for pseudonyms is in {make_key()}; keep a copy in a safe, not with the data.")
    return WELL


def run_export(options: argparse.Namespace) -> int:
    """Write the sorts of a study for other programs, and its solution in a workbook."""
    from cxlib.export import FORMATS, export
    from cxlib.study import Study

    problems, written = [], []
    study = Study.open(options.place)
    for group in [options.group] if options.group else list(study.sorts):
        for form in [options.format] if options.format else FORMATS:
            try:
                written += export(study, group, form, options.folder)
            except StudyError as error:
                problems += error.problems
    if problems:
        _report(options.place, StudyError(problems), f"{len(written)} files were written")
    elif not written:
        print(f"{options.place} has no sorts; nothing was written.")
    for path in written:
        print(path)
    return FAULTY if problems or not written else WELL


def run_print(options: argparse.Namespace) -> int:
    """Write booklet and card with bleed and trim box, from what was last published."""
    from cxlib import booklet
    from cxlib.run import Results
    from cxlib.run.results import ResultsError
    from cxlib.study import PeriodError, Study

    study = Study.open(options.place)
    try:
        period = study.period(options.period)
        results = Results.published(study.id, period.label)
        if not results.figures:
            print(f"Nothing was published of {study.id}, {period.label}; run make first.")
            return FAULTY
        paths = booklet.build(study, results, options.folder, period=period, bleed=booklet.BLEED)
    except PeriodError as error:
        print(error)
        return FAULTY
    except ResultsError as error:
        print(f"{study.id}, {period.label}: {error}.")
        return FAULTY
    print(*paths, sep="\n")
    return WELL


def run_status(options: argparse.Namespace) -> int:
    """Say of every edition how it stands; what is not well makes the exit status 2."""
    from cxlib.run.rests import read_record
    from cxlib.run.status import STATUS, words

    known = read_record(Path("runs") / STATUS)
    lines = [*words(known, options.studies)]
    for line, _ in lines or [("No run has ended here yet", True)]:
        print(f"{line}.")
    return WELL if all(well for _, well in lines) else FAULTY


def run_schedule(options: argparse.Namespace) -> int:
    """Show or write what runs a study on a schedule; nothing is overwritten."""
    from cxlib.schedule import FILES, ScheduleError, schedule
    from cxlib.study import PeriodError, Study

    when = {"day": options.day, "at": options.at, "period": options.period}
    refused = f"No schedule was made for {options.place}"
    try:
        study = Study.open(options.place)
    except StudyError as error:
        first, *others = [problem for problem in error.problems if not problem.hint]
        rest = f" And {len(others)} more: cxlib check lists them." if others else ""
        print(f"{refused}: {first}{rest}", file=sys.stderr)
        return FAULTY
    files: dict[str, str] = {}
    reasons: dict[str, list[str]] = {}
    for kind in [options.kind] if options.kind else FILES:
        try:
            files |= schedule(study, kind, options.every, **when)
        except (ScheduleError, PeriodError) as error:
            reasons.setdefault(str(error), []).append(kind)
    for reason, kinds in reasons.items():
        print(f"{refused} ({', '.join(kinds)}): {reason}.", file=sys.stderr)
    if options.to and files:
        _write_new(Path(options.to), files)
    else:
        print(*(f"# {name}\n{text}" for name, text in files.items()), sep="\n", end="")
    return WELL if files else FAULTY


def _write_new(folder: Path, files: Mapping[str, str]) -> None:
    """Write files by name and say which; none where one of them is there already."""
    for path in map(folder.joinpath, files):
        if path.exists():
            raise FileExistsError(errno.EEXIST, "it is there already, nothing was written", path)
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
        print(folder / name)


def run_withdraw(options: argparse.Namespace) -> int:
    """Take editions back that were published by runs in this folder."""
    from cxlib.run.erasure import withdraw
    from cxlib.run.lock import claim
    from cxlib.run.results import ResultsError
    from cxlib.study import Study

    root, study = Path.cwd(), Study.open(options.place)
    claim(root / "runs", root / ".snakemake")
    try:
        found = withdraw(root, study.id, options.period, options.why)
    except ResultsError as error:
        print(f"{error}.")
        return FAULTY
    for period in options.period:
        done = "withdrawn" if period in found else f"nothing of it is published in {root}"
        print(f"{study.id}, {period}: {done}")
    return WELL if set(options.period) <= set(found) else FAULTY


def run_forget(options: argparse.Namespace) -> int:
    """Say where a person counts; once they are out of the files, remove what was made of them."""
    from cxlib.run.erasure import forget, traces
    from cxlib.run.results import ResultsError
    from cxlib.study import Study

    study = Study.open(options.place)
    if found := traces(study, options.participant):
        print(f"{options.participant} is still in {study.folder}:", *found, sep="\n  ")
        print("Nothing was changed. Files are changed by their owner: remove these rows and words,")
        print("keep no copy, then run this command again.")
        return FAULTY
    try:
        withdrawn, left = forget(Path.cwd(), study, options.participant)
    except ResultsError as error:
        print(f"{error}.")
        return FAULTY
    for period in withdrawn:
        print(f"{study.id}, {period}: withdrawn, as it rests on other rows than there are now")
    print("Work in progress, failed notebooks, and outputs in lab/ are removed.")
    if withdrawn:
        print(f'Publish anew: make STUDY="{options.place}" PERIOD="{" ".join(withdrawn)}". Whoever')
        print(
            "kept a withdrawn edition can compare it with the new one: if it went out, wait until"
        )
        print(f"{study.config.privacy.minimum_cell} people have changed.")
    print("Beyond reach: back-ups, the history of git, and what was exported, sent or printed.")
    if left:
        print("It is still named in these files, which are yours to change:", *left, sep="\n  ")
    return FAULTY if left else WELL


def _report(folder: str, error: StudyError, written: str = "nothing was written") -> None:
    count = sum(not problem.hint for problem in error.problems)
    print(f"{folder}: {count} problem{'s' if count > 1 else ''}; {written}.")
    _list(error.problems)


def _list(problems: Sequence[Problem]) -> None:
    """Print faults first, then hints."""
    for problem in sorted(problems, key=lambda problem: problem.hint):
        print(f"\n{problem.place}{' (hint)' if problem.hint else ''}")
        if problem.value is not None:
            print(f"  found     {problem.found}")
        print(f"  expected  {problem.expected}\n  remedy    {problem.remedy}")


def run_passport(options: argparse.Namespace) -> int:
    """Say what everything published of a study tells of few people; write nothing."""
    from cxlib.run.passport import passport
    from cxlib.study import Study

    text, verdict = passport(Study.open(options.place))
    print(text)
    return FAULTY if verdict == "fail" else WELL


def _contents(study: Study) -> list[str]:
    from cxlib.run.given import outlook
    from cxlib.study import inventory
    from cxlib.study.folder import unread

    lines = [f"{row.Index}: {row.rows} rows, {row.origin}" for row in inventory(study).itertuples()]
    lines += [name for name in ("vision", "facts") if study.has(name)]
    lines += [f"not read: {name}" for name in unread(study.folder, study.files)]
    lines += study.notes
    lines += [f"last complete period: {study.period('latest')}", "", "What the notebooks do:"]
    done = [(name.replace("_", " "), *found) for name, found in outlook(study).items()]
    return lines + [f"{name:<14} {'yes' if runs else 'no'}: {what}" for name, runs, what in done]


if __name__ == "__main__":
    sys.exit(main())
