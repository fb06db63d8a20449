"""Another place held beside the one that shows: the iteration before, a branch, a mark, and none that is none."""

from __future__ import annotations

import numpy as np
import pytest

from bpdebug.debugger.session import Session
from tests.debugger.scenes import opened, refused, said


@pytest.fixture
def session() -> Session:
    found = opened("xor")
    said(found, "goto 3:dW2")
    return found


def there(session: Session, name: str) -> np.ndarray:
    assert session.view.elsewhere is not None
    return session.view.elsewhere.values[name]


def _words(session: Session) -> str:
    return session.view.elsewhere.words if session.view.elsewhere else ""


def test_the_iteration_before_at_the_same_step_wherever_one_goes(session: Session) -> None:
    assert _words(session) == ""
    assert said(session, "beside") == "beside: iteration 2"
    fresh = opened("xor")
    for line in ("", "s", "n", "goto 5:W1", "goto 18:Z1", "reverse-step", "goto 18:W1"):
        if line:
            said(session, line)
        place = session.view.place
        said(fresh, f"goto {place.iteration - 1}:{place.step}")
        result = session.view.operation.result.name
        assert _words(session) == f"iteration {place.iteration - 1}"
        assert np.array_equal(fresh.timeline.results[-1], there(session, result))
    assert said(session, "beside") == "nothing is shown beside any longer"
    assert _words(session) == ""


def test_before_the_first_iteration_there_is_none(session: Session) -> None:
    said(session, "beside")
    said(session, "goto 1:Z1")
    assert session.view.elsewhere is not None
    assert session.view.elsewhere.words == "no iteration before this one"
    assert not session.view.elsewhere.values


def test_a_branch_at_the_same_place_and_one_that_is_gone(session: Session) -> None:
    before = session.timeline.values["dW2"]
    said(session, "goto 3:Z1")
    said(session, "set W1 = 0 * W1")
    said(session, "goto 3:dW2")
    assert said(session, "beside main") == "beside: branch main"
    assert np.array_equal(there(session, "dW2"), before)
    said(session, "branch main")
    said(session, "beside try1")
    said(session, "branch delete try1")
    said(session, "s")
    assert session.view.elsewhere is not None
    assert not session.view.elsewhere.values


def test_a_mark_stays_where_it_is(session: Session) -> None:
    value = session.timeline.values["W1"]
    said(session, "mark a")
    said(session, "beside @a")
    said(session, "goto 9:W1")
    assert np.array_equal(there(session, "W1"), value)
    assert session.view.elsewhere is not None
    assert session.view.elsewhere.words.startswith("@a: iteration 3, step ")


def test_a_parameter_before_its_update_stands_beside_itself_before_its_update(session: Session) -> None:
    said(session, "goto 3:W1", "beside")
    found = session.view.elsewhere
    assert found is not None
    before = session.view.operation.operands[0].value
    assert before is not None
    assert np.array_equal(found.values["W1"], before)
    assert not np.array_equal(found.given["W1"], found.values["W1"])


def test_a_place_that_is_none_is_refused_and_changes_nothing(session: Session) -> None:
    assert "; the branches are main" in refused(session, "beside nowhere")
    assert session.view.elsewhere is None
