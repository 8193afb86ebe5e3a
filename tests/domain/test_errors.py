import pickle

import pytest
from cvtailor.domain import errors
from cvtailor.domain.errors import CvtailorError, InvalidInput, Reason

ALL = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, CvtailorError)]


@pytest.mark.parametrize("kind", ALL)
def test_an_error_survives_pickling_whole(kind: type[CvtailorError]) -> None:
    error = kind("no name", reason=Reason.CV_UNREADABLE, field="base_cv.json_resume", line=3, path="basics")
    again = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert str(again) == "no name"


def test_who_acts_next_is_told_by_the_kind() -> None:
    assert not InvalidInput("x").caller_retries
    assert errors.Unavailable("x").caller_retries
