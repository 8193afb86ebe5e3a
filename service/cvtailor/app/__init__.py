"""The only wiring: settings → adapters → workflow → rpc."""

from cvtailor.app.database import migrate_database
from cvtailor.app.models import runtime_for
from cvtailor.app.parts import verifier_for
from cvtailor.app.roles import Role
from cvtailor.app.service import Service, running_service

__all__ = ["Role", "Service", "migrate_database", "running_service", "runtime_for", "verifier_for"]
