"""What can be wrong with the input, told with the sort and the card that it is about."""

from collections.abc import Iterable, Sequence


class QMethodError(ValueError):
    """Input that Q methodology cannot work with."""

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: what to mend, and not where in the code it came up."""
        return str(self).splitlines()


class SortsError(QMethodError):
    """One or more faults in the sorts, each naming the sort and, where it can, the card.

    Attributes
    ----------
    problems : list of str
        Every fault found, not only the first.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = list(problems)
        shown = self.problems[:10]
        if len(self.problems) > len(shown):
            shown.append(f"... and {len(self.problems) - len(shown)} more")
        super().__init__("; ".join(shown))


class OptionError(QMethodError):
    """An option that does not exist or does not fit the sorts."""


def choose(option: str, value: object, allowed: Sequence[str]) -> None:
    """Raise an OptionError that lists what is allowed."""
    if value not in allowed:
        raise OptionError(f"{option}={value!r} is not one of {', '.join(map(repr, allowed))}")
