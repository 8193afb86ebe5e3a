"""How strongly something is claimed: taking part is not leading, and a reservation stays."""

import re
from collections.abc import Sequence

from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import content_words, plain, same_word, word_set, words
from cvtailor.domain.tailored_cv import RejectionReason

_STRONG = word_set(
    """
    led lead leads leading headed heading owned owning own owner managed managing manage manager
    directed directing spearheaded architected founded founder founding ran run running hired oversaw
    oversee drove driving chaired supervised mastered pioneered initiated expert experts expertise
    specialist guru proficient fluent native master extensive deep award awarded won winning promoted
    certified solely single-handedly entirely fully completely successfully best top first only leader
    leadership responsible senior principal chief leitete geleitet leitung leiter leiterin verantwortet
    verantwortete verantwortlich verantwortung führte geführt gegründet gründete gründer experte
    expertin expertenkenntnisse ausgezeichnet preisgekrönt befördert erfolgreich alleinig vollständig
    verhandlungssicher fließend muttersprache dirigé dirigeait dirige piloté encadré responsable fondé
    fondateur expert experte maîtrise certifié lauréat promu couramment bilingue seul entièrement dirigí
    dirigió dirigido lideré lideró liderado liderazgo encabecé fundé fundador experto experta dominio
    certificado premiado ascendido bilingüe
    """
)
_WEAK = word_set(
    """
    assisted assist assisting helped help helping supported supporting contributed contribute
    contributing participated participate participating part shadowed observed attended familiar
    familiarity basic basics exposure learned learning trained beginner elementary involved co-led co
    planned proposed attempted partly partially some junior trainee intern under unterstützte
    unterstützt unterstützung mitgewirkt mitwirkung mitarbeit beteiligt beteiligung teilgenommen
    hospitiert grundkenntnisse grundlegend geplant teilweise hilfe geholfen begleitet assistierte aidé
    assisté participé participation contribué contribution observé notions prévu partiellement débutant
    ayudé asistí participé participación contribuí colaboré colaboración apoyé apoyo observé nociones
    básico previsto parcialmente
    """
)
_RESERVATIONS = word_set(
    """
    not no never without failed unsuccessful nicht kein keine keinen ohne nie pas sans jamais ni aucun
    aucune sin nunca ningún ninguna
    """
)
_CLAUSE = re.compile(r"\s*[;,.:()]\s+|\s+(?:and|und|et|y|while|but|aber|mais|pero)\s+")
_CLAUSE_SHARE = 0.5


def makes_reservation(text: str) -> bool:
    """Whether a text says that something was done or is known in part only: "basic PHP"."""
    return any(word in _WEAK or word in _RESERVATIONS for word in words(text))


def check_strength(claim: str, evidence: Sequence[str], facts: Sequence[str] = ()) -> Objection | None:
    """Refuses stronger words than the cited lines have, and lines whose reservation was left away.

    Args:
        claim: The text to check.
        evidence: The cited lines.
        facts: Cited job titles and the like; what they reserve ("Intern") need not be repeated.
    """
    claimed = words(claim)
    known = {word for line in (*evidence, *facts) for word in words(line)}
    for word in claimed:
        if word in _STRONG and not any(same_word(word, other) for other in known):
            return Objection(RejectionReason.STRENGTH_INFLATED, f"“{word}” is stronger than the cited line")
    for line in evidence:
        for clause in _CLAUSE.split(plain(line)):
            dropped = _dropped_reservation(claimed, clause)
            if dropped:
                return Objection(RejectionReason.STRENGTH_INFLATED, f"the cited line says “{dropped}”")
    return None


def _dropped_reservation(claimed: Sequence[str], clause: str) -> str:
    """Returns the reservation of a clause that a claim repeats without it, or nothing."""
    told = content_words(clause)
    guarded = [word for word in words(clause) if word in _WEAK or word in _RESERVATIONS]
    rest = [word for word in told if word not in guarded]
    if not guarded or not rest:
        return ""
    repeated = [word for word in rest if any(same_word(word, other) for other in claimed)]
    if len(repeated) < _CLAUSE_SHARE * len(rest):
        return ""
    missing = [word for word in guarded if not any(same_word(word, other) for other in claimed)]
    return missing[0] if missing else ""
