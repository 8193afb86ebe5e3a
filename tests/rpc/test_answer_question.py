import pytest
from cvtailor.domain.run import QuestionAnswered
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from rpc.rpc_samples import BOB, an_application
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal


@pytest.fixture
async def served():
    async with serving() as served:
        yield served


def an_answer(id: str, **changes: str) -> pb.AnswerQuestionRequest:
    fields = {"question_id": "question[0]", "text": "Ran  Kafka\nfor a year", "entry_id": "experience[0]"}
    return pb.AnswerQuestionRequest(application_id=id, **{**fields, **changes})


async def test_an_answer_is_one_line_of_the_application_s_owner(served):
    application = served.records.keep(an_application())
    await served.stub.AnswerQuestion(an_answer(str(application.id)), metadata=token_of())
    reply = QuestionAnswered(question_id="question[0]", text="Ran Kafka for a year", entry_id="experience[0]")
    assert served.records.replies == [reply]


async def test_an_answer_to_somebody_else_s_application_is_not_found(served):
    application = served.records.keep(an_application())
    refused = await refusal(
        served.stub.AnswerQuestion(an_answer(str(application.id)), metadata=token_of(BOB))
    )
    assert refused.code.name == "NOT_FOUND"
    assert served.records.replies == []


@pytest.mark.parametrize("wrong", [{"entry_id": ""}, {"question_id": "question"}, {"text": "x" * 501}])
async def test_an_answer_without_place_or_bounds_is_refused(served, wrong):
    application = served.records.keep(an_application())
    refused = await refusal(
        served.stub.AnswerQuestion(an_answer(str(application.id), **wrong), metadata=token_of())
    )
    assert refused.code.name == "INVALID_ARGUMENT"
