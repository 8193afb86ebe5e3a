"""A worker that makes paid calls through the real durable engine and may be killed before any of them.

Called with the engine's database, a file that counts what was paid, before which call to die (0: never),
and the journal's key, which may be empty.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path

from cvtailor.domain.model_calls import AgentName, ModelReply
from cvtailor.domain.run import Step
from cvtailor.workflow.dbos_journal import DbosJournal
from cvtailor.workflow.journal_cipher import JournalCipher
from cvtailor.workflow.model_calls import JournaledCalls, ModelBudget
from cvtailor.workflow.model_gate import ModelGate
from dbos import DBOS, DBOSConfig, SetWorkflowID
from workflow_fakes import MemoryEvents, MemoryLedger, narrate

CALLS = 3


async def main(database_url: str, paid: Path, dies_before: int, key: str) -> None:
    asked = 0

    async def ask() -> ModelReply:
        nonlocal asked
        asked += 1
        with paid.open("a") as file:
            file.write("paid\n")
        return ModelReply(model="openai:gpt-4.1", text=f"answer {asked}", input_tokens=10, cost_usd=0.01)

    @DBOS.workflow(name="three_calls", max_recovery_attempts=20)
    async def three_calls() -> int:
        run = narrate(MemoryEvents(), DbosJournal())
        run.current = Step.TAILOR
        calls = JournaledCalls(run, MemoryLedger(), ModelBudget(tokens_per_run_max=10 * CALLS), ModelGate())
        for number in range(1, CALLS + 1):
            if number == dies_before:
                os.kill(os.getpid(), signal.SIGKILL)
            await calls.call(AgentName.WRITER, ask)
        return calls.use.tokens

    config: DBOSConfig = {
        "name": "cvtailor",
        "system_database_url": database_url,
        "executor_id": "one",
        "application_version": "1",
        "log_level": "ERROR",
        "serializer": JournalCipher(key),
    }
    DBOS(config=config)
    DBOS.launch()
    with SetWorkflowID("run"):
        handle = await DBOS.start_workflow_async(three_calls)
    sys.stdout.write(str(await handle.get_result()))
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]))
