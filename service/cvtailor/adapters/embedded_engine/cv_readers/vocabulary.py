"""Words that tell a job title, an organisation, a degree or a street apart, in seven languages.

They only decide which field of an entry a piece of text goes to; a miss puts true text into the field beside.
"""

import re

_TITLE_STEMS = """
    engineer developer programmer architect manager director head lead chief officer president founder
    owner partner analyst scientist researcher fellow professor lecturer teacher tutor instructor
    trainer coach nurse midwife doctor physician surgeon therapist pharmacist dentist carer caregiver
    assistant associate consultant advisor adviser specialist technician operator mechanic electrician
    driver chef cook waiter waitress barista cashier clerk secretary receptionist administrator
    coordinator supervisor accountant auditor bookkeeper controller lawyer attorney paralegal designer
    illustrator writer editor journalist photographer producer intern trainee apprentice student
    candidate postdoc freelance volunteer representative salesperson recruiter buyer planner entwickler
    ingenieur leiter leitung berater wissenschaftler dozent lehrer lehrkraft erzieher pfleger schwester
    pflegefach arzt ärztin referent sachbearbeiter assistent kauffrau kaufmann buchhalter techniker
    mechaniker elektriker fahrer koch köchin kellner verkäufer praktikant werkstudent auszubildende
    azubi referendar trainer mitarbeiter geschäftsführer vorstand aushilfe studienrat studienrät lehramt
    vertretung hilfskraft ingénieur développeur responsable directeur directrice chargé cheffe infirmier
    infirmière enseignant professeur technicien assistant stagiaire apprenti alternant conseiller
    comptable vendeur vendeuse serveur serveuse commis chercheur doctorant consultant gestionnaire
    employé aide-soignant ingeniero ingeniera desarrollador gerente jefe jefa director directora
    enfermero enfermera maestro maestra profesor profesora técnico técnica auxiliar becario becaria
    practicante consultor contable vendedor camarero camarera monitor monitora investigador
    administrativo encargado dependiente ingegnere sviluppatore infermiere insegnante impiegato
    tirocinante ontwikkelaar verpleegkundige leraar medewerker engenheiro desenvolvedor enfermeiro
"""
_ORGANISATION_MARKERS = """
    gmbh ag kg ohg ug se e.v. ev ggmbh inc inc. llc llp ltd ltd. limited plc corp corp. corporation
    company co. group holding holdings sa s.a. sas sarl s.l. sl slu bv b.v. nv oy ab as srl spa s.p.a.
    university universität universidad universidade università université uni college school schule
    gymnasium gesamtschule grundschule realschule hochschule fachhochschule berufsschule institute
    institut instituto instituut academy akademie academia académie lycée collège école escuela colegio
    ies ceip liceo hospital klinik klinikum krankenhaus clinic clinique hôpital chu clínica centro
    centre center zentrum stiftung foundation fondation fundación verein association asociación verlag
    bank bank. banque banco versicherung council ministry ministerium ministère ministerio department
    laboratory laboratories labs lab restaurant brasserie hotel hôtel trust nhs bundeswehr polytechnic
    polytechnique eth tu fh mit ucl hypermarkt supermarkt agency agentur agence agencia studio studios
    technologies systems software solutions partners consulting services service société cooperativa
    genossenschaft mairie ayuntamiento stadt
"""
_STREETS = (
    r"stra(?:ß|ss)e|str\.|weg\b|gasse|platz\b|allee|aue\b|damm\b|ufer\b|street\b|st\.|avenue|ave\b|road\b|rd\b|lane\b"
    r"|drive\b|boulevard|blvd|\brue\b|\bcalle\b|\bc/|\bvia\b|\bavenida\b|\bplaza\b|\bpaseo\b|\brua\b|straat\b|laan\b"
)

