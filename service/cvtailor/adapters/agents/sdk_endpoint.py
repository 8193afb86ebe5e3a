"""One call through a provider's SDK: what its errors mean, and what must not leave with them."""

import time
from abc import ABC, abstractmethod
from http import HTTPStatus
from typing import Any, NamedTuple

from cvtailor.adapters.agents.dialogue import Inquiry
from cvtailor.adapters.agents.failures import TransientFailure, failure_of
from cvtailor.adapters.agents.providers import Address, ModelName
from cvtailor.domain.errors import ModelRefused
from cvtailor.domain.model_calls import ModelReply


class SdkErrors(NamedTuple):
    """What an SDK raises.

    Attributes:
        timeout: No answer in time.
        status: An answer that is an error; has ``status_code``, ``response`` and ``body``.
        every: The root of all of them.
    """

    timeout: type[Exception]
    status: type[Exception]
    every: type[Exception]


class SdkEndpoint(ABC):
    """Asks one model; implements ``Endpoint``. Its SDK retries nothing and reads no environment."""

    _errors: SdkErrors
    _client: Any

    def __init__(self, address: Address, timeout_seconds: float) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._takes_temperature = True

    @property
    def model(self) -> ModelName:
        """Which model."""
        return self._address.model

    async def close(self) -> None:
        """Closes its connections."""
        await self._client.close()

    async def ask(self, inquiry: Inquiry) -> ModelReply:
        """Makes one call; see ``Endpoint.ask``."""
        failure: TransientFailure | ModelRefused
        started = time.perf_counter()
        try:
            answer = await self._send(self._request(inquiry))
            return self._reply(answer, started)
        except self._errors.timeout:
            failure = TransientFailure(f"'{self.model}' did not answer within {self._timeout_seconds:g} s")
        except self._errors.status as error:
            told: Any = error
            if _refuses_temperature(told) and self._takes_temperature:
                self._takes_temperature = False  # models that think have none; costs one refused call
                return await self.ask(inquiry)
            failure = failure_of(self._address, told.status_code, told.response.headers, told.body)
        except (self._errors.every, ValueError) as error:
            failure = TransientFailure(f"'{self.model}' cannot be reached ({type(error).__name__})")
        # raised here so that no trace leads to the client's error, which holds the request
        raise failure

    @abstractmethod
    def _request(self, inquiry: Inquiry) -> dict[str, Any]:
        """Returns the request in the words of the SDK."""

    @abstractmethod
    async def _send(self, request: dict[str, Any]) -> Any:
        """Sends it."""

    @abstractmethod
    def _reply(self, answer: Any, started: float) -> ModelReply:
        """Reads the answer; ``started`` is a time of ``perf_counter``. Raises ValueError if it is none."""


def _refuses_temperature(error: Any) -> bool:
    return error.status_code == HTTPStatus.BAD_REQUEST and "temperature" in str(error.body)
