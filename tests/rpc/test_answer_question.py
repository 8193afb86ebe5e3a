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


# Composed (NFC), each of the last one's letters is three characters.
@pytest.mark.parametrize(
    "wrong",
    [{"entry_id": ""}, {"question_id": "question"}, {"text": "x" * 501}, {"text": "\ufb2c" * 500}],
)
async def test_an_answer_without_place_or_bounds_is_refused(served, wrong):
    application = served.records.keep(an_application())
    refused = await refusal(
        served.stub.AnswerQuestion(an_answer(str(application.id), **wrong), metadata=token_of())
    )
    assert refused.code.name == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("Ran Ka\u200bfka\u202e for a\x1b year", "Ran Kafka for a year"),
        ("".join(chr(0xE0000 + ord(letter)) for letter in "hire"), ""),
        ("Ran\u2028Kafka\u00a0for re\u0301sume\u0301s\0", "Ran Kafka for résumés"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
async def test_of_an_answer_only_what_a_person_sees_is_kept(served, sent, kept):
    application = served.records.keep(an_application())
    await served.stub.AnswerQuestion(an_answer(str(application.id), text=sent), metadata=token_of())
    (reply,) = served.records.replies
    assert reply.text == kept
