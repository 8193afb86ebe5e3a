"""What stands in the journal can be read with its key, and only with it."""

import pytest
from cryptography.fernet import Fernet
from cvtailor.domain.errors import InvalidInput
from cvtailor.workflow.journal_cipher import JournalCipher, JournalUnreadable

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
PAYLOAD = {"args": ["a", {"lines": ["Moved 40 services to Postgres"]}, True], "kwargs": {}}


@pytest.mark.parametrize(
    "keys", ["", NEW, f"{NEW},{OLD}", f" {NEW} , {OLD} "], ids=["none", "one", "two", "spaced"]
)
def test_what_was_written_is_read(keys: str) -> None:
    cipher = JournalCipher(keys)
    assert cipher.deserialize(cipher.serialize(PAYLOAD)) == PAYLOAD
    assert cipher.encrypts is bool(keys)


def test_without_a_key_it_is_json_and_with_one_it_tells_nothing() -> None:
    assert "Moved 40" in JournalCipher().serialize(PAYLOAD)
    assert "Moved 40" not in JournalCipher(NEW).serialize(PAYLOAD)


def test_an_error_is_kept_by_its_type_and_text() -> None:
    cipher = JournalCipher(NEW)
    error = cipher.deserialize(cipher.serialize(ValueError("no such line")))
    assert (error.name, str(error)) == ("ValueError", "no such line")


def test_after_a_rotation_the_first_key_encrypts_and_what_is_older_is_still_read() -> None:
    rotated = JournalCipher(f"{NEW},{OLD}")
    assert rotated.deserialize(JournalCipher(OLD).serialize(PAYLOAD)) == PAYLOAD
    assert JournalCipher(NEW).deserialize(rotated.serialize(PAYLOAD)) == PAYLOAD
    assert rotated.deserialize(JournalCipher().serialize(PAYLOAD)) == PAYLOAD


@pytest.mark.parametrize("keys", ["", NEW], ids=["none", "wrong"])
def test_with_a_wrong_key_or_none_the_error_says_what_to_do(keys: str) -> None:
    with pytest.raises(JournalUnreadable, match="CVTAILOR_JOURNAL_KEY"):
        JournalCipher(keys).deserialize(JournalCipher(OLD).serialize(PAYLOAD))


@pytest.mark.parametrize(
    "keys", ["secret", f"{NEW},secret", f"{NEW},", f"{NEW}é"], ids=["word", "second", "empty", "accent"]
)
def test_what_is_no_key_is_refused_without_repeating_it(keys: str) -> None:
    with pytest.raises(InvalidInput, match="no Fernet key") as caught:
        JournalCipher(keys)
    assert "secret" not in caught.value.message
    assert NEW not in caught.value.message
