"""A process that accepts many requests of one person at once; prints how many were accepted.

Called with the service's database, the person, how many requests, and how many runs may be open.
"""

import asyncio
import sys
from uuid import UUID, uuid4

from builders import a_request
from cvtailor.adapters.postgres.records import PostgresRecords
from cvtailor.adapters.postgres.user_session import UserSessions, service_engine
from cvtailor.domain.caller import Caller
from cvtailor.domain.errors import QuotaExceeded
from cvtailor.domain.ports import RunLimits


async def main(dsn: str, person: UUID, requests: int, open_max: int) -> None:
    sessions = UserSessions(service_engine(dsn, pool_size=requests))
    records, caller = PostgresRecords(sessions, RunLimits(open_max=open_max)), Caller(user_id=person)
    outcomes = await asyncio.gather(
        *(records.accept(caller, str(uuid4()), a_request()) for _ in range(requests)), return_exceptions=True
    )
    await sessions.close()
    refused = [each for each in outcomes if isinstance(each, BaseException)]
    assert {type(each) for each in refused} <= {QuotaExceeded}, refused
    sys.stdout.write(str(requests - len(refused)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], UUID(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])))
