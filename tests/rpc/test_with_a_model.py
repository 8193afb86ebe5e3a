"""What the service accepts and refuses when a language model is set."""

import grpc
import pytest
from cvtailor.domain.errors import ModelRefused
from cvtailor.gen.cvtailor.v1 import cv_generator_pb2 as pb
from cvtailor.workflow.model_gate import ModelGate
from rpc.rpc_samples import POSTING, a_generation
from rpc.rpc_serving import serving, token_of
from rpc_answers import refusal

RAMBLING = pb.BaseCv(file=pb.CvFile(content=b"rambling", media_type="text/plain"))


async def kinds_of(call) -> list:
    return [message.event.WhichOneof("event") async for message in call]


async def test_words_that_only_the_embedded_engine_cannot_read_are_left_to_the_agents():
    async with serving(model_gate=ModelGate()) as served:
        request = pb.GenerateApplicationRequest(
            base_cv=RAMBLING, posting=pb.JobPosting(text="lorem ipsum " * 9)
        )
        kinds = await kinds_of(served.stub.GenerateApplication(request, metadata=token_of()))
        assert kinds[-1] == "completed"


@pytest.mark.parametrize(
    "base_cv",
    [
        pb.BaseCv(rendercv_yaml="broken"),
        pb.BaseCv(json_resume="broken"),
        pb.BaseCv(json_resume="rambling"),
        pb.BaseCv(file=pb.CvFile(content=b"broken", media_type="application/pdf")),
    ],
    ids=["yaml", "json", "json without a name", "pdf"],
)
async def test_a_broken_document_is_refused_with_a_model_too(base_cv):
    async with serving(model_gate=ModelGate()) as served:
        request = pb.GenerateApplicationRequest(base_cv=base_cv, posting=pb.JobPosting(text=POSTING))
        refused = await refusal(served.stub.GenerateApplication(request, metadata=token_of()))
        assert (refused.code, refused.reason) == (grpc.StatusCode.INVALID_ARGUMENT, "CV_UNREADABLE")
        assert not served.records.accepted


async def test_without_a_model_such_words_are_refused():
    async with serving() as served:
        refused = await refusal(
            served.stub.GenerateApplication(a_generation(base_cv=RAMBLING), metadata=token_of())
        )
        assert (refused.reason, refused.fields) == ("CV_UNREADABLE", ["base_cv.file.content"])


async def test_a_missing_key_is_told_before_any_row_exists():
    gate = ModelGate(ModelRefused("Set CVTAILOR_MODEL_API_KEY."))
    async with serving(model_gate=gate) as served:
        refused = await refusal(served.stub.GenerateApplication(a_generation(), metadata=token_of()))
        assert (refused.code, refused.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "MODEL_REFUSED")
        assert not served.records.accepted
