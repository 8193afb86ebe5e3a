"""Where documents are kept, as the settings say."""

from cvtailor.adapters.auth.owner_tokens import OwnerTokens
from cvtailor.adapters.objects.folder_store import FolderStore
from cvtailor.adapters.objects.storage_access import AsOwner, AsService, StorageAccess
from cvtailor.adapters.objects.supabase_store import SupabaseStore
from cvtailor.adapters.postgres.object_index import PostgresObjectIndex
from cvtailor.adapters.postgres.user_session import UserSessions
from cvtailor.app.parts import secret
from cvtailor.domain.errors import InvalidInput
from cvtailor.extras import require_extra
from cvtailor.settings import Settings


def objects_for(settings: Settings, sessions: UserSessions) -> FolderStore | SupabaseStore:
    """Returns the store; nothing is connected yet.

    Raises:
        InvalidInput: A setting is missing or malformed, or an extra is not installed; the message names it.
        Unavailable: The folder can't be made.
    """
    index = PostgresObjectIndex(sessions)
    if not settings.objects_in_supabase:
        return FolderStore(settings.data_dir / "objects", index)
    if not settings.supabase_url:
        raise InvalidInput("CVTAILOR_OBJECTS is supabase: set CVTAILOR_SUPABASE_URL too.")
    require_extra("supabase", "Keeping documents in Supabase (CVTAILOR_SUPABASE_URL)")
    return SupabaseStore(
        settings.supabase_url,
        _access(settings, index),
        timeout_seconds=settings.storage_timeout_seconds,
        attempts=settings.storage_attempts,
    )


def _access(settings: Settings, index: PostgresObjectIndex) -> StorageAccess:
    if tokens := _owner_tokens(settings):
        if not (publishable_key := secret(settings.supabase_publishable_key)):
            raise InvalidInput("Documents are stored as their owner: set CVTAILOR_SUPABASE_PUBLISHABLE_KEY.")
        return AsOwner(publishable_key, tokens.mint)
    if secret_key := secret(settings.supabase_secret_key):
        return AsService(secret_key, index.named)
    raise InvalidInput(
        "Set CVTAILOR_SUPABASE_SIGNING_KEY (better) or CVTAILOR_SUPABASE_SECRET_KEY: without one of them no "
        "document can be stored in Supabase."
    )


def _owner_tokens(settings: Settings) -> OwnerTokens | None:
    if jwk := secret(settings.supabase_signing_key):
        return OwnerTokens.from_jwk(jwk, settings.token_issuer)
    if shared := secret(settings.jwt_secret):
        return OwnerTokens.from_secret(shared, settings.token_issuer)
    return None
