"""The operator's tools in the hands of agents: of the one that sees no CV."""

import json
import sys
from pathlib import Path

from cvtailor.adapters.agents.model_agents import ModelAgents
from cvtailor.adapters.agents.operator_servers import OperatorServers, operator_servers

from tests.adapters.agents.model_talk import Recorder, runtime_for
from tests.model_servers import ModelServer, Says, UsesTools, always, in_turn

AD = "Nurse wanted in Bern."
PAY = {
    "command": sys.executable,
    "args": [str(Path(__file__).with_name("tiny_mcp_server.py"))],
    "tools": ["salary"],
}


async def test_the_offer_reader_uses_the_tool_of_an_operator_s_server() -> None:
    operator = OperatorServers(operator_servers(json.dumps({"pay": PAY})))
    asks = UsesTools((("pay_salary", {"role": "nurse", "years": 5}),))
    with ModelServer(in_turn(asks, then=always(Says({"title": "Nurse"})))) as server:
        async with runtime_for(server) as runtime:
            draft = await ModelAgents(runtime, operator.functions).read_offer(AD, Recorder())
    assert draft.title == "Nurse"
    assert server.asked[0].tools == ("pay_salary",)
    assert "A nurse with 5 years earns well" in server.asked[1].tool_results[0]


async def test_the_cv_reader_which_sees_a_cv_has_none_of_them() -> None:
    operator = OperatorServers(operator_servers(json.dumps({"pay": PAY})))
    with ModelServer(always(Says({"name": "Ada"}))) as server:
        async with runtime_for(server) as runtime:
            await ModelAgents(runtime, operator.functions).read_cv("# Ada\n\nEngineer", Recorder())
    assert server.asked[0].tools == ()
