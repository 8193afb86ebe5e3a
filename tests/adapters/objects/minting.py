"""Tokens for the project of the tests, remembered so that a test can look for them where they must not be."""

from dataclasses import dataclass, field

from cvtailor.adapters.auth.owner_tokens import OwnerTokens
from cvtailor.domain.caller import Caller
from storage_server import private_jwk

SIGNING_KEY = private_jwk()


@dataclass
class Mint:
    """Mints tokens, and remembers them."""

    tokens: OwnerTokens = field(default_factory=lambda: OwnerTokens.from_jwk(SIGNING_KEY, "https://project"))
    minted: list[str] = field(default_factory=list)

    def __call__(self, owner: Caller) -> str:
        self.minted.append(self.tokens.mint(owner))
        return self.minted[-1]
