"""Titles and labels for text that has none of its own, in the CV's language."""

from cvtailor.domain.base_cv import SectionKind

_LANGUAGES = ("en", "de", "fr", "es")
_TITLES = {
    SectionKind.SUMMARY: ("Profile", "Profil", "Profil", "Perfil"),
    SectionKind.EXPERIENCE: ("Experience", "Berufserfahrung", "Expérience professionnelle", "Experiencia"),
    SectionKind.EDUCATION: ("Education", "Ausbildung", "Formation", "Formación"),
    SectionKind.SKILLS: ("Skills", "Kenntnisse", "Compétences", "Competencias"),
    SectionKind.PROJECTS: ("Projects", "Projekte", "Projets", "Proyectos"),
    SectionKind.VOLUNTEERING: ("Volunteering", "Ehrenamt", "Bénévolat", "Voluntariado"),
    SectionKind.PUBLICATIONS: ("Publications", "Publikationen", "Publications", "Publicaciones"),
    SectionKind.CERTIFICATES: ("Certificates", "Zertifikate", "Certificats", "Certificados"),
    SectionKind.AWARDS: ("Awards", "Auszeichnungen", "Distinctions", "Premios"),
    SectionKind.LANGUAGES: ("Languages", "Sprachen", "Langues", "Idiomas"),
    SectionKind.INTERESTS: ("Interests", "Interessen", "Centres d'intérêt", "Intereses"),
    SectionKind.REFERENCES: ("References", "Referenzen", "Références", "Referencias"),
    SectionKind.OTHER: ("Further details", "Weitere Angaben", "Autres informations", "Otros datos"),
}
_LABELS = {
    "grade": ("Grade: ", "Note: ", "Note : ", "Nota: "),
    "courses": ("Courses: ", "Kurse: ", "Cours : ", "Cursos: "),
    "roles": ("Roles: ", "Rollen: ", "Rôles : ", "Funciones: "),
    "keywords": ("Keywords: ", "Stichwörter: ", "Mots-clés : ", "Palabras clave: "),
}


def title_of(kind: SectionKind, language: str) -> str:
    """The title of a section; English where we have none in the language."""
    return _TITLES[kind][_index(language)]


def label_of(field: str, language: str) -> str:
    """What stands before the words of a ``grade``, ``courses``, ``roles`` or ``keywords`` line."""
    return _LABELS[field][_index(language)]


def _index(language: str) -> int:
    return _LANGUAGES.index(language) if language in _LANGUAGES else 0
