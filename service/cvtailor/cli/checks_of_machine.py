"""Checks of this machine, the typesetter and the model."""

import platform
import shutil
import time

from cvtailor.app.models import runtime_for
from cvtailor.app.parts import typesetter_for
from cvtailor.app.service import running_service
from cvtailor.cli.check import Check, Patient, none_of
from cvtailor.domain.application import Theme
from cvtailor.domain.base_cv import Contact
from cvtailor.domain.errors import Unavailable
from cvtailor.domain.tailored_cv import TailoredCv
from cvtailor.secret_files import everybody_can_read, secret_files
from cvtailor.settings import Settings, secret_fields

_FREE_BYTES_MIN = 1 << 30


async def _python(_: Patient) -> str:
    return f"{platform.python_version()} on {platform.platform(terse=True)}"


async def _disk(patient: Patient) -> str:
    folder = patient.settings.data_dir
    folder.mkdir(parents=True, exist_ok=True)
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < _FREE_BYTES_MIN:
        raise Unavailable(f"{free_bytes >> 20} MB are free where {folder} is")
    return f"{free_bytes / (1 << 30):.0f} GB free"


async def _secrets(patient: Patient) -> str:
    folder = patient.settings.secrets_dir
    assert folder  # noqa: S101  # it is what this check is for
    files = secret_files(folder, secret_fields(Settings))
    open_to_all = [
        f"everybody on this machine can read {file}" for file in files.values() if everybody_can_read(file)
    ]
    return none_of(open_to_all, f"{len(files)} in {folder}, none of which everybody can read")


async def _typesetter(patient: Patient) -> str:
    typesetter = typesetter_for(patient.settings.model_copy(update={"render_workers": 1}))
    patient.stack.push_async_callback(typesetter.close)
    await typesetter.start()
    began = time.monotonic()
    made = await typesetter.render(
        TailoredCv(contact=Contact(name="Ada Example"), sections=()), Theme.CLASSIC
    )
    told = f"made a PDF of {len(made.pdf) >> 10} KB in {time.monotonic() - began:.1f} s, with its own fonts"
    could = " and ".join(typesetter.missing_locks)
    return f"{told}; were it broken, it could {could}" if could else f"{told}; confined by the kernel"


async def _model(patient: Patient) -> str:
    runtime = runtime_for(patient.settings)
    if runtime is None:
        return "none is set: the embedded engine works alone"
    try:
        reply = await runtime.check()
    finally:
        await runtime.close()
    return f"{reply.model} answers, in {reply.duration_ms / 1000:.1f} s"


async def _service(patient: Patient) -> str:
    async with running_service(patient.settings.model_copy(update={"port": 0})) as service:
        for name, probe in service.probes.items():
            if name != "model":  # asked by itself
                await probe()
    return "starts, and every part of it answers"


MACHINE: tuple[Check, ...] = (
    Check("python", _python),
    Check("disk", _disk, "Free some space, or set CVTAILOR_DATA_DIR to a folder on another disk."),
    Check(
        "secrets",
        _secrets,
        "chmod 400 them, or close the folder (chmod 700); in Kubernetes: defaultMode: 0440.",
        concerns=lambda settings: settings.secrets_dir is not None,
    ),
    Check("typesetter", _typesetter, "Install cvtailor again: its fonts and Typst come with its packages."),
    Check("model", _model),
    # Elsewhere it would take runs that wait for a worker, and that is nothing a doctor does.
    Check("service", _service, concerns=lambda settings: settings.embedded),
)
