"""The titles that sections of a CV usually have, in four languages."""

from functools import cache

from cvtailor.domain.base_cv import SectionKind

_LANGUAGES = ("en", "de", "fr", "es")
_USUAL: dict[SectionKind, tuple[str, str, str, str]] = {
    SectionKind.SUMMARY: (
        "Profile|Summary|Professional summary|About me|About|Personal statement|Objective",
        "Profil|Kurzprofil|Zusammenfassung|Über mich",
        "Profil|À propos|Résumé|Présentation",
        "Perfil|Sobre mí|Resumen|Perfil profesional",
    ),
    SectionKind.EXPERIENCE: (
        "Experience|Work experience|Professional experience|Employment|Employment history|Work history",
        "Berufserfahrung|Beruflicher Werdegang|Berufspraxis|Werdegang|Erfahrung|Berufliche Stationen",
        (
            "Expérience professionnelle|Expériences professionnelles|Expérience|Expériences|Parcours "
            "professionnel"
        ),
        "Experiencia|Experiencia profesional|Experiencia laboral|Trayectoria profesional",
    ),
    SectionKind.EDUCATION: (
        "Education|Education and training|Academic background|Studies",
        "Ausbildung|Bildungsweg|Studium|Schule und Studium|Bildung|Akademischer Werdegang",
        "Formation|Formations|Études|Diplômes|Parcours académique",
        "Formación|Formación académica|Educación|Estudios",
    ),
    SectionKind.SKILLS: (
        "Skills|Technical skills|Key skills|Core skills|Competencies|Skills and tools",
        "Kenntnisse|Fähigkeiten|Kompetenzen|IT-Kenntnisse|Fachkenntnisse",
        "Compétences|Compétences techniques|Savoir-faire",
        "Competencias|Habilidades|Conocimientos|Aptitudes",
    ),
    SectionKind.PROJECTS: (
        "Projects|Selected projects|Personal projects",
        "Projekte",
        "Projets",
        "Proyectos",
    ),
    SectionKind.PUBLICATIONS: (
        "Publications|Selected publications",
        "Publikationen|Veröffentlichungen",
        "Publications",
        "Publicaciones",
    ),
    SectionKind.CERTIFICATES: (
        "Certificates|Certifications|Certifications and training|Training|Courses|Licenses",
        "Zertifikate|Weiterbildung|Weiterbildungen|Fortbildungen",
        "Certificats|Certifications",
        "Certificados|Certificaciones|Cursos",
    ),
    SectionKind.LANGUAGES: ("Languages", "Sprachen|Sprachkenntnisse", "Langues", "Idiomas"),
    SectionKind.AWARDS: (
        "Awards|Honours|Honors|Awards and honours",
        "Auszeichnungen|Preise",
        "Distinctions|Prix",
        "Premios|Reconocimientos",
    ),
    SectionKind.VOLUNTEERING: (
        "Volunteering|Volunteer experience|Volunteer work",
        "Ehrenamt|Ehrenamtliches Engagement",
        "Bénévolat",
        "Voluntariado",
    ),
    SectionKind.INTERESTS: (
        "Interests|Hobbies|Hobbies and interests",
        "Interessen|Hobbys",
        "Centres d'intérêt|Loisirs",
        "Intereses|Aficiones",
    ),
    SectionKind.REFERENCES: ("References", "Referenzen", "Références", "Referencias"),
}


@cache
def _titles_of(kind: SectionKind) -> frozenset[str]:
    return frozenset(title.casefold() for titles in _USUAL.get(kind, ()) for title in titles.split("|"))


def is_title_of(title: str, kind: SectionKind) -> bool:
    """Whether a title is one that sections of this kind usually have, in any language."""
    return title.strip(" :").casefold() in _titles_of(kind)


def usual_title(kind: SectionKind, language: str) -> str:
    """Returns the usual title of a kind of section; empty for a kind or language that has none here."""
    if kind not in _USUAL or language not in _LANGUAGES:
        return ""
    return _USUAL[kind][_LANGUAGES.index(language)].split("|")[0]
