"""Words that may stand for each other in a faithful rewrite; none is stronger than another of its group."""

from functools import lru_cache

_GROUPS = """
reduce reduces reduced reducing reduction cut cuts cutting lower lowers lowered decrease decreased shortened
increase increases increased increasing increase raise raised raising grow grew growing rose
move moved moving migrate migrated migrating migration
use uses used using adopt adopted adopting apply applied applying employ employed
build builds built building develop develops developed developing create created implement implemented
serve serves served serving handle handled handling process processed processing
mentor mentors mentored mentoring coach coaches coached coaching
teach teaches taught teaching instruct instructed instructing
write writes wrote written writing author authored authoring
introduce introduced introducing establish established establishing
improve improved improving improvement enhance enhanced enhancing
month months monthly
year years yearly annual annually annum
week weeks weekly
day days daily
colleague colleagues coworker coworkers
customer customers client clients
staff employees
perform performed performing carry carried carrying conduct conducted conducting
check checked checking verify verified verifying
prepare prepared preparing
document documented documenting documentation
save saved saving savings
bring brought
fix fixed fixing resolve resolved resolving
look looked looking care cared caring
monat monate monatlich
jahr jahre jährlich
woche wochen wöchentlich
tag tage täglich
senken gesenkt senkte senkung reduzieren reduziert reduzierte reduzierung verringern verringert
erhöhen erhöht erhöhte erhöhung steigern gesteigert steigerung
entwickeln entwickelt entwickelte entwicklung erstellen erstellt erstellte aufbau aufgebaut umsetzen umgesetzt
einführen eingeführt einführung
verbessern verbessert verbesserung optimieren optimiert optimierung
nutzen genutzt nutzung verwenden verwendet einsetzen eingesetzt einsatz
kunde kunden kundin kundinnen
réduire réduit réduite réduction diminuer diminué baisser baissé ramené
augmenter augmenté accroître accru
développer développé développement créer créé création concevoir conçu
améliorer amélioré amélioration
utiliser utilisé utilisation
mois mensuel mensuelle
an ans année années annuel annuelle
reducir reducido reduje reducción disminuir disminuí bajar
aumentar aumenté aumentado incrementar incrementé
desarrollar desarrollé desarrollo crear creé creación construir construí
mejorar mejoré mejora
usar usé uso utilizar utilicé
mes meses mensual mensuales
año años anual anuales
"""
_WEAK_GROUPS = """
assist assisted assisting help helped helping support supported supporting
contribute contributed contributing participate participated participating part
unterstützt unterstützte unterstützung geholfen hilfe assistierte
beteiligt beteiligung mitgewirkt mitwirkung mitarbeit teilgenommen
aidé assisté
participé participation contribué contribution
ayudé apoyé asistí apoyo
participé participación colaboré colaboración contribuí
"""


@lru_cache(maxsize=1)
def _groups() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate((_GROUPS + _WEAK_GROUPS).strip().splitlines()):
        for word in line.split():
            found.setdefault(word, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


def interchangeable(one: str, other: str) -> bool:
    """Whether two lower-case words may stand for each other."""
    groups = _groups()
    return bool(groups.get(one, frozenset()) & groups.get(other, frozenset()))