_TITLE = re.compile(rf"(?<!\w)\w*(?:{'|'.join(map(re.escape, _TITLE_STEMS.split()))})", re.IGNORECASE)
_ORGANISATION = re.compile(
    rf"(?<![\w.])(?:{'|'.join(map(re.escape, _ORGANISATION_MARKERS.split()))})(?!\w)"
    r"|\w(?:universität|hochschule|schule|gymnasium|klinikum|klinik|krankenhaus|werke|verlag|bank|institut)(?!\w)",
    re.IGNORECASE,
)
_STREET = re.compile(rf"(?:{_STREETS})", re.IGNORECASE)
_STREET_NUMBER = re.compile(r"\b\d{1,4}\s?[a-z]?\b", re.IGNORECASE)
_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d]|\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b|\b[A-Z]{2}\s\d{5}\b"
)
_PLACE_WORD = r"(?:[^\W\d_]|\d{2}(?=\)))[^\W_]*(?:[.'’/-][^\W\d_]+)*\.?"
_PLACE = re.compile(
    rf"^{_PLACE_WORD}(?:\s\(?{_PLACE_WORD}\)?){{0,3}}(?:,\s{_PLACE_WORD}(?:\s\(?{_PLACE_WORD}\)?){{0,2}}){{0,2}}$"
)
_REMOTE = re.compile(
    r"^(?:remote|hybrid|on-?site|home ?office|télétravail|remoto|a distancia)\b", re.IGNORECASE
)
_BARE_DEGREE = (
    r"B\.?\s?Sc\.?|M\.?\s?Sc\.?|B\.?\s?A\.?|M\.?\s?A\.?|B\.?\s?Eng\.?|M\.?\s?Eng\.?|B\.?\s?Ed\.?|M\.?\s?Ed\.?"
    r"|B\.?S\.?|M\.?S\.?|M\.?Phil\.?|LL\.?\s?[BM]\.?|M\.?B\.?A\.?|Ph\.?\s?D\.?|D\.?Phil\.?|M\.?D\.?|Dr\.(?:\s?\w+\.)*"
    r"|Bachelor of (?:Science|Arts|Engineering|Education|Laws|Business Administration|Commerce|Fine Arts)"
    r"|Master of (?:Science|Arts|Engineering|Education|Laws|Business Administration|Philosophy|Fine Arts)"
    r"|Doctor of Philosophy|Associate of (?:Science|Arts)"
    r"|Bachelor|Bachelor['’]s(?: degree)?|Master|Master['’]s(?: degree)?|Doctorate|Diplom|Diploma|Magister"
    r"|Promotion|Licence|Maîtrise|Doctorat|BTS|DUT|Grado|Máster|Licenciatura|Doctorado|Diplomatura"
    r"|Laurea(?: magistrale)?"
)
_DEGREE = re.compile(
    rf"^(?P<degree>(?:{_BARE_DEGREE})(?:\s*\((?:Hons?\.?|Honou?rs)\))?)"
    r"(?:(?:\s+(?:in|en)\s+|\s*[,:–—-]\s+|\s+)(?P<area>(?!of\b|de\b|degree\b)[^\W\d].*))?$"
)


def names_a_job(text: str) -> bool:
    """Whether a piece of text holds a word of job titles."""
    return bool(_TITLE.search(text))


def names_an_organisation(text: str) -> bool:
    """Whether a piece of text holds a word or legal form of organisations."""
    return bool(_ORGANISATION.search(text))


def looks_like_a_place(text: str) -> bool:
    """Whether a piece of text could be a town, with region or country: few words and no numbers."""
    if _REMOTE.match(text):
        return True
    return (
        bool(_PLACE.match(text))
        and text[0].isupper()
        and not names_a_job(text)
        and not names_an_organisation(text)
    )


def looks_like_an_address(text: str) -> bool:
    """Whether a piece of text is a street with its number, or holds a postcode."""
    return bool(_POSTCODE.search(text)) or bool(_STREET.search(text) and _STREET_NUMBER.search(text))


def split_degree(text: str) -> tuple[str, str]:
    """Parts "MSc in Physics" into degree and field of study; the degree is empty where none leads."""
    found = _DEGREE.match(text)
    if not found:
        return "", text
    return found["degree"], found["area"] or ""
