"""Section titles: what a section is about, in seven languages."""

import re
import unicodedata
from functools import lru_cache

from cvtailor.domain.base_cv import SectionKind
from cvtailor.domain.limits import LINES_REMEMBERED_MAX

# Words or phrases that tell the kind wherever they stand in a title. Earlier kinds win: narrow ones first.
_TELLING: tuple[tuple[SectionKind, str], ...] = (
    (SectionKind.SUMMARY, """
        summary|profile|about me|about|objective|career objective|personal statement|
        statement|bio|biography|overview|profil|kurzprofil|zusammenfassung|über mich|
        ueber mich|zur person|kurzvorstellung|à propos|a propos|à propos de moi|résumé|
        objectif|présentation|perfil|sobre mí|sobre mi|resumen|objetivo|extracto|profilo|
        chi sono|samenvatting|profiel|sobre mim|resumo"""),
    (SectionKind.VOLUNTEERING, """
        volunteering|volunteer|voluntary|community service|community|ehrenamt|
        ehrenamtliches engagement|ehrenamtliche tätigkeit|ehrenamtliche tätigkeiten|engagement|
        bénévolat|bénévole|engagements|vie associative|voluntariado|volontariato|
        vrijwilligerswerk"""),
    (SectionKind.PUBLICATIONS, """
        publications|publication|papers|articles|bibliography|publikationen|
        veröffentlichungen|schriften|publicaciones|artículos|pubblicazioni|publicaties|
        publicações"""),
    (SectionKind.PROJECTS, """
        projects|project|side projects|open source|portfolio|projekte|projet|projets|
        proyecto|proyectos|progetti|projecten|projetos"""),
    (SectionKind.CERTIFICATES, """
        certifications|certification|certificates|certificate|licenses|licences|license|
        licensure|registration|training|trainings|courses|coursework|professional development|
        continuing education|zertifikate|zertifizierungen|fortbildungen|fortbildung|
        weiterbildung|weiterbildungen|lehrgänge|kurse|certificats|certifications|
        habilitations|formation continue|formations complémentaires|stages et formations|
        certificados|certificaciones|cursos|formación complementaria|formación continua|
        certificazioni|corsi|certificaten|cursussen|certificações"""),
    (SectionKind.AWARDS, """
        awards|award|honors|honours|honor|scholarships|fellowships|achievements|grants|
        prizes|auszeichnungen|preise|stipendien|ehrungen|distinctions|prix|bourses|
        récompenses|premios|becas|galardones|reconocimientos|premi|riconoscimenti|prijzen|
        prêmios"""),
    (SectionKind.REFERENCES, """
        references|referees|recommendations|testimonials|referenzen|références|
        recommandations|referencias|referenze|referenties|referências"""),
    (SectionKind.EDUCATION, """
        education|academic background|academic|studies|qualifications|academic qualifications|
        schooling|degrees|ausbildung|bildung|bildungsweg|studium|schulbildung|
        akademischer werdegang|hochschulbildung|akademische|formation|formations|études|
        diplômes|parcours académique|scolarité|formación|educación|estudios|
        formación académica|títulos|istruzione|formazione|studi|opleiding|opleidingen|
        educação|formação"""),
    (SectionKind.EXPERIENCE, """
        experience|experiences|employment|employment history|work history|work|career|
        career history|positions|appointments|professional background|job history|internships|
        internship|berufserfahrung|erfahrung|erfahrungen|berufspraxis|berufstätigkeit|
        beruflicher werdegang|werdegang|berufsweg|praxiserfahrung|praktika|praktikum|
        tätigkeiten|expérience|expériences|parcours professionnel|parcours|emplois|stages|
        experiencia|experiencias|trayectoria|trayectoria profesional|empleo|prácticas|
        historial laboral|esperienza|esperienze|esperienze lavorative|carriera|ervaring|
        werkervaring|experiência|experiências"""),
    (SectionKind.SKILLS, """
        skills|skill|technologies|technology|tools|competencies|competences|competence|
        expertise|stack|tech stack|strengths|programming languages|it|software|proficiencies|
        abilities|kenntnisse|fähigkeiten|kompetenzen|edv|edv-kenntnisse|it-kenntnisse|
        fachkenntnisse|stärken|technologien|compétences|savoir-faire|savoir-être|outils|
        informatique|atouts|logiciels|competencias|habilidades|conocimientos|aptitudes|
        herramientas|informática|tecnologías|destrezas|competenze|capacità|vaardigheden|
        competências|habilidades"""),
    (SectionKind.LANGUAGES, """
        languages|language|sprachen|sprachkenntnisse|fremdsprachen|langues|langue|idiomas|
        lenguas|lingue|talen|línguas"""),
    (SectionKind.INTERESTS, """
        interests|interest|hobbies|hobby|activities|extracurricular|leisure|interessen|
        freizeit|persönliche interessen|centres d'intérêt|centre d'intérêt|intérêts|loisirs|
        intereses|aficiones|pasatiempos|interessi|passioni|interesses"""),
)  # fmt: skip

