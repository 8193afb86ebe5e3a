from datetime import UTC, datetime
from typing import get_args

import pytest
from cvtailor.domain import run, step_results
from cvtailor.domain.application import Document
from cvtailor.domain.ats import AtsCheck
from cvtailor.domain.drafts import Plan, PlannedAnswer
from cvtailor.domain.errors import Reason
from cvtailor.domain.job_offer import JobOffer, Requirement, Salary, Span
from cvtailor.domain.match_report import Coverage, LeftOut, MatchReport, RequirementMatch
from cvtailor.domain.model_calls import AgentName, ModelUse
from cvtailor.domain.question import Place, Question
from cvtailor.domain.tailored_cv import Claim, RejectedClaim
from cvtailor.gen.cvtailor.v1 import event_pb2
from cvtailor.rpc.wire.events import heartbeat, wire_event
from event_reading import UNTOLD_PATH, read_event
from hypothesis import given, settings
from hypothesis import strategies as st
from rpc.rpc_samples import NOW

COUNTS = st.integers(1, 2**31 - 1)
# Strings of the domain may hold any character but lone surrogates, which UTF-8 has not.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SHARES = st.floats(0, 1)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


def some(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(strategy, max_size=2).map(tuple)


def built(kind: type, **fields: st.SearchStrategy) -> st.SearchStrategy:
    plain = {
        name: {str: TEXTS, int: COUNTS, float: SHARES}[field.annotation]
        for name, field in kind.model_fields.items()
        if name not in fields and field.annotation in (str, int, float)
    }
    return st.builds(kind, **plain | fields)


DOCUMENTS = built(Document, path=st.just(UNTOLD_PATH), page=st.none() | st.integers(1, 9))
LEFT_OUT = built(LeftOut)
CLAIMS = built(Claim, evidence_ids=some(TEXTS))
SPANS = built(Span)
REQUIREMENTS = built(Requirement, span=SPANS, skills=some(TEXTS))
OFFERS = built(
    JobOffer,
    salary=st.none() | built(Salary, maximum=st.none() | st.integers(1, 2**63 - 1)),
    requirements=some(REQUIREMENTS),
    years_asked=st.none() | st.integers(1, 50),
    responsibilities=some(TEXTS),
    skills=some(TEXTS),
    languages_asked=some(TEXTS),
    deadline=st.none() | st.dates(),
    spans=st.dictionaries(TEXTS, SPANS, max_size=2),
)
MATCHES = built(RequirementMatch, evidence_ids=some(TEXTS))
REPORTS = built(
    MatchReport,
    matches=some(MATCHES),
    ranking=st.just(()),
    keywords_covered=some(TEXTS),
    gaps=some(TEXTS),
)
PLANS = built(
    Plan,
    answers=some(built(PlannedAnswer, evidence_ids=some(TEXTS))),
    order=some(TEXTS),
    rewrite=some(TEXTS),
)
USES = built(ModelUse, cost_usd=st.none() | SHARES, models=some(TEXTS))
RESULTS = [
    built(step_results.CvRead),
    built(step_results.OfferRead, offer=OFFERS),
    built(step_results.Matched, report=REPORTS),
    built(step_results.QuestionsClosed),
    built(step_results.Tailored, left_out=some(LEFT_OUT)),
    built(step_results.LetterWritten),
    built(step_results.ClaimsChecked, rejected=some(built(RejectedClaim, claim=CLAIMS))),
    built(
        step_results.PagesFitted,
        left_out=some(LEFT_OUT),
        coverage_before=built(Coverage),
        coverage_after=built(Coverage),
    ),
    built(step_results.AgreementChecked, rejected=some(built(RejectedClaim, claim=CLAIMS))),
    built(step_results.Rendered, documents=some(DOCUMENTS), ats=built(AtsCheck)),
    built(step_results.RecordsFiled),
]
PAYLOADS = [
    built(run.Accepted, steps=some(st.sampled_from(run.Step))),
    built(run.StepStarted),
    built(run.StepProgress, agent=st.none() | st.sampled_from(AgentName), plan=st.none() | PLANS),
    *(built(run.StepFinished, result=result) for result in RESULTS),
    built(run.Warned),
    built(
        run.QuestionAsked,
        question=built(Question, places=some(built(Place, title=st.just("")))),
        wait_seconds=st.integers(0, 600).map(float),
    ),
    built(run.QuestionAnswered),
    built(
        run.Completed,
        documents=some(DOCUMENTS),
        keywords_covered=some(TEXTS),
        gaps=some(TEXTS),
        model_use=st.none() | USES,
    ),
    built(
        run.Failed,
        step=st.none() | st.sampled_from(run.Step),
        reason=st.sampled_from([reason.value for reason in Reason]),
        retryable=st.booleans(),
    ),
    st.just(run.Cancelled()),
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_an_event_survives_the_wire_whole(payload, data):
    event = data.draw(built(run.RunEvent, at=TIMES, payload=payload))
    sent = wire_event(event).SerializeToString()
    assert read_event(event_pb2.ApplicationEvent.FromString(sent)) == event


def test_every_payload_and_result_of_the_domain_is_tried_above():
    results = get_args(get_args(step_results.StepResult.__value__)[0])
    payloads = get_args(get_args(run.EventPayload.__value__)[0])
    assert len(RESULTS) == len(results)
    assert len(PAYLOADS) == len(payloads) - 1 + len(results)


def test_a_heartbeat_has_no_number_and_repeats_the_progress():
    last = wire_event(
        run.RunEvent(
            run_id=run.run_id_for(run._RUNS, "x"),
            application_id=run._RUNS,
            sequence=7,
            at=NOW,
            step_index=3,
            percent=42,
            payload=run.Cancelled(),
        )
    )
    beat = heartbeat(last)
    assert beat.WhichOneof("event") == "heartbeat"
    assert (beat.sequence, beat.percent, beat.step_index) == (0, 42, 3)
    assert (beat.run_id, beat.application_id) == (last.run_id, last.application_id)
    assert beat.HasField("event_time")
