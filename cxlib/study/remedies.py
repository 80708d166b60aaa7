"""What to do about values that don't fit: the cause that loses no data comes first."""

from __future__ import annotations

import pandas as pd

OFTEN = 3  # a slip of the finger seldom happens so often with one result
_TOPS = (5, 6, 7, 10, 100)  # where scales end
CODES = {-1, -2, -8, -9, -88, -99, -999, 77, 88, 97, 98, 99, 888, 998, 999, 9999}  # once will do


def off_scale(
    grades: pd.DataFrame, low: float, high: float, table: str = "survey", own: object = None
) -> dict[float, str]:
    """Return what to do about each grade that is off the scale.

    What appears often is a wider scale, or a code for don't know; what appears once or twice is
    a slip.

    Parameters
    ----------
    grades : DataFrame
        All grades on one scale.
    low, high : float
        The scale as study.yaml has it.
    table : str
        Codes for don't know can be named in study.yaml for the survey only.
    own : optional
        Something if the scale is that of these columns, and not that of the survey.

    Examples
    --------
    >>> answers = pd.DataFrame({"overall": [0, 0, 0, 4, 7, 10, 55]})
    >>> remedies = off_scale(answers, 1, 10)
    >>> remedies[0.0]
    'Answers run from 0 to 10: set survey.scale: {low: 0, high: 10} in study.yaml.'
    >>> remedies[55.0]
    'It looks like a slip: correct it, or empty the cell if it is not known.'
    """
    given = pd.Series(grades.to_numpy().ravel()).dropna()
    counts = given.value_counts()
    off = counts[(counts.index < low) | (counts.index > high)]
    often = set(off.index[(off >= OFTEN) & (off > 0.001 * len(given)) & (off.index % 1 == 0)])
    scale = _wider(set(counts.index), often, low, high)
    codes = sorted(v for v in often | (CODES & set(off.index)) if not scale[0] <= v <= scale[1])
    beyond = sorted(value for value in often if value not in codes)
    code = f"survey.unknown: [{', '.join(f'{value:g}' for value in codes)}] in study.yaml."
    code = f"If {' or '.join(f'{value:g}' for value in codes)} means don't know, say so: {code}"
    code = code if table == "survey" else "Empty the cells where it means don't know."
    bounds = f"{{low: {scale[0]:g}, high: {scale[1]:g}}}"
    wide = [str(name) for name, column in grades.items() if column.isin(beyond).any()]
    columns = list(dict.fromkeys(wide))  # one column may play two parts
    few = own or len(columns) < len(grades.columns) / 2
    scales = f"scales: {{{', '.join(f'{name}: {bounds}' for name in columns)}}}"
    key = f"survey.{scales if few else f'scale: {bounds}'}"
    wider = f"Answers run from {scale[0]:g} to {scale[1]:g}: set {key} in study.yaml."
    if len(beyond) == 1 and (beyond[0] != 0 or scale[1] < 10):  # 6 beside 1 to 5
        wider += f" Or, if {beyond[0]:g} means don't know: survey.unknown: [{beyond[0]:g}]."
    slip = "It looks like a slip: correct it, or empty the cell if it is not known."
    return {
        float(value): code if value in codes else wider if scale[0] <= value <= scale[1] else slip
        for value in off.index
    }


def _wider(given: set[float], often: set[float], low: float, high: float) -> tuple[float, float]:
    """Return the scale that answers seem to have been given on."""
    lowest = min((value for value in often), default=low)
    if lowest < 0 and set(range(int(lowest), int(-lowest) + 1)) <= given and -lowest <= 5:
        return lowest, -lowest  # from -3 to 3
    tops = [
        top
        for top, below in zip(_TOPS[1:], _TOPS, strict=False)
        if len({value for value in given if high < value <= top}) >= (top - high) / 2
        and any(max(high, below) < value <= top for value in often)
    ]
    return (0.0 if 0 in often else low), float(max(tops, default=high))
