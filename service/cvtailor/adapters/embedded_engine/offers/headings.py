"""The headings that job ads use, and what stands below them.

All four languages are searched at once: ads mix them (a German ad headed "Your profile").
"""

import re
from enum import StrEnum
from functools import lru_cache

from cvtailor.adapters.embedded_engine.offers.posting import PostingLine
from cvtailor.adapters.embedded_engine.words import fold, unmarked
from cvtailor.domain.limits import LINES_REMEMBERED_MAX


class Zone(StrEnum):
    """What a part of an ad is about."""

    MUST = "must"
    NICE = "nice"
    TASKS = "tasks"
    BENEFITS = "benefits"
    ABOUT = "about"
    APPLY = "apply"
    LEGAL = "legal"
    ROLE = "role"
    UNKNOWN = "unknown"


_PHRASES: dict[Zone, str] = {
    Zone.MUST: """
        requirements|required|job requirements|what it takes|your toolbox|what matters to us|qualifications|
        required qualifications|minimum qualifications|
        basic qualifications|key qualifications|education and experience|your profile|profile|
        candidate profile|your background|your skills|your experience|your qualifications|skills|key skills|
        technical skills|required skills|skills and experience|experience|experience and skills|
        skills and qualifications|knowledge and skills|knowledge, skills and abilities|competencies|
        must have|must haves|must-have|must-haves|essential|essential criteria|essential skills|essentials|
        person specification|selection criteria|who you are|about you|you are|you have|you bring|
        what you bring|what you'll bring|what you will bring|what you need|what you'll need|what we need|
        what we expect|we expect|our expectations|our expectations of you|expectations|
        what we are looking for|what we're looking for|we are looking for|we're looking for|looking for|
        who we are looking for|who we're looking for|ideal candidate|the ideal candidate|
        you should have|you will have|you'll have|to be successful|prerequisites|qualifications and training|
        qualifications and experience|education|training|personal qualities|personal skills|
        anforderungen|anforderungsprofil|ihr profil|dein profil|euer profil|profil|qualifikation|
        qualifikationen|ihre qualifikation|ihre qualifikationen|deine qualifikation|deine qualifikationen|
        deine skills|ihre kenntnisse|voraussetzungen|was du mitbringst|was sie mitbringen|das bringst du mit|
        das bringen sie mit|das solltest du mitbringen|das sollten sie mitbringen|sie bringen mit|
        du bringst mit|was wir erwarten|wir erwarten|das erwarten wir|das wünschen wir uns|
        wir wünschen uns|das zeichnet sie aus|das zeichnet dich aus|wen wir suchen|wir suchen|sie haben|
        du hast|damit überzeugen sie|damit überzeugst du|fachliche anforderungen|persönliche anforderungen|
        muss|zwingend erforderlich|das bringst du mit|was wir uns wünschen|was uns wichtig ist|
        damit punkten sie|damit punktest du|wir freuen uns auf|
        profil recherché|votre profil|ton profil|le profil|profil souhaité|profil du candidat|
        compétences|compétences requises|compétences techniques|compétences attendues|
        compétences recherchées|prérequis|pré-requis|exigences|qualifications requises|formation|
        formation et expérience|expérience|ce que nous recherchons|nous recherchons|qui êtes-vous|vous êtes|
        vous avez|ce que vous apportez|ce qu'il faut|ce qu'il vous faut|il vous faut|
        ce que nous attendons|nous attendons|connaissances requises|indispensable|requis|
        requisitos|requisitos mínimos|requisitos imprescindibles|perfil|perfil buscado|perfil requerido|
        tu perfil|su perfil|qué buscamos|lo que buscamos|buscamos|qué pedimos|qué te pedimos|
        qué necesitas|qué necesitamos|lo que necesitas|qué esperamos|lo que pedimos|pedimos|
        se pide|necesitas|experiencia requerida|formación|formación y experiencia|experiencia|conocimientos|
        competencias|habilidades|imprescindible|se requiere|quién eres|sobre ti""",
    Zone.NICE: """
        nice to have|nice-to-have|nice to haves|good to have|bonus|bonus points|bonus skills|plus|pluses|
        preferred|preferred qualifications|preferred skills|preferred experience|desirable|desired|
        desirable criteria|desirable skills|desired qualifications|desired experience|desired skills|
        advantageous|advantages|it's a plus|it would be great if|great if you have|not required but|
        additional qualifications|optional|even better|it would be nice|
        we'd love it if|not essential|extra credit|ideally|
        von vorteil|von vorteil sind|wünschenswert|wünschenswert sind|pluspunkte|das ist ein plus|
        idealerweise|optional|kein muss aber|das wäre toll|schön wäre|schön wären|das wäre schön|super wäre|
        gern gesehen|zusätzlich von vorteil|gerne gesehen|
        atouts|un plus|les plus|serait un plus|seraient un plus|souhaité|souhaités|souhaitées|
        compétences souhaitées|apprécié|appréciés|vos atouts|idéalement|ce qui serait bien|ce serait bien|
        ce qui serait un plus|les petits plus|
        deseable|deseables|se valora|se valorará|valoraremos|valorable|valorables|valoramos|
        requisitos deseables|requisitos valorables|conocimientos deseables|puntos extra|un plus|
        sería un plus|sería ideal|suma puntos|nos encantaría""",
    Zone.TASKS: """
        responsibilities|key responsibilities|your responsibilities|main responsibilities|
        areas of responsibility|primary areas of responsibility|roles and responsibilities|
        role and responsibilities|duties|main duties|main duties of the job|key duties|
        duties and responsibilities|essential duties|what you will do|what you'll do|what you do|
        what you'll be doing|what you will be doing|you will|in this role|your tasks|tasks|main tasks|
        your mission|your role|your job|your day|day to day|day-to-day|key tasks|key accountabilities|
        accountabilities|your impact|what awaits you|scope of work|
        aufgaben|ihre aufgaben|deine aufgaben|eure aufgaben|aufgabengebiet|aufgabenbereich|ihr aufgabengebiet|
        dein aufgabengebiet|tätigkeiten|ihre tätigkeiten|das erwartet dich|das erwartet sie|
        was dich erwartet|was sie erwartet|das machst du|was du tust|was sie tun|das tust du|das tun sie|
        dein alltag|ihr alltag|das sind deine aufgaben|das sind ihre aufgaben|
        ihre mission|deine mission|deine rolle|ihre rolle|dein job|verantwortlichkeiten|
        missions|vos missions|tes missions|missions principales|vos missions principales|les missions|
        la mission|votre mission|responsabilités|vos responsabilités|vos activités|activités principales|
        tâches|vos tâches|au quotidien|vos responsabilités|le quotidien|votre rôle|ton rôle|
        responsabilidades|funciones|tus funciones|sus funciones|funciones principales|tareas|misión|
        tu misión|qué harás|tus tareas|tareas principales|lo que harás|qué vas a hacer|tu día a día|tu rol""",
    Zone.BENEFITS: """
        benefits|our benefits|your benefits|perks|perks and benefits|benefits and perks|job benefits|
        compensation|compensation and benefits|salary|salary and benefits|salary and appointment terms|
        what we offer|we offer|what we offer in return|our offer|what you get|what you'll get|why us|
        why join us|why work with us|what's in it for you|in return|we can offer you|terms of employment|
        working conditions|additional benefits|
        wir bieten|das bieten wir|was wir bieten|das bieten wir dir|das bieten wir ihnen|unser angebot|
        ihre vorteile|deine vorteile|vorteile|deine benefits|ihre benefits|darauf kannst du dich freuen|
        darauf können sie sich freuen|freuen sie sich auf|was wir dir bieten|was wir ihnen bieten|
        gehalt|vergütung|was es bei uns gibt|das gibt es bei uns|das bekommst du|
        nous offrons|nous vous offrons|ce que nous offrons|ce que nous proposons|ce que nous vous offrons|
        nous proposons|avantages|vos avantages|les avantages|rémunération|rémunération et avantages|
        conditions|pourquoi nous rejoindre|
        ofrecemos|qué ofrecemos|qué te ofrecemos|qué damos|lo que damos|te damos|te ofrecemos|
        lo que ofrecemos|se ofrece|beneficios|
        ventajas|condiciones|salario""",
    Zone.ABOUT: """
        about us|about the company|about the team|about our team|about the employer|about the organisation|
        about the organization|about the centre|about the department|about the school|who we are|
        company description|company|the company|the team|our team|our company|our mission|our values|
        our story|our culture|meet the team|working with us|company type|company size|industry|
        über uns|über das unternehmen|wer wir sind|wir über uns|das unternehmen|unser unternehmen|
        das sind wir|wir sind|das team|unser team|einleitung|
        à propos|à propos de nous|qui sommes-nous|qui sommes nous|l'entreprise|notre entreprise|
        la société|notre société|l'équipe|l'établissement|présentation|présentation de l'entreprise|
        sobre nosotros|quiénes somos|quienes somos|la empresa|nuestra empresa|sobre la empresa|
        el equipo|nuestro equipo|conócenos""",
    Zone.APPLY: """
        how to apply|apply|apply now|application|applications|your application|application process|
        application and contact|interested|interview process|our process|the process|recruitment process|
        hiring process|selection process|next steps|contact|contacts|your contact|further information|
        more information|additional information|questions|deadline|closing date|interviews|
        bewerbung|ihre bewerbung|deine bewerbung|bewerbungsprozess|so bewirbst du dich|so bewerben sie sich|
        jetzt bewerben|interesse|interessiert|interesse geweckt|kontakt|ihr kontakt|ansprechpartner|
        ansprechpartnerin|ihr ansprechpartner|dein ansprechpartner|haben wir ihr interesse geweckt|
        haben wir dein interesse geweckt|neugierig|
        comment postuler|pour postuler|le processus|la suite|postuler|candidature|votre candidature|
        processus de recrutement|
        intéressé|intéressée|intéressé e|contactez-nous|déroulement des entretiens|
        cómo aplicar|cómo postular|cómo seguimos|cómo inscribirse|inscripción|candidatura|
        proceso de selección|contacto|te interesa|interesado|interesada|plazo""",
    Zone.LEGAL: """
        equal opportunity|equal opportunities|equal opportunity employer|equal employment opportunity|
        eeo|eeo statement|diversity|diversity and inclusion|our commitment|our commitment to diversity|
        accessibility|accommodations|disclaimer|privacy|privacy notice|data protection|
        disclosure and barring service check|certificate of sponsorship|note to agencies|notice|
        datenschutz|datenschutzhinweis|vielfalt|chancengleichheit|hinweis|hinweise|
        égalité des chances|diversité|mentions légales|protection des données|
        igualdad de oportunidades|diversidad|protección de datos|aviso legal""",
    Zone.ROLE: """
        the role|the position|the job|the opportunity|job description|description|job overview|job summary|
        overview|role overview|position overview|about the role|about the job|about the position|
        position summary|summary|job purpose|purpose of the role|background|
        die stelle|stellenbeschreibung|die position|ihre stelle|
        le poste|description du poste|descriptif du poste|contexte|le rôle|présentation du poste|
        el puesto|descripción|descripción del puesto|la posición|el rol|la oferta""",
}

