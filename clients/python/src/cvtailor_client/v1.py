"""The messages and enums of the contract, ``cvtailor.v1``.

Times are aware ``datetime``s, durations ``timedelta``s, and what is not set is ``None``. A oneof is also a
property of its own name, for ``match``. Mind that a message whose fields are all unset is falsy: ask
``event.cancelled is not None``.
"""

from cvtailor_client.gen.cvtailor.v1 import *  # noqa: F403
from cvtailor_client.gen.cvtailor.v1 import __all__ as __all__
from cvtailor_client.gen.google.type import Date as Date
