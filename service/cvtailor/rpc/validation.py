"""The contract's rules, applied to a request once, before anything else looks at it."""

import protovalidate
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest

from cvtailor.rpc.errors import InvalidRequest, invalid_request

REPEATED_ITEMS_MAX = 512
"""No list of the contract may hold more; see ``validate``."""


def validate(request: Message) -> None:
    """Checks a request against the rules of the contract.

    Every item of a list is checked and reported, however many there are: a million of them, which fit
    in a message of 2 MB, hold the event loop for 17 s. So long lists are refused unseen.

    Raises:
        InvalidRequest: With every field that breaks a rule.
    """
    _refuse_long_lists(request, "")
    violations = protovalidate.collect_violations(request)
    if violations:
        raise invalid_request(violations)


def _refuse_long_lists(message: Message, path: str) -> None:
    for field, value in message.ListFields():
        if field.is_repeated:
            if len(value) > REPEATED_ITEMS_MAX:
                raise InvalidRequest(
                    [
                        BadRequest.FieldViolation(
                            field=path + field.name,
                            description=f"holds {len(value)} items, far more than it may",
                            reason="REPEATED_MAX_ITEMS",
                        )
                    ]
                )
        elif field.message_type is not None:
            _refuse_long_lists(value, f"{path}{field.name}.")
