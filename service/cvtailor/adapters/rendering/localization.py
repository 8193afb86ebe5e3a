"""What a CV's language changes: rendercv's locale, the headings, the paper."""

import re
from typing import Any

from rendercv.schema.models.locale.locale import locale_adapter

from cvtailor.domain.base_cv import Contact, SectionKind

RENDERCV_LOCALES = {
    "ar": "arabic",
    "da": "danish",
    "de": "german",
    "en": "english",
    "es": "spanish",
    "fa": "persian",
    "fr": "french",
    "he": "hebrew",
    "hi": "hindi",
    "hu": "hungarian",
    "id": "indonesian",
    "it": "italian",
    "ja": "japanese",
    "ko": "korean",
    "nb": "norwegian_bokmål",
    "nl": "dutch",
    "nn": "norwegian_nynorsk",
    "no": "norwegian_bokmål",
    "pt": "portuguese",
    "ru": "russian",
    "tr": "turkish",
    "vi": "vietnamese",
    "zh": "mandarin_chinese",
}
"""rendercv's locale of each language it knows, by BCP 47 primary language."""

_PRESENT = {
    "bg": "досега",
    "ca": "actualitat",
    "cs": "současnost",
    "de": "heute",
    "el": "σήμερα",
    "es": "actualidad",
    "fi": "nykyinen",
    "fr": "aujourd’hui",
    "hr": "danas",
    "pl": "obecnie",
    "ro": "prezent",
    "sk": "súčasnosť",
    "sv": "nuvarande",
    "uk": "дотепер",
}
"""The word for "present" where rendercv has no locale, or another word than people write in a CV."""

_SMALL_MONTHS = frozenset({"da", "es", "fr", "hu", "it", "nb", "nl", "nn", "no", "pt", "ru"})
"""Languages that write months with a small letter; rendercv writes all of them with a capital."""

_SHORT_MONTHS = {
    "de": ("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni", "Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    "fr": (
        *("janv.", "févr.", "mars", "avr.", "mai", "juin"),
        *("juil.", "août", "sept.", "oct.", "nov.", "déc."),
    ),
}
"""Months as people shorten them, where rendercv cuts all of them after three letters ("aoû")."""

_KINDS = (
    SectionKind.SUMMARY,
    SectionKind.EXPERIENCE,
    SectionKind.EDUCATION,
    SectionKind.SKILLS,
    SectionKind.PROJECTS,
    SectionKind.PUBLICATIONS,
    SectionKind.CERTIFICATES,
    SectionKind.LANGUAGES,
    SectionKind.AWARDS,
    SectionKind.VOLUNTEERING,
    SectionKind.INTERESTS,
    SectionKind.REFERENCES,
)

