"""``cvtailor serve`` with every library's log at its loudest; ``CVTAILOR_TEST_LEAK`` gives it a leak."""

import logging
import os
import sys

from cvtailor.adapters.embedded_engine import EmbeddedCvReader
from cvtailor.cli.main import main
from cvtailor.domain.base_cv import BaseCv, CvSource


def be_loud() -> None:
    """Lets every logger speak, also those that ask not to be heard."""
    os.environ["GRPC_VERBOSITY"] = "DEBUG"
    logging.basicConfig(level=logging.DEBUG, stream=sys.stderr)
    # The durable engine sets the levels of its logger and its handlers when it starts.
    engine = logging.getLogger("dbos")
    engine.setLevel(logging.DEBUG)
    engine.setLevel = lambda _: None  # type: ignore[method-assign]
    logging.Handler.setLevel = lambda *_: None  # type: ignore[method-assign]


def leak() -> None:
    """Logs every CV that is read."""
    read = EmbeddedCvReader.read

    async def read_aloud(self: EmbeddedCvReader, source: CvSource) -> BaseCv:
        logging.getLogger("leak").debug("read %r", source.content)
        return await read(self, source)

    EmbeddedCvReader.read = read_aloud  # type: ignore[method-assign]


if __name__ == "__main__":
    be_loud()
    if os.environ.get("CVTAILOR_TEST_LEAK"):
        leak()
    main()
