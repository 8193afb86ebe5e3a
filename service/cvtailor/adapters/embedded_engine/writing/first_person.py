"""Tells whether a line of a CV can follow "I": ``Built the API`` becomes ``I built the API``."""

import re

from cvtailor.adapters.embedded_engine.words import word_set

_EN_PAST = word_set(
    """
    led built ran cut wrote taught won made grew set drove held brought gave took found kept oversaw
    began sold spoke read sent spent put met left paid bought saw sought shot chose drew broke flew
    froze rose shook threw wore forecast split rebuilt rewrote overhauled undertook did became got went
    stood told understood worked
    """
)
_EN_PRESENT = word_set(
    """
    own run lead manage care mentor share build write teach develop design maintain support review
    coordinate plan prepare operate work help train coach supervise analyse analyze administer assess
    audit deliver oversee handle process conduct create define drive ensure execute guide implement
    improve monitor organise organize perform provide report represent research serve set test treat use
    advise assist calculate check close collaborate compile consult document evaluate facilitate
    investigate liaise negotiate present reconcile record schedule sell teach translate tutor verify
    look keep take give make answer act chair contribute head
    """
)
_EN_NOT_PAST = word_set(
    """
    need seed feed speed breed embed unlimited related advanced based detailed dedicated skilled
    """
)
_FR_PARTICIPLES = word_set(
    """
    mis tenu conçu construit conduit écrit obtenu réduit pris fait repris ouvert suivi établi fourni
    défini accueilli produit traduit introduit remis transmis garanti enrichi réuni choisi investi
    inscrit rendu vendu reçu soutenu maintenu entrepris appris compris permis promu élu servi
    """
)
_FR_NOT_PARTICIPLES = word_set(
    """
    qualité sécurité santé unité responsabilité activité université né allé arrivé resté tombé
    """
)
_ES_FIRST_PERSON = word_set(
    """
    hice fui puse tuve traje dije di estuve pude conduje reduje introduje produje mantuve obtuve
    """
)


def follows_i(text: str, language: str, *, is_current: bool) -> str:
    """Returns how a line goes on after "I", or nothing if it does not.

    Args:
        text: The line as it stands in the CV.
        language: Of the line.
        is_current: The job lasts, so that a present tense is meant as one.
    """
    match = re.match(r"[^\W\d_]+", text)
    if not match:
        return ""
    first = match[0].lower()
    following = text[match.end() :].lstrip().split(" ")[0].lower() if text[match.end() :].strip() else ""
    # Only the capital that begins a sentence is lowered: "ISO audits" keeps its capitals.
    lowered = text[0].lower() + text[1:] if not match[0].isupper() else text
    if language == "en":
        past = first in _EN_PAST or (first.endswith("ed") and first not in _EN_NOT_PAST)
        # "Support engineer for ..." is a noun: a verb is not followed by a noun and a preposition.
        present = (
            is_current
            and first in _EN_PRESENT
            and following not in {"engineer", "of", "for", "nurse"} | ({"on"} if first == "work" else set())
        )
        if first == "care" and following == "for":
            present = is_current
        return lowered if past or present else ""
    if language == "fr":
        participle = first in _FR_PARTICIPLES or (first.endswith("é") and first not in _FR_NOT_PARTICIPLES)
        return lowered if participle else ""
    if language == "es":
        first_person = first in _ES_FIRST_PERSON or first.endswith(("é", "í"))
        present = (
            is_current
            and first.endswith("o")
            and following not in {"de", "del", "en", "a", "y", "para", "con", "al"}
        )
        return lowered if first_person or present else ""
    return ""
