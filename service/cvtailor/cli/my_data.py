"""``cvtailor export --everything`` and ``cvtailor delete-my-data``: all that there is of a person."""

import asyncio
import base64
import json
import os
import sys
import tempfile
from pathlib import Path
from uuid import UUID

from cvtailor.cli.application_calls import applications
from cvtailor.cli.calls import print_json, talk
from cvtailor.cli.connection import Connection
from cvtailor.cli.exit_codes import ExitCode
from cvtailor.cli.printable import counted
from cvtailor.domain.errors import InvalidInput, Unauthenticated
from cvtailor.gen.cvtailor.v1 import personal_data_pb2

_DELETING_SECONDS = 120


async def export_everything(connection: Connection, target: Path) -> ExitCode:
    """Puts everything of the caller into one ZIP archive, readable by its owner alone.

    Args:
        connection: The service.
        target: A file that does not exist, or a folder that gets one.

    Raises:
        InvalidInput: The file exists, or can't be written.
    """
    into_folder = await asyncio.to_thread(target.is_dir)
    folder, path = (target, target) if into_folder else (target.parent, target)
    try:
        if path != folder:
            _check_free(path)
        # Under another name until it is whole: half an archive is worse than none.
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".cvtailor-export-") as growing:
            call = connection.personal_data.ExportMyData(
                personal_data_pb2.ExportMyDataRequest(), metadata=connection.metadata
            )
            async for part in call:
                if part.HasField("export") and path == folder:
                    # The name comes from the service; only its last part may choose where the file goes.
                    path = folder / Path(part.export.file_name).name
                    _check_free(path)
                growing.write(part.chunk)
            growing.flush()
            os.fsync(growing.fileno())
            path.hardlink_to(growing.name)
    except OSError as error:
        raise InvalidInput(f"{path} can't be written: {error.strerror}; name another file.") from error
    sys.stdout.write(f"{path}\n")
    return ExitCode.OK


def _check_free(path: Path) -> None:
    if path.exists():
        raise InvalidInput(f"{path} exists already; name another file.")


async def delete_everything(connection: Connection, confirmed: bool, as_json: bool) -> ExitCode:
    """Deletes every record and document of the caller, once they have confirmed it.

    Raises:
        InvalidInput: They have not.
        Unauthenticated: The token does not say whose it is.
    """
    user_id = user_of(connection)
    if not confirmed:
        count = len([each async for each in applications(connection, limit=0)])
        told = f"{counted(count, 'application')} of user {user_id}, with CVs, letters, notes and documents"
        if not sys.stdin.isatty():
            raise InvalidInput(f"This deletes {told}, for ever: confirm it with --yes.")
        talk().print(f"This deletes {told}, for ever. `cvtailor export --everything FILE` keeps a copy.")
        talk().print("Type 'delete' to go on: ", end="")
        if sys.stdin.readline().strip() != "delete":
            raise InvalidInput("Nothing was deleted.")
    answer = await connection.personal_data.DeleteMyData(
        personal_data_pb2.DeleteMyDataRequest(confirm_user_id=str(user_id)),
        metadata=connection.metadata,
        timeout=_DELETING_SECONDS,
    )
    if as_json:
        print_json(answer)
    else:
        deleted = f"{counted(answer.applications, 'application')} and {counted(answer.files, 'file')}"
        talk().print(f"Deleted {deleted}. Documents that you downloaded are still where you put them.")
    return ExitCode.OK


def user_of(connection: Connection) -> UUID:
    """Returns whose token a connection sends; the service checks it, this only reads it.

    Raises:
        Unauthenticated: It can't be read.
    """
    try:
        _, payload, _ = dict(connection.metadata)["authorization"].removeprefix("Bearer ").split(".")
        padded = payload + "=" * (-len(payload) % 4)
        return UUID(json.loads(base64.urlsafe_b64decode(padded))["sub"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise Unauthenticated("The token does not say whose it is: `cvtailor login` signs in.") from error
