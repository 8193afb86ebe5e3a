"""How the journal's payloads stand in DBOS's tables: as JSON, or encrypted."""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from dbos._serialization import (  # DBOS exports the package of its serializers, not these names.
    DBOSPortableJSONSerializer,
    PortableWorkflowError,
    Serializer,
    exception_to_workflow_error_data,
)

from cvtailor.domain.errors import InvalidInput, WeMustFix

_ERROR = "cvtailor:error"
_FERNET_BEGINS = "gAAAAA"
_JSON = DBOSPortableJSONSerializer()


class JournalUnreadable(WeMustFix):
    """A payload was encrypted with a key that this process does not have."""


class JournalCipher(Serializer):
    """Writes payloads as JSON, through Fernet if there is a key (``DBOSConfig["serializer"]``).

    One name for both, so that a process without a key still knows what it can't read, and a key may be
    set while runs are in flight. A Fernet token is told from JSON by its first letter, which no JSON
    document of ours begins with.
    """

    def __init__(self, keys: str = "") -> None:
        """Takes Fernet keys, parted by commas: the first one encrypts, all decrypt; empty: no encryption.

        Raises:
            InvalidInput: One is not a Fernet key.
        """
        found = [_fernet(key.strip(), number) for number, key in enumerate(keys.split(","), 1) if keys]
        self._fernet = MultiFernet(found) if found else None

    @property
    def encrypts(self) -> bool:
        """Whether there is a key."""
        return self._fernet is not None

    def name(self) -> str:
        """Returns what DBOS notes beside each payload."""
        return "cvtailor_json"

    def serialize(self, data: Any) -> str:
        """Returns a payload as it is stored; of an error, its type and text."""
        if isinstance(data, BaseException):
            data = {_ERROR: exception_to_workflow_error_data(data)}
        text = _JSON.serialize(data)
        return self._fernet.encrypt(text.encode()).decode() if self._fernet else text

    def deserialize(self, serialized_data: str) -> Any:
        """Returns what was stored.

        Raises:
            JournalUnreadable: It was encrypted, and with none of our keys.
        """
        if serialized_data.startswith(_FERNET_BEGINS):
            serialized_data = self._decrypted(serialized_data)
        value = json.loads(serialized_data)
        if isinstance(value, dict) and (error := value.get(_ERROR)):
            return PortableWorkflowError(error["message"], error["name"], error["code"], error.get("data"))
        return value

    def _decrypted(self, token: str) -> str:
        try:
            if self._fernet:
                return self._fernet.decrypt(token).decode()
        except InvalidToken:
            pass
        raise JournalUnreadable(
            "the run's journal was encrypted with a key that this worker does not have; generate again. "
            "The operator: put the earlier key behind the present one in CVTAILOR_JOURNAL_KEY of every worker"
        )


def _fernet(key: str, number: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        raise InvalidInput(
            f"Key {number} of CVTAILOR_JOURNAL_KEY is no Fernet key (32 bytes in URL-safe base64); "
            "`python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'` "
            "makes one."
        ) from error
