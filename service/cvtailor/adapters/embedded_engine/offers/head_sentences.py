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
    r"(?i:we (?:need|want|seek)|vacancy for|position of|join us as|"
    r"(?:we are|is|are) (?:looking for|hiring|seeking|recruiting)|is offering|has a vacancy for|"
    r"wir suchen|suchen|sucht|Stelle als|eine Stelle|"
    r"nous recherchons|recherchons|recherche|recrute|recrutons|ouvre|propose|"
    r"buscamos|busca|estamos buscando|convoca|ofrece)(?P<gap>[^.:\n]{0,80}?)\s"
    r"(?i:(?:un |une |le )?poste d(?:e\s|['’])|(?:una )?plaza de\s|als\s|"
    r"(?:an?|our|your|eine/n|ein/e|einen/eine|eine[nr]?|une?|un\(e\)|un/a|una?|un·e)\s)"
    r"(?P<title>[^.,;:!?\n]{3,90})"
)
"""A sentence that seeks somebody."""

_SOUGHT = re.compile(
    r"(?m)^(?P<title>[^\n.!?]{3,90}?)\s(?i:gesucht|wanted|needed|recherchée?s?)\s?(?:[!.]|$)"
)
_TITLE_TAIL = re.compile(
    r"(?i)\s+(?:to|who|that|for our|for the|for an?|in our|within|with|based|die|der|welche|"
    r"für (?:unser|den|die)|in unserem|qui|pour|afin|au sein|para|que|con|join|reporting|"
    r"mit|basée?s?|situated|located|bas[ée]e?|à pourvoir|zu besetzen|für das|für den|zum|ab)\b.*$"
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
_SURE_COMPANY_SENTENCES = (
    re.compile(
        rf"\b(?:[Dd]ie|[Tt]he|[Ll]a|[Ll]e|[Ee]l)\s(?:Firma|company|société|entreprise|empresa|laboratoire)"
        rf"\s(?P<name>{_NAME})"
    ),
    re.compile(
        rf"(?m)^\W{{0,3}}(?:(?:Die|Das|Der|The|La|Le|El|L[’'])\s?)?(?P<name>{_NAME})"
        r"(?:\s\([^)\n]{2,40}\)|\s(?:mit Sitz )?in [A-ZÀ-Ý][\w’'-]+)?"
        r"\s(?:is (?:looking for|hiring|seeking|recruiting)|sucht|suchen|recherche|recrute|ouvre|"
        r"busca|convoca)\b"
    ),
    re.compile(rf"(?m)^(?:An der|Am|An dem|Bei der|Beim) (?P<name>{_NAME}) in (?=[A-ZÀ-Ý])"),
    re.compile(rf"(?:Únete a|Join|Rejoignez|Komm zu(?:r|m)?)\s(?:the |la |le )?(?P<name>{_NAME})\s?[!.,]"),
    re.compile(rf"(?i:\b(?:we are|we're|wir sind|nous sommes|somos))\s(?P<name>{_NAME})\s?[(,!–-]"),
)
"""Whoever stands here is the employer, whether or not the name looks like that of one."""

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
_SURE_LOCATION_SENTENCES = (
    re.compile(
        r"\b(?:[Bb]ased in(?: our)?|[Bb]asée?s? à|[Ss]ituée?s? à|[Uu]bicad[oa]s? en|[Cc]on sede en|"
        r"Standort ist)"
        rf"\s(?P<place>{_NAME})"
    ),
    re.compile(
        r"(?m)^(?:(?:Die|Das|Der|An der|Am|An dem|Bei der|Beim|Le|La|El)\s)?"
        rf"{_NAME}\s(?:(?:mit Sitz\s)?in\s|à\s|en\s|\()(?P<place>[A-ZÀ-Ý][\w’'-]+(?: [A-ZÀ-Ý][\w’'-]+)?)\)?"
        r"\s(?:ist|sind|sucht|suchen|recherche|recrute|ouvre|busca|convoca)\b"
    ),
    re.compile(
        r"\b(?:GmbH|AG|KG|SE|eG|e\. ?V\.|Ltd|Inc\.?|LLC|SAS|SARL|S\.A\.?|S\.L\.?) (?:in|à|en) "
        r"(?P<place>[A-ZÀ-Ý][\w’'-]+(?: am [A-ZÀ-Ý][\w’'-]+)?)"
    ),
)
"""Whatever stands here is the place of work, whether or not its name is known."""


def sought_title(clean: str) -> Found[str] | None:
    """Returns what follows "we are looking for a ...", or stands before "wanted", if it names a job."""
    for match in (*SEEKING.finditer(clean), *_SOUGHT.finditer(clean)):
        text = _PRAISE.sub("", _TITLE_TAIL.sub("", match["title"])).strip()
        if names_a_role(text) and len(text.split()) <= _TITLE_WORDS_MAX:
            start = match.start("title") + match["title"].index(text)
            return Found(text, start, start + len(text))
    return None


def company_in(clean: str, title: str) -> Found[str] | None:
    """Returns a name that the text speaks of as the employer; never a part of the job title."""
    for pattern in (*_SURE_COMPANY_SENTENCES, *_COMPANY_SENTENCES):
        is_sure = pattern in _SURE_COMPANY_SENTENCES
        for match in pattern.finditer(clean):
            name = match["name"].strip(" .,'’")
            first = fold(name.split()[0]) if name else ""
            if first in _NOT_A_COMPANY or not name or fold(name) in fold(title) or is_place(name):
                continue
            if ROLE.fullmatch(name) or (
                not is_sure and not ORGANISATION.search(name) and clean.count(name) < 2
            ):
                continue
            return Found(name, match.start("name"), match.start("name") + len(name))
    return None


def place_in(clean: str) -> Found[str] | None:
    """Returns a place that the text speaks of as the place of work."""
    for pattern in _SURE_LOCATION_SENTENCES:
        match = pattern.search(clean)
        if match:
            place = re.split(r"[.,]\s|\s(?:[Oo]ffice|[Bb]üro)\b", match["place"])[0].strip(" .,")
            return Found(place, match.start("place"), match.start("place") + len(place))
    for pattern in _LOCATION_SENTENCES:
        for match in pattern.finditer(clean):
            words = match["place"].strip(" .,").split()
            for size in range(len(words), 0, -1):
                place = " ".join(words[:size])
                if is_place(place):
                    return Found(place, match.start("place"), match.start("place") + len(place))
    return None
