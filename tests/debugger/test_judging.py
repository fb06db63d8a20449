"""The claims of a session are judged once an iteration, and diagnosed anew only where that could say something else."""

from __future__ import annotations

from threading import Thread

import numpy as np
import pytest
from msgspec.structs import replace

from bpdebug.check.claims import Judgement
from bpdebug.check.review import review
from bpdebug.debugger.judging import KEPT, judged, judging
from bpdebug.debugger.session import Session
from bpdebug.scenario.load import load

NAME = "gradient-checking"


@pytest.fixture
def session() -> Session:
    return Session(load(NAME))


def test_the_same_claims_are_judged_once_an_iteration(session: Session) -> None:
    first = judged(session)
    session.execute("next 3")
    assert judged(session) is first
    session.execute("goto 2")
    assert judged(session) is not first
    session.execute("goto 1:J")
    assert judged(session) is first


def test_the_diagnosis_is_carried_to_other_iterations_with_values_of_their_own(session: Session, monkeypatch) -> None:
    first = judged(session)
    monkeypatch.setattr("bpdebug.check.review.review", None)
    session.execute("goto 3")
    later = judged(session)
    assert later.diagnoses is first.diagnoses
    assert later.remarks is first.remarks
    value, before = later.claims[5].value, first.claims[5].value
    assert value is not None
    assert before is not None
    assert not np.array_equal(value, before)


def test_only_so_many_reviews_are_remembered(session: Session) -> None:
    first = judged(session)
    for iteration in range(2, KEPT + 3):
        session.execute(f"goto {iteration}")
        judged(session)
    assert session.judging.known(session.claims, 1) is None
    session.execute("goto 1")
    assert judged(session).diagnoses is first.diagnoses


def test_a_judgement_that_comes_late_is_none_of_another_run(session: Session) -> None:
    late = judging(session)
    assert session.execute("set W1 = W1 * 2").ok
    late()
    assert session.judging.known(session.claims, 1) is None


def test_two_threads_that_ask_at_once_share_the_work(session: Session, monkeypatch) -> None:
    made = []
    monkeypatch.setattr("bpdebug.check.review.review", lambda *given: made.append(given) or review(*given))
    threads = [Thread(target=lambda: judged(session)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_parameters_that_are_no_numbers_any_more_raise_no_false_alarm(value: float) -> None:
    scenario = load(NAME)
    lost = {**scenario.values, "W1": np.full_like(scenario.values["W1"], value)}
    found = judged(Session(replace(scenario, values=lost)))
    wrong = [each.name for each in found.claims if each.verdict is not Judgement.CORRECT]
    assert wrong == ["dW2", "db1"]
    assert found.derivation.elsewhere
