"""Envoy dies while a stream runs through it; the stream goes on through the one that takes its place."""

import asyncio
import os
import signal
from pathlib import Path

from cvtailor_client import BaseCv, CvTailor, Patience
from scripted_service import ScriptedService, event, last

from tests.gateway.gateways import running_front

PATIENT = Patience(first_delay_seconds=0.05, delay_seconds_max=0.5, stream_failures_max=30)


async def test_a_run_is_told_without_loss_or_repeat_although_envoy_was_killed(
    scripted: ScriptedService, tmp_path: Path
) -> None:
    never = asyncio.Event().wait
    scripted.script.streams = [[event(1), event(2), never], [event(3), last(4)]]
    port = int(scripted.address.rpartition(":")[2])
    async with running_front(tmp_path, port) as front, asyncio.timeout(30):
        address = front.gateway.url.removeprefix("http://").rstrip("/")
        killed, told = front.gateway.pid, list[int]()
        async with CvTailor(address, front.token, patience=PATIENT) as client:
            async for each in client.generate(BaseCv.from_rendercv_yaml("cv:\n  name: Ada\n"), "x" * 50):
                told.append(each.sequence)
                if each.sequence == 2:
                    os.kill(killed, signal.SIGKILL)
        assert front.gateway.pid != killed
    assert told == [1, 2, 3, 4]
    assert [request.after_sequence for _, request in scripted.script.heard[1:]] == [2]
