"""Who asks."""

from uuid import UUID

from cvtailor.domain.model import DomainModel


class Caller(DomainModel):
    """An end user, known from a verified token or recorded from one when a run was accepted.

    Attributes:
        user_id: The token's ``sub``.
        aal: Authenticator assurance level of the session (``aal1``, ``aal2``), or empty.
        is_anonymous: A Supabase anonymous sign-in.
    """

    user_id: UUID
    aal: str = ""
    is_anonymous: bool = False

    def claims(self) -> dict[str, str | bool]:
        """Returns the claims that row-level security sees."""
        return {
            "sub": str(self.user_id),
            "role": "authenticated",
            "aal": self.aal,
            "is_anonymous": self.is_anonymous,
        }
