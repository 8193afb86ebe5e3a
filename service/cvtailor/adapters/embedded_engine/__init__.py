"""The deterministic engine: reads CVs and offers, matches and tailors without any model.

Everything here is plain CPU work on text: the same input gives the same output, byte for byte.
"""

from collections.abc import Iterable

from cvtailor.adapters.embedded_engine.cv_readers import EmbeddedCvReader
from cvtailor.adapters.embedded_engine.matching.matcher import EmbeddedMatcher
from cvtailor.adapters.embedded_engine.offers.reader import EmbeddedOfferReader
from cvtailor.adapters.embedded_engine.skills.table import load_skill_table
from cvtailor.adapters.embedded_engine.tailor import EmbeddedTailor

__all__ = [
    "EmbeddedCvReader",
    "EmbeddedMatcher",
    "EmbeddedOfferReader",
    "EmbeddedTailor",
    "skill_names",
]


def skill_names(text: str) -> Iterable[str]:
    """Returns the canonical names of the skills that a text calls by name; true synonyms share one.

    ``K8s`` and ``Kubernetes`` are one; ``EC2`` shows AWS but is not its name, and is left out.
    """
    return load_skill_table().true_names(text)
