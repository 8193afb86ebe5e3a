# Generated from the contract.  DO NOT EDIT!
"""The RPCs of the contract."""

from typing import NamedTuple


class Rpc(NamedTuple):
    """One RPC; `idempotent` ones may be made again by whoever does not know whether they arrived."""

    service: str
    method: str
    streams: bool
    idempotent: bool


RPCS = (
    Rpc("cvtailor.v1.CvGenerator", "AnswerQuestion", streams=False, idempotent=True),
    Rpc("cvtailor.v1.CvGenerator", "CancelApplication", streams=False, idempotent=True),
    Rpc("cvtailor.v1.CvGenerator", "CompareVersions", streams=False, idempotent=True),
    Rpc("cvtailor.v1.CvGenerator", "CreateDocumentLink", streams=False, idempotent=False),
    Rpc("cvtailor.v1.CvGenerator", "DownloadDocument", streams=True, idempotent=True),
    Rpc("cvtailor.v1.CvGenerator", "GenerateApplication", streams=True, idempotent=False),
    Rpc("cvtailor.v1.CvGenerator", "GetApplication", streams=False, idempotent=True),
    Rpc("cvtailor.v1.CvGenerator", "ListApplications", streams=False, idempotent=True),
    Rpc("cvtailor.v1.CvGenerator", "ReviseApplication", streams=True, idempotent=False),
    Rpc("cvtailor.v1.CvGenerator", "UpdateApplication", streams=False, idempotent=False),
    Rpc("cvtailor.v1.CvGenerator", "WatchApplication", streams=True, idempotent=True),
    Rpc("cvtailor.v1.Health", "Check", streams=False, idempotent=True),
    Rpc("cvtailor.v1.PersonalData", "DeleteMyData", streams=False, idempotent=True),
    Rpc("cvtailor.v1.PersonalData", "ExportMyData", streams=True, idempotent=True),
)
