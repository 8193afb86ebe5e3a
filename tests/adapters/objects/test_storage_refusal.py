import json

import httpx
import pytest
from cvtailor.adapters.objects.storage_refusal import StorageRefusal, error_for, refuse, wait_seconds
from cvtailor.domain.errors import Forbidden, NotFound, Unavailable, WeMustFix


def said(status: int, error: str = "", message: str = "", **more: str) -> bytes:
    return json.dumps({"statusCode": str(status), "error": error, "message": message, **more}).encode()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, said(404, "not_found", "Object not found"), NotFound),
        (404, said(404, "not_found", "Object not found", code="NoSuchKey"), NotFound),
        (404, b'{"code": "NoSuchKey", "message": "Object not found"}', NotFound),
        (400, said(404, "Bucket not found", "Bucket not found"), WeMustFix),
        (404, b'{"code": "NoSuchBucket", "message": "Bucket not found"}', WeMustFix),
        (400, said(403, "Unauthorized", "new row violates row-level security policy"), Forbidden),
        (400, said(403, "Unauthorized", "signature verification failed"), WeMustFix),
        (400, said(400, "InvalidJWT", "jwt malformed"), WeMustFix),
        (401, b'{"message": "Invalid API key"}', WeMustFix),
        (400, said(413, "Payload too large"), WeMustFix),
        (400, said(409, "TransactionError"), Unavailable),
        (400, said(423, "ResourceLocked"), Unavailable),
        (500, said(500, "Internal"), Unavailable),
        (544, said(544, "DatabaseTimeout"), Unavailable),
        (502, b"<html>Bad gateway</html>", Unavailable),
        (503, b"", Unavailable),
        (302, b"", WeMustFix),
        (400, b'["not", "an", "object"]', WeMustFix),
        (400, b'{"statusCode": {"a": 1}, "error": ["b"], "message": null}', WeMustFix),
        (400, b'{"message": "' + b"x" * 100_000, WeMustFix),
    ],
)
async def test_every_refusal_says_whose_turn_it_is(
    status: int, body: bytes, expected: type[Exception]
) -> None:
    refusal = await StorageRefusal.of(httpx.Response(status, content=body))
    assert type(error_for(refusal)) is expected
    assert bool(wait_seconds(refusal)) is (expected is Unavailable)


@pytest.mark.parametrize("code", ["Duplicate", "ResourceAlreadyExists", "KeyAlreadyExists"])
async def test_an_object_that_is_there_already_is_known_by_any_of_its_names(code: str) -> None:
    assert (await StorageRefusal.of(httpx.Response(400, content=said(409, code)))).is_duplicate


@pytest.mark.parametrize(
    ("retry_after", "seconds"), [("3", 3.0), ("999", 10.0), ("0", True), ("-1", True), ("soon", True)]
)
async def test_storage_may_ask_for_a_pause_of_some_seconds(retry_after: str, seconds: float | bool) -> None:
    response = httpx.Response(429, headers={"retry-after": retry_after})
    assert wait_seconds(await StorageRefusal.of(response)) == seconds


@pytest.mark.parametrize("secret", ["eyJhbGciOi.x.y", "Bearer eyJhbGciOiJF", "sb_secret_k2xQwErTz", "a" * 64])
async def test_no_word_of_the_answer_but_a_plain_code_is_repeated(secret: str) -> None:
    body = said(403, secret, f"token {secret} is bad")
    refusal = await StorageRefusal.of(httpx.Response(400, content=body))
    assert secret not in f"{refusal}{refusal!r}{error_for(refusal)}"


@pytest.mark.parametrize("status", [200, 206])
async def test_a_success_is_no_refusal(status: int) -> None:
    await refuse(httpx.Response(status))


def test_a_broken_connection_is_tried_again_and_a_bug_is_not() -> None:
    assert wait_seconds(httpx.ReadError("reset")) is True
    assert wait_seconds(TimeoutError()) is True
    assert wait_seconds(KeyError("bug")) is False
