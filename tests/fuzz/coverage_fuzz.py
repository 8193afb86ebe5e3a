"""Coverage-guided fuzzing on demand: ``just fuzz TARGET SECONDS``.

Atheris goes where new lines of our code are; what crashes or is slow is kept below ``build/fuzz``, and read
again with ``--input``. ``rpc`` calls every method of a server in this process.
"""

import argparse
import logging
import sys
import warnings
from pathlib import Path

import atheris
import structlog

with atheris.instrument_imports(include=["cvtailor"], enable_loader_override=False):
    from cvtailor.domain.errors import CvtailorError

    from tests.fuzz.bounds import CPU_SECONDS_MAX, bounded
    from tests.fuzz.damage import TOKENS
    from tests.fuzz.hostile_boundary import RPC
    from tests.fuzz.hostile_targets import TARGETS as READERS

FOUND = Path(__file__).parents[2] / "build" / "fuzz"
_MEMORY_MB_MAX = 2_048
TARGETS = {**READERS, "rpc": RPC}


def main() -> None:
    """Fuzzes one target, or reads one input again."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("target", choices=TARGETS)
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument(
        "--input", type=Path, help="a file that was found before: read it again, and no more"
    )
    chosen = options.parse_args()
    # A line for each of a hundred thousand calls tells nothing.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    target = TARGETS[chosen.target]
    seeds = target.seeds()
    for seed in seeds:
        target.read(seed)

    def read(content: bytes) -> None:
        try:
            with bounded():
                target.read(content[: target.bytes_max])
        except CvtailorError:
            return

    if chosen.input:
        read(chosen.input.read_bytes())
        return
    warnings.simplefilter("ignore")
    folder = FOUND / chosen.target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    dictionary = folder / "tokens"
    dictionary.write_text("\n".join(map(_quoted, TOKENS)) + "\n")
    arguments = [
        f"-dict={dictionary}",
        f"-artifact_prefix={folder}/",
        f"-max_total_time={chosen.seconds}",
        f"-max_len={min(target.bytes_max, 64 << 10)}",
        f"-timeout={int(10 * CPU_SECONDS_MAX)}",
        f"-rss_limit_mb={_MEMORY_MB_MAX}",
        "-print_final_stats=1",
    ]
    atheris.Setup([sys.argv[0], *arguments, str(corpus)], read)
    atheris.Fuzz()


def _quoted(token: str) -> str:
    return '"' + "".join(f"\\x{byte:02X}" for byte in token.encode()) + '"'


if __name__ == "__main__":
    main()
