"""The paths of objects: whose, of which CV, with what content."""

import re
from typing import NamedTuple

from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import Forbidden

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_PATH = re.compile(rf"({_UUID})/({_UUID})/(([0-9a-f]{{64}})\.[a-z0-9]{{1,8}})")


class ObjectPath(NamedTuple):
    """``{user_id}/{cv_id}/{sha256}.{extension}``, taken apart."""

    user_id: str
    cv_id: str
    name: str
    sha256: str

    @classmethod
    def parse(cls, owner: Caller, path: str) -> "ObjectPath":
        """Takes a path apart and checks whose it is.

        Raises:
            Forbidden: It has another shape, or is not below the owner's folder.
        """
        match = _PATH.fullmatch(path)
        if match is None:
            raise Forbidden("An object's path is {user_id}/{cv_id}/{sha256}.{extension}; this one is not.")
        parsed = cls(*match.groups())
        if parsed.user_id != str(owner.user_id):
            raise Forbidden("The object's path is in another user's folder.")
        return parsed
