"""Finds applications: by what a person calls them, and page by page."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from cvtailor.cli.calls import CALL_SECONDS
from cvtailor.cli.connection import Connection
from cvtailor.domain.errors import InvalidInput, NotFound
from cvtailor.gen.cvtailor.v1 import application_pb2, cv_generator_pb2

type Application = application_pb2.Application
type Status = application_pb2.ApplicationStatus.ValueType

LAST = "last"
SHORT_DIGITS = 8
"""Digits of an id in tables; enough for some ten thousand applications."""

_DIGITS_MIN = 4
_DIGITS = 32
_PAGE_SIZE_MAX = 200
_SEARCHED_MAX = 10_000
_CANDIDATES_SHOWN_MAX = 8


@dataclass(frozen=True)
class ApplicationName:
    """What a person calls an application.

    Attributes:
        digits: The first hexadecimal digits of its id, 4 to 32; empty: the newest one.
    """

    digits: str = ""

    @classmethod
    def parse(cls, text: str) -> "ApplicationName":
        """Reads what was typed.

        Raises:
            InvalidInput: It is neither an id, nor the beginning of one, nor ``last``.
        """
        if text == LAST:
            return cls()
        digits = text.replace("-", "").lower()
        if not (_DIGITS_MIN <= len(digits) <= _DIGITS and all(each in "0123456789abcdef" for each in digits)):
            raise InvalidInput(
                f"{text!r} names no application: give its id, at least the first {_DIGITS_MIN} digits of it, "
                f"or `{LAST}`. `cvtailor list` shows the ids."
            )
        return cls(digits)

    @property
    def whole(self) -> str:
        """The id, if these are all of its digits; else empty."""
        return str(UUID(self.digits)) if len(self.digits) == _DIGITS else ""

    def names(self, application: Application) -> bool:
        """Whether an application's id begins so."""
        return application.id.replace("-", "").startswith(self.digits)

    def only_one_of(self, found: Sequence[Application]) -> str:
        """Returns the id of the application that is meant, of those whose ids begin so.

        Raises:
            NotFound: There is none.
            InvalidInput: There are several.
        """
        if not found:
            raise NotFound(
                f"None of your applications begins with {self.digits}: `cvtailor list --all` shows them."
                if self.digits
                else "You have no application yet: `cvtailor generate CV JOB` makes one."
            )
        if len(found) > 1:
            shown = [f"{each.id}  {heading(each)}" for each in found[:_CANDIDATES_SHOWN_MAX]]
            more = len(found) - len(shown)
            listed = "\n  ".join([*shown, *([f"and {more} more"] if more else [])])
            raise InvalidInput(f"{len(found)} applications begin with {self.digits}, type more:\n  {listed}")
        return found[0].id


def heading(application: Application) -> str:
    """Returns what an application is called where people read: title and employer."""
    if not application.title:
        return "(the ad was not read)"
    return f"{application.title} at {application.company}" if application.company else application.title


def short(application_id: str) -> str:
    """Returns the beginning of an id, as tables show it."""
    return application_id[:SHORT_DIGITS]


async def id_of(connection: Connection, text: str) -> str:
    """Returns the id of the application that a person named.

    Raises:
        NotFound: There is none.
        InvalidInput: It is no name of an application, or of several.
    """
    name = ApplicationName.parse(text)
    if name.whole:
        return name.whole
    if not name.digits:
        return name.only_one_of([each async for each in applications(connection, limit=1)])
    found = [each async for each in applications(connection, limit=_SEARCHED_MAX) if name.names(each)]
    return name.only_one_of(found)


async def application_named(connection: Connection, text: str) -> Application:
    """Returns the whole application that a person named.

    Raises:
        NotFound: There is none.
        InvalidInput: It is no name of an application, or of several.
        grpc.aio.AioRpcError: The service refuses.
    """
    return await application_of(connection, await id_of(connection, text))


async def application_of(connection: Connection, application_id: str) -> Application:
    """Returns the whole application of an id."""
    answer = await connection.stub.GetApplication(
        cv_generator_pb2.GetApplicationRequest(application_id=application_id),
        metadata=connection.metadata,
        timeout=CALL_SECONDS,
    )
    return answer.application


async def applications(
    connection: Connection, limit: int, statuses: Sequence[str] = ()
) -> AsyncIterator[Application]:
    """Yields applications, newest first, without their details.

    Args:
        connection: The service.
        limit: How many at most; 0: all.
        statuses: Of which statuses, by their names on the command line; empty: of all.
    """
    request = cv_generator_pb2.ListApplicationsRequest(
        page_size=min(limit or _PAGE_SIZE_MAX, _PAGE_SIZE_MAX),
        statuses=[status_value(each) for each in dict.fromkeys(statuses)],
    )
    seen = 0
    while True:
        page = await connection.stub.ListApplications(
            request, metadata=connection.metadata, timeout=CALL_SECONDS
        )
        for application in page.applications:
            yield application
            seen += 1
            if seen == limit:
                return
        request.page_token = page.next_page_token
        if not request.page_token:
            return


_PREFIX = "APPLICATION_STATUS_"


def status_value(name: str) -> Status:
    """Returns the status of a name on the command line."""
    return application_pb2.ApplicationStatus.Value(_PREFIX + name.upper())


def status_name(status: Status) -> str:
    """Returns the name of a status; one that only a newer service knows has its number."""
    if status not in application_pb2.ApplicationStatus.values():
        return f"status {status}"
    return application_pb2.ApplicationStatus.Name(status).removeprefix(_PREFIX).lower()
