"""What is true in the demo study: every number that its simulated rows are drawn from.

Tests import these constants and ask the statistics to find them back.
"""

from dataclasses import dataclass, field

Numbers = dict[str, float]


@dataclass(frozen=True)
class SortTruth:
    """Who sorts how. Positions are grid values of cards c01, c02, ... c30.

    `viewpoints` are full sorts on the grid; `members` counts the tenants of each session that hold
    each viewpoint; `published` are the twelve scores that the tenants' sorts reproduce exactly.
    Employees hold the same viewpoints in other numbers (`staff`), and misjudge tenants by `bias`
    grid units on top. `noise` is the standard deviation of a person around their viewpoint, in
    grid units, at the middle of the grid; at its ends it is `noise_end`.
    """

    grid: dict[int, int] = field(
        default_factory=lambda: {-4: 2, -3: 3, -2: 3, -1: 4, 0: 6, 1: 4, 2: 3, 3: 3, 4: 2}
    )
    published: tuple[int, ...] = (92, 90, 82, 72, 68, 64, 61, 60, 56, 56, 53, 50)
    viewpoints: dict[str, tuple[int, ...]] = field(
        default_factory=lambda: {
            "housing_costs": (
                *(4, 3, 4, 2, 2, 3, 0, 0, -1, 0, -1, -2, 2, 1, 1),
                *(-2, -3, 1, -3, -1, 0, 0, -2, -1, -3, 0, 1, 3, -4, -4),
            ),
            "quiet_neighbourhood": (
                *(2, 4, 2, 4, 1, 1, 0, -1, 3, 0, 1, 0, 0, -1, -3),
                *(3, 2, 1, 3, -1, -2, -2, -4, 0, -1, 0, -3, -4, -2, -3),
            ),
            "keep_your_word": (
                *(4, 3, 1, -1, 1, -1, 3, 4, 0, 2, 1, 3, -3, -2, -4),
                *(-3, -3, -4, -2, 2, 1, 2, 0, 0, 0, 0, -1, -2, -1, 0),
            ),
        }
    )
    members: dict[str, tuple[int, int, int]] = field(
        default_factory=lambda: {
            "Mariahoeve": (4, 4, 3),
            "Schilderswijk": (6, 3, 2),
            "Zeeheldenkwartier": (3, 3, 4),
        }
    )
    staff: dict[str, tuple[int, int, int]] = field(
        default_factory=lambda: {"employees-1": (6, 5, 9), "employees-2": (6, 5, 9)}
    )
    bias: Numbers = field(
        default_factory=lambda: {
            **{"c12": 1.2, "c20": 1.6, "c22": 1.3, "c23": 1.9, "c24": 1.7, "c26": 1.3},
            **{"c02": -1.3, "c03": -1.6, "c04": -1.5, "c06": -1.6, "c09": -1.4, "c13": -1.2},
        }
    )
    noise: float = 2.0
    noise_end: float = 0.9


@dataclass(frozen=True)
class RatingTruth:
    """How well the corporation does on each card: mean grade of tenants c01 ... c30.

    A person's grade is that mean, plus a personal leaning (sd `person`), plus chance (sd `noise`).
    A tenant has an opinion with probability `known`; on the cards in `known_by_few` with less.
    """

    means: tuple[float, ...] = (
        *(5.6, 6.0, 7.3, 5.2, 6.6, 5.7, 7.6, 5.9, 5.8, 7.4),
        *(5.7, 6.5, 5.6, 6.9, 7.2, 7.3, 6.7, 5.8, 7.5, 6.7),
        *(6.1, 5.6, 7.7, 8.0, 7.2, 5.8, 7.1, 6.0, 6.8, 6.9),
    )
    person: float = 0.5
    noise: float = 1.1
    known: float = 0.94
    known_by_few: Numbers = field(default_factory=lambda: {"c29": 0.4, "c30": 0.15})


@dataclass(frozen=True)
class RemarkTruth:
    """What share of tenants speaks of each theme, of which cards, and may be quoted (`consent`)."""

    shares: Numbers = field(
        default_factory=lambda: {
            **{"promises": 0.75, "rent": 0.6, "clean": 0.55, "repairs": 0.55, "nuisance": 0.5},
            **{"energy": 0.45, "reach": 0.45, "heard": 0.4, "neighbours": 0.15, "moving": 0.1},
        }
    )
    cards: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "promises": ("c01", "c22"),
            "rent": ("c03",),
            "clean": ("c02", "c18"),
            "repairs": ("c05", "c08", "c10"),
            "nuisance": ("c04", "c02"),
            "energy": ("c06", "c13"),
            "reach": ("c20", "c22", "c12"),
            "heard": ("c11", "c24"),
            "neighbours": ("c17",),
            "moving": ("c30",),
        }
    )
    consent: float = 0.75


