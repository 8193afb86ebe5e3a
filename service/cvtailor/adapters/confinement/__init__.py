"""How processes that open what strangers send give up their rights. Light to import: it needs only Python."""

from cvtailor.adapters.confinement.process import (
    Lock,
    forget_environment,
    give_up_rights,
    leave_network,
    read_nothing,
    read_only,
    resident_bytes,
    use_one_thread,
)

__all__ = [
    "Lock",
    "forget_environment",
    "give_up_rights",
    "leave_network",
    "read_nothing",
    "read_only",
    "resident_bytes",
    "use_one_thread",
]
