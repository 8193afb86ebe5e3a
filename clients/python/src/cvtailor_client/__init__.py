"""Typed client of cvtailor, asynchronous (here) and blocking (``cvtailor_client.sync``).

The contract's messages are in ``cvtailor_client.v1``.
"""

from cvtailor_client.base_cv import BaseCv
from cvtailor_client.client import CvTailor
from cvtailor_client.errors import (
    CallerFixes,
    CallerRetries,
    Conflict,
    CvTailorError,
    DeadlineExceeded,
    FieldViolation,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    QuotaExceeded,
    RunCancelled,
    RunInProgress,
    ServiceFixes,
    Unauthenticated,
    Unavailable,
)
from cvtailor_client.patience import Patience
from cvtailor_client.results import TailoredApplication
from cvtailor_client.run_events import RunEvents
from cvtailor_client.run_progress import is_last
from cvtailor_client.supabase import supabase_session
from cvtailor_client.target import InsecureTarget, Tls
from cvtailor_client.tokens import TokenProvider
from cvtailor_client.v1 import ErrorReason, GenerationOptions, JobPosting

__all__ = [
    "BaseCv",
    "CallerFixes",
    "CallerRetries",
    "Conflict",
    "CvTailor",
    "CvTailorError",
    "DeadlineExceeded",
    "ErrorReason",
    "FieldViolation",
    "GenerationOptions",
    "InsecureTarget",
    "InvalidRequest",
    "JobPosting",
    "NotFound",
    "Patience",
    "PermissionDenied",
    "QuotaExceeded",
    "RunCancelled",
    "RunEvents",
    "RunInProgress",
    "ServiceFixes",
    "TailoredApplication",
    "Tls",
    "TokenProvider",
    "Unauthenticated",
    "Unavailable",
    "is_last",
    "supabase_session",
]