@dataclass(frozen=True)
class SurveyTruth:
    """What moves the overall grade, and how the rest of an answer comes about.

    The overall grade is `base`, plus for every customer value its `penalty` where the mean of the
    respondent's items is 5 or lower and its `reward` where it is 8 or higher, plus `telephone`
    for answers by telephone and `lift` from the date `shift`, plus noise; then rounded. So the
    penalty-reward contrasts on the means of the items have these very numbers as their truth:
    reliable is a basic factor (only its absence is noticed), connected an excitement factor.
    """

    items: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {
            "dwelling": ("affordable", "neat", "comfort"),
            "neighbourhood": ("safe", "pleasant"),
            "reliable": ("agreements", "informed", "first_time"),
            "ease": ("reachable", "there"),
            "connected": ("interest", "solutions", "owner", "tailored"),
            "proactive": ("contact", "owner", "unasked", "improves"),
        }
    )
    means: Numbers = field(
        default_factory=lambda: {
            **{"dwelling": 7.3, "neighbourhood": 7.1, "reliable": 6.8},
            **{"ease": 7.1, "connected": 6.8, "proactive": 6.4},
        }
    )
    penalty: Numbers = field(
        default_factory=lambda: {
            **{"dwelling": -0.90, "neighbourhood": -0.65, "reliable": -1.30},
            **{"ease": -0.35, "connected": -0.10, "proactive": -0.05},
        }
    )
    reward: Numbers = field(
        default_factory=lambda: {
            **{"dwelling": 0.50, "neighbourhood": 0.40, "reliable": 0.10},
            **{"ease": 0.15, "connected": 0.70, "proactive": 0.25},
        }
    )
    base: float = 7.09
    noise: float = 0.85
    telephone: float = 0.25
    spread: float = 1.25  # sd between respondents of each value
    common: float = 0.4  # share of that variance that the six values have in common
    item_noise: float = 0.8
    shift: str = "2020-07-01"
    lift: float = 0.15
    lifted: Numbers = field(default_factory=lambda: {"reliable": 0.5, "connected": 0.5})
    modes: Numbers = field(default_factory=lambda: {"internet": 0.7, "telephone": 0.3})
    journeys: Numbers = field(
        default_factory=lambda: {
            **{"moving_in": 0.10, "leaving": 0.015, "contact_centre": 0.30},
            **{"repairs": 0.535, "complaints": 0.05},
        }
    )
    journey_means: Numbers = field(
        default_factory=lambda: {
            **{"moving_in": 7.7, "leaving": 7.2, "contact_centre": 7.2},
            **{"repairs": 7.5, "complaints": 6.0},
        }
    )
    districts: Numbers = field(
        default_factory=lambda: {"north": 0.28, "east": 0.20, "south": 0.30, "west": 0.22}
    )
    district_means: Numbers = field(  # on the neighbourhood's grades only
        default_factory=lambda: {"north": 0.2, "east": 0.0, "south": -0.4, "west": 0.3}
    )
    missing: tuple[float, float] = (0.03, 0.08)  # lowest and highest share "don't know" of an item
    start: str = "2019-01-01"
    quarters: int = 8
    per_quarter: int = 750


@dataclass(frozen=True)
class KpiTruth:
    """The other three KPIs, 2019-2020, a month at a time.

    Call-backs within a day improve from `shift`; complaints within ten days never change, so a
    signal there is a false one; internal satisfaction has one bad month and else only chance.
    """

    shift: str = "2020-07-01"
    callbacks: float = 260.0
    callbacks_within: tuple[float, float] = (0.70, 0.84)
    complaints: float = 45.0
    complaints_within: float = 0.72
    complaint_journeys: Numbers = field(
        default_factory=lambda: {
            **{"repairs": 0.6, "contact_centre": 0.2, "moving_in": 0.12, "leaving": 0.08}
        }
    )
    departments: Numbers = field(
        default_factory=lambda: {
            **{"housing": 6.9, "strategy": 7.1, "real_estate": 6.7},
            **{"ict": 6.5, "finance": 7.2, "support": 7.3},
        }
    )
    internal_noise: float = 0.25
    bad_month: str = "2020-04"
    bad_month_drop: float = 0.9


@dataclass(frozen=True)
class PeerTruth:
    """Other landlords, the staff's vote on purple crocodiles and the managers' judgement."""

    years: tuple[int, ...] = (2018, 2019, 2020)
    peers: int = 24
    parts: Numbers = field(
        default_factory=lambda: {"new_tenants": 7.6, "repairs": 7.5, "departed": 7.3}
    )
    between: float = 0.25  # sd between peers
    within: float = 0.08  # sd of a peer from year to year
    own: dict[int, tuple[float, float, float]] = field(
        default_factory=lambda: {
            2018: (7.2, 7.1, 6.9),
            2019: (7.2, 7.0, 6.9),
            2020: (7.65, 7.45, 7.3),
        }
    )
    voters: int = 150
    votes_each: int = 3
    appeal: tuple[float, ...] = (20, 17, 15, 13, 12, 8, 7, 6, 5, 4, 3, 2)  # k01 ... k12
    maturity: dict[int, int] = field(default_factory=lambda: {1: 6, 2: 12, 3: 6})


@dataclass(frozen=True)
class Truth:
    """All of it, and the seed that the committed files were drawn with."""

    sorts: SortTruth = SortTruth()
    ratings: RatingTruth = RatingTruth()
    survey: SurveyTruth = SurveyTruth()
    kpis: KpiTruth = KpiTruth()
    peers: PeerTruth = PeerTruth()
    remarks: RemarkTruth = RemarkTruth()
    seed: int = 2069


TRUTH = Truth()