_HEADINGS = {
    "en": "Summary/Profile/About/About me/Objective/Professional summary"
    "|Experience/Work/Work experience/Professional experience/Employment/Employment history/Work history"
    "|Education/Education and training|Skills/Technical skills/Key skills/Core skills/Technologies"
    "|Projects/Personal projects/Selected projects/Side projects|Publications/Selected publications/Papers"
    "|Certificates/Certifications/Licenses and certifications|Languages/Language skills"
    "|Awards/Honors/Honours/Awards and honors/Honors and awards"
    "|Volunteering/Volunteer/Volunteer experience/Volunteer work|Interests/Hobbies|References/Referees",
    "de": "Profil/Kurzprofil/Über mich|Berufserfahrung/Erfahrung/Werdegang/Beruflicher Werdegang"
    "|Ausbildung/Studium/Bildung/Bildungsweg|Kenntnisse/Fähigkeiten/Kompetenzen|Projekte|Publikationen"
    "|Zertifikate|Sprachen/Sprachkenntnisse|Auszeichnungen/Preise|Ehrenamt|Interessen/Hobbys|Referenzen",
    "fr": "Profil/À propos|Expérience professionnelle/Expérience/Expériences professionnelles"
    "|Formation/Formations|Compétences|Projets|Publications|Certifications|Langues|Distinctions/Prix"
    "|Bénévolat|Centres d’intérêt/Loisirs|Références",
    "es": "Perfil/Resumen|Experiencia/Experiencia profesional/Experiencia laboral|Formación/Educación"
    "|Competencias/Habilidades|Proyectos|Publicaciones|Certificados/Certificaciones|Idiomas|Premios"
    "|Voluntariado|Intereses|Referencias",
    "it": "Profilo|Esperienza professionale/Esperienza|Istruzione/Formazione|Competenze|Progetti"
    "|Pubblicazioni|Certificazioni|Lingue|Premi|Volontariato|Interessi|Referenze",
    "pt": "Perfil/Resumo|Experiência profissional/Experiência|Formação/Educação"
    "|Competências/Habilidades|Projetos|Publicações|Certificados|Idiomas|Prémios/Prêmios|Voluntariado"
    "|Interesses|Referências",
    "nl": "Profiel|Werkervaring/Ervaring|Opleiding/Opleidingen|Vaardigheden|Projecten|Publicaties"
    "|Certificaten|Talen|Prijzen|Vrijwilligerswerk|Interesses/Hobby's|Referenties",
    "da": "Profil|Erhvervserfaring|Uddannelse|Kompetencer|Projekter|Publikationer|Certifikater|Sprog"
    "|Priser|Frivilligt arbejde|Interesser|Referencer",
    "nb": "Profil|Arbeidserfaring|Utdanning|Kompetanse|Prosjekter|Publikasjoner|Sertifikater|Språk"
    "|Priser|Frivillig arbeid|Interesser|Referanser",
    "sv": "Profil|Arbetslivserfarenhet|Utbildning|Kompetenser|Projekt|Publikationer|Certifikat|Språk"
    "|Utmärkelser|Ideellt arbete|Intressen|Referenser",
    "pl": "Profil|Doświadczenie zawodowe|Wykształcenie|Umiejętności|Projekty|Publikacje|Certyfikaty"
    "|Języki|Nagrody|Wolontariat|Zainteresowania|Referencje",
    "tr": "Özet|Deneyim|Eğitim|Yetenekler|Projeler|Yayınlar|Sertifikalar|Diller|Ödüller|Gönüllülük"
    "|İlgi alanları|Referanslar",
}
"""By language and in the order of ``_KINDS``: the usual heading, then others that say no more than it."""

_TITLES = {
    language: dict(zip(_KINDS, (row.split("/") for row in headings.split("|")), strict=True))
    for language, headings in _HEADINGS.items()
}
_KNOWN = {
    kind: {title.casefold() for titles in _TITLES.values() for title in titles[kind]} for kind in _KINDS
}

_NORTH_AMERICA = re.compile(r"\b(USA?|U\.S\.A?\.?|United States|Canada)$", re.IGNORECASE)
_NANP_PHONE = re.compile(r"(\+?1[ .-]*)?\(?[2-9]\d{2}\)?[ .-]*\d{3}[ .-]*\d{4}")


def locale(language: str) -> dict[str, Any]:
    """Returns rendercv's ``locale`` for a BCP 47 primary language; English words where it has none."""
    settings: dict[str, Any] = {"language": RENDERCV_LOCALES.get(language, "english")}
    if language in _SMALL_MONTHS:
        known = locale_adapter.validate_python(settings)
        settings["month_names"] = [name.lower() for name in known.month_names]
        settings["month_abbreviations"] = [name.lower() for name in known.month_abbreviations]
    if language in _SHORT_MONTHS:
        settings["month_abbreviations"] = list(_SHORT_MONTHS[language])
    if language in _PRESENT:
        settings["present"] = _PRESENT[language]
    return settings


def dates_are_numbers(language: str) -> bool:
    """Tells whether dates are set as ``2024-05`` because there are no month names for the language."""
    return language not in RENDERCV_LOCALES


def heading(title: str, kind: SectionKind, language: str) -> str:
    """Returns the title of a section in the CV's language.

    Only a usual heading is replaced, by the usual heading of that language; a title of the person's
    own making stays, and so does every title in a language not listed here.
    """
    titles = _TITLES.get("nb" if language in ("no", "nn") else language, {}).get(kind)
    said = title.strip().casefold()
    if titles is None or said not in _KNOWN[kind] or said in (usual.casefold() for usual in titles):
        return title
    return titles[0]


def page_size(contact: Contact) -> str:
    """Returns US letter for North American contact data and A4 for everyone else."""
    if contact.phone.startswith("+") and not contact.phone.startswith("+1"):
        return "a4"
    american = _NANP_PHONE.fullmatch(contact.phone) or _NORTH_AMERICA.search(contact.location.strip(" ."))
    return "us-letter" if american else "a4"