_ZONES: dict[str, Zone] = {
    fold(phrase): zone
    for zone, phrases in _PHRASES.items()
    for phrase in phrases.split("|")
    if phrase.strip()
}
_LONGEST_FIRST = sorted(_ZONES, key=len, reverse=True)
_TOO_GENERAL_INSIDE = frozenset(
    [
        "apply",
        "plus",
        "skills",
        "experience",
        "company",
        "profile",
        "education",
        "training",
        "application",
        "questions",
        "contact",
        "required",
        "desired",
        "industry",
        "duties",
        "tasks",
        "formation",
        "conditions",
        "optional",
        "interested",
        "you are",
        "you have",
        "you will",
        "looking for",
        "summary",
        "background",
        "description",
        "overview",
        "salary",
        "compensation",
        "notice",
        "hinweis",
        "missions",
        "kontakt",
        "bonus",
        "indispensable",
        "requis",
        "deadline",
        "interviews",
        "avantages",
        "in return",
        "applications",
        "experiencia",
        "expérience",
        "conocimientos",
        "competencias",
        "compétences",
        "interesse",
        "bewerbung",
        "candidature",
        "candidatura",
        "qualification",
    ]
)
_DECORATION = re.compile(r"[^\w\s'’,&/-]+")
_ABOUT_SOMEONE = re.compile(r"(?i)^(?:about|über|à propos d[e'u]|sobre|acerca de|company profile)\s+\S+")
_HEADING_CHARS_MAX = 70
_HEADING_WORDS_MAX = 9
_INLINE = re.compile(r"^(?P<head>[^:]{3,60}?)\s*:\s+(?P<rest>\S.*)$", re.DOTALL)


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def _normal(text: str) -> str:
    return fold(_DECORATION.sub(" ", unmarked(text)).replace("’", "'").replace("&", " and ")).strip(" -,/")