# Titles that are sections by custom, of no kind of their own.
_OTHER = """
    patents|patent|talks|invited talks|presentations|conferences|memberships|membership|affiliations|teaching|
    service|additional information|further information|miscellaneous|other|leadership|military service|
    exhibitions|performances|press|media|quality and teaching|sonstiges|patente|vorträge|mitgliedschaften|
    weiteres|lehre|divers|informations complémentaires|brevets|conférences|permis|otros|otros datos|patentes|
    ponencias|información adicional|altro|overig|outros"""

_CONTACT = """
    contact|contact details|contact information|contact info|personal details|personal information|
    personal data|kontakt|kontaktdaten|persönliche daten|persönliche angaben|angaben zur person|coordonnées|
    informations personnelles|état civil|contacto|datos personales|datos de contacto|información personal|
    contatti|dati personali|contactgegevens|persoonlijke gegevens|dados pessoais"""

# Words that may stand beside a telling word without making the line something else than a title.
_COMPANION_WORDS = """
        professional work working relevant selected recent additional further other key core technical
        personal technisch academic main related research teaching clinical industry special soft hard
        and et und y e & of in de d' des du la le les the my or relevante beruflich berufliche
        beruflicher beruflichen akademische akademischer wissenschaftliche besondere weitere sonstige
        persönliche fachliche praktische schulische meine professionnelle professionnelles personnelle
        personnels techniques clés principales complémentaires autres universitaires laboral profesional
        profesionales académica académicas técnicas técnicos clave personales principales otros otras
        adicional it history background details section areas professionale lavorativa tecniche
"""
_COMPANIONS = frozenset(_COMPANION_WORDS.split())

_MARKUP = re.compile(r"[*_#`~]+")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"[\w'-]+|&")


def _phrases(listed: str) -> tuple[str, ...]:
    return tuple(phrase for raw in listed.split("|") if (phrase := _SPACES.sub(" ", raw.strip())))


_KIND_OF_PHRASE = {phrase: kind for kind, listed in reversed(_TELLING) for phrase in _phrases(listed)}
_KNOWN_PHRASES = frozenset((*_KIND_OF_PHRASE, *_phrases(_OTHER), *_phrases(_CONTACT)))
_TITLE_WORDS = frozenset(word for phrase in _KNOWN_PHRASES for word in _WORD.findall(phrase))
_TELLING_PATTERNS = tuple(
    (kind, re.compile(rf"(?<![\w'-])(?:{'|'.join(map(re.escape, _phrases(listed)))})(?![\w'-])"))
    for kind, listed in _TELLING
)
_TITLE_WORDS_MAX = 6
_TITLE_CHARS_MAX = 100


_CONTACT_PHRASES = frozenset(phrase.replace("ß", "ss") for phrase in _phrases(_CONTACT))


def _bare(title: str) -> str:
    bare = _SPACES.sub(" ", _MARKUP.sub(" ", title)).replace("’", "'").casefold().strip()
    return unicodedata.normalize("NFC", _EDGES.sub("", bare)).replace("ß", "ss")


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def kind_of(title: str) -> SectionKind:
    """Tells what a section is about from its title; ``OTHER`` where the title does not say."""
    if len(title) > _TITLE_CHARS_MAX:
        return SectionKind.OTHER
    bare = _bare(title.replace("_", " "))
    if exact := _KIND_OF_PHRASE.get(bare):
        return exact
    for kind, telling in _TELLING_PATTERNS:
        if telling.search(bare):
            return kind
    return SectionKind.OTHER


def is_contact_title(title: str) -> bool:
    """Tells whether a section holds contact data."""
    return len(title) <= _TITLE_CHARS_MAX and _bare(title) in _CONTACT_PHRASES


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def is_known_title(line: str) -> bool:
    """Tells whether a line of text is a section title by its words alone."""
    if len(line) > _TITLE_CHARS_MAX:
        return False
    bare = _bare(line)
    if bare in _KNOWN_PHRASES:
        return True
    words = _WORD.findall(bare)
    if not words or len(words) > _TITLE_WORDS_MAX or line.rstrip().endswith((".", ",", ";")):
        return False
    return all(word in _TITLE_WORDS or word in _COMPANIONS for word in words) and any(
        word in _KIND_OF_PHRASE for word in words
    )
