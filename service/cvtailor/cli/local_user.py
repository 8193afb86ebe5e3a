"""The user of this machine, when there is no Supabase project to sign in to."""

from uuid import UUID, uuid5

from cvtailor.adapters.auth.local_keys import LocalKeys
from cvtailor.settings import Settings

_USERS = UUID("0b8e7f0c-3a9e-5c7e-8a52-6d0a8f6f5b11")


def user_id_of(name: str) -> UUID:
    """Returns the id a name stands for; a UUID stands for itself, the empty name for the local user."""
    try:
        return UUID(name)
    except ValueError:
        return uuid5(_USERS, name or "local")


def mint(name: str, hours: float) -> str:
    """Returns a token of the local development key."""
    settings = Settings()
    keys = LocalKeys(settings.data_dir / "auth", settings.token_issuer)
    return keys.mint(user_id_of(name), round(hours * 3600))