def _exact(text: str) -> Zone | None:
    normal = _normal(text)
    for candidate in (
        normal,
        normal.replace(",", ""),
        normal.removeprefix("your "),
        normal.removeprefix("the "),
    ):
        if candidate in _ZONES:
            return _ZONES[candidate]
    return None


def _inside(text: str) -> Zone | None:
    """Finds a known phrase inside a longer heading: ``Requirements for this position``."""
    normal = f" {_normal(text).replace(',', '')} "
    hits = [
        _ZONES[phrase]
        for phrase in _LONGEST_FIRST
        if phrase not in _TOO_GENERAL_INSIDE and len(phrase) > 4 and f" {phrase} " in normal
    ]
    # "Welcome, but not essential" holds a phrase of both kinds; the wish is what is meant.
    return Zone.NICE if Zone.NICE in hits else next(iter(hits), None)


def heading_zone(line: PostingLine) -> Zone | None:
    """Returns the zone that a line opens, or None if the line is no heading.

    A line in the shape of a heading with unknown words opens ``UNKNOWN``.
    """
    text = line.text
    if len(text) > _HEADING_CHARS_MAX or len(text.split()) > _HEADING_WORDS_MAX or line.is_bullet:
        return None
    if inline_heading(text):
        return None
    exact = _exact(text)
    if exact:
        return exact
    shaped = line.is_marked or text.endswith((":", "?")) or _is_capitals(text)
    if shaped:
        if _ABOUT_SOMEONE.match(text):
            return Zone.ABOUT
        return _inside(text) or Zone.UNKNOWN
    if text.endswith((".", "!", ",", ";")):
        return None
    if _ABOUT_SOMEONE.match(text) and line.after_blank and len(text.split()) <= 5:
        return Zone.ABOUT
    if len(text.split()) <= 6 and line.after_blank:
        start = _normal(text)
        for phrase in _LONGEST_FIRST:
            if len(phrase) > 7 and start.startswith(phrase + " "):
                return _ZONES[phrase]
    return None


def inline_heading(text: str) -> tuple[Zone, int] | None:
    """Returns the zone of ``Must have: Python, SQL`` and where the words after the colon begin."""
    match = _INLINE.match(text)
    if not match or len(match["head"].split()) > 5:
        return None
    zone = _exact(match["head"])
    if zone is None and len(match["head"].split()) > 1:
        zone = _inside(match["head"])
    return (zone, match.start("rest")) if zone else None


def _is_capitals(text: str) -> bool:
    letters = [character for character in text if character.isalpha()]
    return len(letters) >= 5 and all(character.isupper() for character in letters)
