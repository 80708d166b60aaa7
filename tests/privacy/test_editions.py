"""Who reads every edition learns nothing about fewer people than the minimum."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from published_editions import (
    ITEMS,
    KINDS,
    Gate,
    Tables,
    answers,
    attack,
    derived,
    drawn,
    edited,
    published,
    study,
    tried,
)

from cxlib.run.ledger import LedgerError, examined
from cxlib.survey.sketches import PRIME, people, rank, sketch

SETS = st.lists(st.integers(1, PRIME - 1), unique=True, max_size=12)


def plain(n: int = 60) -> Tables:
    """A study of one large group, in which everybody has answered everything."""
    chance = np.random.default_rng(3)
    tables = drawn(chance)
    frame = pd.DataFrame({"respondent": [f"R{i:03d}" for i in range(n)], "journey": "j0"})
    frame.insert(1, "date", pd.Timestamp("2020-01-10"))
    frame[ITEMS] = chance.integers(1, 11, (n, len(ITEMS))).astype(float)
    return tables | {"survey": frame}


def parts(frame: pd.DataFrame, *rows: slice) -> Tables:
    return plain() | {"survey": pd.concat([frame[r] for r in rows], ignore_index=True)}


@settings(deadline=None, max_examples=60)
@given(SETS, SETS, st.lists(st.integers(1, PRIME - 1), max_size=30))
def test_the_rank_is_the_number_of_rows_in_one_of_two_sets_only(old, new, both):
    found = [
        sketch(pd.Series(rows), pd.Series("a", range(len(rows))), minimum=7).to_numpy()
        for rows in ([*old, *both], [*new, *both])
        if rows
    ]
    if len(found) == 2:
        apart, size = set(old) ^ set(new), 13
        difference = found[1] - found[0]
        hankel = difference[:, np.add.outer(np.arange(size), np.arange(size))]
        assert rank(hankel).tolist() == [min(len(apart), size)]
        least = people(difference, 7)[0]
        assert (least == 0) == (not apart) and least <= max(len(apart), 0)


@pytest.mark.parametrize("kind", ["joined", "left"])
def test_todays_rules_give_away_all_answers_of_one_person(kind):
    first = plain()
    second = edited(first, kind, np.random.default_rng(2))
    frames = [tables["survey"].set_index("respondent") for tables in (first, second)]
    person = frames[0].index.symmetric_difference(frames[1].index)[0]
    own = next(frame.loc[person] for frame in frames if person in frame.index)
    finds = attack([published(dict(answers(tables))) for tables in (first, second)])
    told = {find.cell[1]: abs(find.total) for find in finds if find.cell[::2] == ("survey", "")}
    assert told == {item: own[item] for item in ITEMS}  # all of them
    gate = Gate()
    assert gate.publish(first) and not gate.publish(second)


def test_no_edition_tells_about_few_beside_earlier_ones():
    found = [tried(seed) for seed in range(4 * len(KINDS))]
    plainly = [one for one in found if one.today]
    assert len(plainly) > len(found) / 2  # so that the attacker can find somebody
    assert not [one for one in found if one.ledger]
    assert all(one.out for one in found if one.kind == "wave")


def test_three_editions_that_differ_by_enough_in_pairs_tell_no_single_person_together():
    frame = plain(100)["survey"]
    base, some, others, one = slice(60), slice(60, 75), slice(75, 90), slice(90, 91)
    editions = [
        parts(frame, base),
        parts(frame, base, some),
        parts(frame, base, others),
        parts(frame, base, some, others, one),
    ]
    assert derived(editions).people in (1, -1)
    gate = Gate()
    assert [gate.publish(tables) for tables in editions] == [True, True, True, False]
    assert derived(gate.out) is None


def test_what_is_withdrawn_no_longer_holds_an_edition_up():
    first, second = plain(), edited(plain(), "left", np.random.default_rng(1))
    gate = Gate()
    assert gate.publish(first, "2020-Q1") and not gate.publish(second, "2020-Q1")
    gate.ledger = gate.ledger.without(["2020-Q1"], "erasure")
    assert not gate.ledger.sketches
    assert [(one.status, one.why) for one in gate.ledger.editions] == [("withdrawn", "erasure")]
    assert gate.publish(second, "2020-Q1")


def test_pseudonyms_that_are_dealt_out_anew_hide_no_change():
    first = plain()
    second = edited(first, "left", np.random.default_rng(1))
    second["survey"]["respondent"] = [f"N{i:04d}" for i in range(len(second["survey"]))]
    gate = Gate()
    assert gate.publish(first) and not gate.publish(second)
    again = first | {"survey": first["survey"].assign(respondent=second["survey"]["respondent"])}
    assert gate.publish(again | {"survey": first["survey"].sample(frac=1, random_state=1)})


def test_answers_without_a_pseudonym_are_guarded_too():
    first = plain()
    for empty in (["respondent"], []):
        frames = [first["survey"], edited(first, "left", np.random.default_rng(1))["survey"]]
        frames = [f.drop(columns=empty).assign(**{} if empty else {"respondent": None})
                  for f in frames]  # fmt: skip
        gate = Gate()
        assert [gate.publish(first | {"survey": frame}) for frame in frames] == [True, False]


def test_rows_of_nobody_are_not_guarded():
    first, ledger = plain(), Gate().ledger
    for tables in (first, edited(first, "left", np.random.default_rng(1))):
        ledger = examined(ledger, study(tables, "simulated"), "2020-Q1", "", {"01_intake": ["*"]})
        assert not ledger.sketches


def test_later_months_are_new_rows_and_no_change_of_those_published():
    first, later = plain()["survey"], plain()["survey"].head(3)
    later = later.assign(date=pd.Timestamp("2020-05-10"), respondent=["L1", "L2", "L3"])
    ledger, tables = Gate().ledger, plain() | {"survey": pd.concat([first, later])}
    tables["survey"] = tables["survey"].reset_index(drop=True)
    read = {"01_intake": ["survey  2020-03"]}, {"01_intake": ["survey  2020-06"]}
    ledger = examined(ledger, study(plain()), "2020-Q1", "1", read[0])
    ledger = examined(ledger, study(tables), "2020-Q2", "2", read[1])
    tables["survey"] = tables["survey"].drop(index=0).reset_index(drop=True)
    with pytest.raises(LedgerError, match=r"survey: fewer than 10 .* since 2020-Q1 and 2020-Q2"):
        examined(ledger, study(tables), "2020-Q2", "3", read[1])


def test_the_message_says_what_to_do_and_neither_whom_nor_how_many():
    first, ledger = plain(), Gate().ledger
    ledger = examined(ledger, study(first), "2020-Q1", "1", {"01_intake": ["*"]})
    data = study(edited(first, "left", np.random.default_rng(1)))
    with pytest.raises(LedgerError) as error:
        examined(ledger, data, "2020-Q1", "2", {"01_intake": ["*"]})
    assert str(error.value) == (
        "survey: fewer than 10 people joined, left or changed, in all or one group or one question,"
        " since 2020-Q1 went out: all editions together would tell about them. Wait until enough"
        " have changed: what was published stays as it is. Or take it back:"
        ' cxlib withdraw . 2020-Q1 --why "…"'
    )


def test_the_ledger_has_no_rows_and_no_digests_that_can_be_tried_without_its_secret(tmp_path):
    from cxlib.run.ledger import read, write

    gate = Gate()
    gate.publish(plain())
    write(tmp_path / "tried.json", gate.ledger)
    text = (tmp_path / "tried.json").read_text("utf-8")
    assert "R000" not in text and hashlib.sha256(b"R000").hexdigest()[:16] not in text
    assert (tmp_path / "tried.json").stat().st_mode & 0o777 == 0o600
    again = read(tmp_path / "tried.json")
    assert again.editions == gate.ledger.editions
    assert all(again.sketches[d].equals(frame) for d, frame in gate.ledger.sketches.items())
    (tmp_path / "tried.json").write_text(text[:100])
    with pytest.raises(LedgerError, match="restore it"):
        read(tmp_path / "tried.json")
