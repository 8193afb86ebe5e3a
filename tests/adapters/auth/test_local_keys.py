import json
import stat
from uuid import UUID

import jwt
import pytest
from cvtailor.adapters.auth import local_keys
from cvtailor.adapters.auth.jwks import Jwks, jwks_in
from cvtailor.adapters.auth.local_keys import LIFETIME_SECONDS_MAX, LOCAL_ISSUER, LocalKeys
from cvtailor.adapters.auth.verifier import JwtVerifier
from cvtailor.domain.errors import InvalidInput

ALICE = UUID(int=1)


async def caller_of(token: str, keys: LocalKeys):
    return await JwtVerifier(Jwks(jwks_in(keys.jwks_path)), issuer=LOCAL_ISSUER).verify(token)


async def test_a_minted_token_passes_the_verifier_that_supabase_tokens_pass(tmp_path):
    keys = LocalKeys(tmp_path / "new" / "auth")
    assert (await caller_of(keys.mint(ALICE, 60), keys)).user_id == ALICE


def test_a_minted_token_has_the_claims_of_a_supabase_token(tmp_path):
    claims = jwt.decode(LocalKeys(tmp_path).mint(ALICE, 60), options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] == 60
    assert set(claims) >= {
        *("iss", "sub", "aud", "exp", "iat", "role", "aal", "amr", "session_id", "email", "phone"),
        *("is_anonymous", "app_metadata", "user_metadata"),
    }


async def test_the_key_outlives_the_process(tmp_path):
    token = LocalKeys(tmp_path).mint(ALICE, 60)
    assert (await caller_of(token, LocalKeys(tmp_path))).user_id == ALICE


def test_nobody_else_can_read_what_is_written(tmp_path):
    LocalKeys(tmp_path / "auth")
    for path in (tmp_path / "auth", *(tmp_path / "auth").iterdir()):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077
    assert {path.name for path in (tmp_path / "auth").iterdir()} == {"signing-key.pem", "jwks.json"}
    assert "d" not in json.loads((tmp_path / "auth" / "jwks.json").read_text())["keys"][0]


def test_whoever_comes_second_takes_the_first_one_s_key(tmp_path, monkeypatch):
    new_pem, first = local_keys._new_pem, []

    def interrupted() -> bytes:
        monkeypatch.setattr(local_keys, "_new_pem", new_pem)
        first.append(LocalKeys(tmp_path))
        return new_pem()

    monkeypatch.setattr(local_keys, "_new_pem", interrupted)
    tokens = [keys.mint(ALICE, 60) for keys in (LocalKeys(tmp_path), *first)]
    assert len({jwt.get_unverified_header(token)["kid"] for token in tokens}) == 1


def test_a_key_that_others_can_read_is_refused_with_what_to_do(tmp_path):
    LocalKeys(tmp_path)
    (tmp_path / "signing-key.pem").chmod(0o644)
    with pytest.raises(InvalidInput, match="chmod 600"):
        LocalKeys(tmp_path)


@pytest.mark.parametrize("content", [b"", b"garbage"])
def test_a_damaged_key_is_refused_with_what_to_do(tmp_path, content):
    LocalKeys(tmp_path)
    (tmp_path / "signing-key.pem").write_bytes(content)
    with pytest.raises(InvalidInput, match="Remove it"):
        LocalKeys(tmp_path)


@pytest.mark.parametrize("lifetime_seconds", [0, -1, LIFETIME_SECONDS_MAX + 1])
def test_a_lifetime_out_of_bounds_is_refused(tmp_path, lifetime_seconds):
    with pytest.raises(InvalidInput, match="may live"):
        LocalKeys(tmp_path).mint(ALICE, lifetime_seconds)
