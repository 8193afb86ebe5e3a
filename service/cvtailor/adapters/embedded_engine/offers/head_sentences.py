"""Reads title, company and place from the usual sentences of an ad, where its head does not say."""

import re

from cvtailor.adapters.embedded_engine.offers.found import Found
from cvtailor.adapters.embedded_engine.offers.places import is_place
from cvtailor.adapters.embedded_engine.offers.roles import ROLE, names_a_role
from cvtailor.adapters.embedded_engine.words import fold, word_set

_TITLE_WORDS_MAX = 10
ORGANISATION = re.compile(
    r"\b(?:GmbH(?: & Co\.? KG)?|gGmbH|AG|SE|KG|e\.\s?V\.|mbH|Inc\.?|LLC|Ltd\.?|Limited|PLC|"
    r"plc|LLP|Corp\.?|Corporation|S\.?A\.?S?\.?|SARL"
    r"|S\.?L\.?U?\.?|B\.?V\.?|N\.?V\.?|AB|AS|ASA|A/S|Oy|Group|Gruppe|Groupe|Grupo|Holding|"
    r"Hospitals?|Klinik\w*|Klinikum|Krankenhaus|Clinic|"
    r"Clinique|CHU|CHRU|EHPAD|Clínica|Hôpital|School|Academy|College|University|"
    r"Universität\w*|Université|Universidad|Hochschule|Schule|"
    r"Gesamtschule|Gymnasium|Lycée|Collège|École|Colegio|Instituto|Institut|Institute|Centre|"
    r"Center|Foundation|Stiftung|Fondation|Trust|NHS|Council|"
    r"Ministry|Ministerium|Bank|Partners|Associates|Consulting|Solutions|Technologies|Labs?|"
    r"Studios?|Systems|Logistics|"
    r"Logistik|Logística|Maison|Retail|Verlag|Praxis|Kanzlei|Stadtwerke|Stadt|Mairie|Ayuntamiento)(?=\W|$)"
)
"""Words that only names of organisations hold."""

_NAME = (
    r"[A-ZÀ-Ý0-9][\w&.'’+-]*(?:\s(?:(?:of|and|&|for|de|du|des|la|der|für|und|y|del|"
    r"the)\s)?[A-ZÀ-Ý0-9][\w&.'’+-]*){0,5}"
)
SEEKING = re.compile(
    r"(?i:we are (?:looking for|hiring|seeking|recruiting)|(?:is|are) (?:looking for|hiring|"
    r"seeking|recruiting)|we seek|join us as|wir suchen|suchen wir|sucht|nous recherchons|"
    r"recherchons|recherche|recrute|recrutons|buscamos|busca|estamos "
    r"buscando)(?P<gap>[^.:\n]{0,80}?)\s(?i:an?|our|your|eine[nr]?|einen|une?|un\(e\)|un/a|"
    r"una?|un·e)\s"
    r"(?P<title>[^.,;:!?\n]{3,90})"
)
"""A sentence that seeks somebody."""

_TITLE_TAIL = re.compile(
    r"(?i)\s+(?:to|who|that|for our|for the|for an?|in our|within|with|based|die|der|welche|"
    r"für (?:unser|den|die)|in unserem|qui|pour|afin|au sein|para|que|con|join|reporting|"
    r"mit)\b.*$"
)
_PRAISE = re.compile(
    r"(?i)^(?:(?:highly|very|qualified|motivated|talented|experienced|skilled|dedicated|"
    r"passionate|enthusiastic|new|and|engagierte\w*|"
    r"motivierte\w*|erfahrene\w*|und|nouvelle?|nuev[oa]|full-time|part-time)[\s,]+)+"
)
_COMPANY_SENTENCES = (
    re.compile(rf"(?m)^(?:About|Über|À propos d[e'’]\s?|Sobre|Join)\s(?:the\s)?(?P<name>{_NAME})\s*[:?]?$"),
    re.compile(
        rf"(?m)^(?:The |Die |Der |Das |La |Le |El |L[’'])?(?P<name>{_NAME})(?:\s\([^)]{{2,30}}\))?"
        r"\s(?:is|are|sucht|ist|recherche|recrute|est|busca|es|fabrique|builds?|makes?|develops?)\s"
    ),
    re.compile(rf"\b(?:at|join|bei(?: der)?|chez|as part of)\s(?P<name>{_NAME})"),
)
_NOT_A_COMPANY = word_set(
    """
    the this our we you your it job position role home work company team candidate who what please all
    il elle nous vous wir sie das die der es ist estamos somos this that there here as in for and or if
    you'll ein eine a an experience remote europe germany english
    """
)
_LOCATION_SENTENCES = (
    re.compile(
        r"\b(?:based|located|offices?|role|position|job|job is|headquarters|work) (?:is )?"
        rf"(?:based |located )?(?:in|at|from) (?:our )?(?P<place>{_NAME})"
    ),
    re.compile(
        rf"\b(?:Standort|Büro|Hauptsitz|Zentrale|Niederlassung|Team|Arbeitsort) (?:in|ist) (?P<place>{_NAME})"
    ),
    re.compile(rf"\b(?:situé|située|basé|basée|basés|poste|bureaux|siège) (?:à|au|en) (?P<place>{_NAME})"),
    re.compile(rf"\b(?:ubicad[oa]s?|oficinas?|sede|puesto|trabajo) en (?P<place>{_NAME})"),
)


def sought_title(clean: str) -> Found[str] | None:
    """Returns what follows "we are looking for a ...", if it names a job."""
    for match in SEEKING.finditer(clean):
        text = _PRAISE.sub("", _TITLE_TAIL.sub("", match["title"])).strip()
        if names_a_role(text) and len(text.split()) <= _TITLE_WORDS_MAX:
            start = match.start("title") + match["title"].index(text)
            return Found(text, start, start + len(text))
    return None


def company_in(clean: str, title: str) -> Found[str] | None:
    """Returns a name that the text speaks of as the employer; never a part of the job title."""
    for pattern in _COMPANY_SENTENCES:
        for match in pattern.finditer(clean):
            name = match["name"].strip(" .,'’")
            first = fold(name.split()[0]) if name else ""
            if first in _NOT_A_COMPANY or not name or fold(name) in fold(title) or is_place(name):
                continue
            if ROLE.fullmatch(name) or (not ORGANISATION.search(name) and clean.count(name) < 2):
                continue
            return Found(name, match.start("name"), match.start("name") + len(name))
    return None


def place_in(clean: str) -> Found[str] | None:
    """Returns a place that the text speaks of as the place of work."""
    for pattern in _LOCATION_SENTENCES:
        for match in pattern.finditer(clean):
            words = match["place"].strip(" .,").split()
            for size in range(len(words), 0, -1):
                place = " ".join(words[:size])
                if is_place(place):
                    return Found(place, match.start("place"), match.start("place") + len(place))
    return None
