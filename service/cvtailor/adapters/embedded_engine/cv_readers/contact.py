"""The block above the first section: name, headline, how to reach the person."""

import re
from collections.abc import Iterable

from cvtailor.adapters.embedded_engine.cv_readers.cv_builder import CvBuilder
from cvtailor.adapters.embedded_engine.cv_readers.dates import iso
from cvtailor.adapters.embedded_engine.cv_readers.document import Scalar
from cvtailor.adapters.embedded_engine.cv_readers.links import NETWORK_NAMES, profile_of, web_url
from cvtailor.adapters.embedded_engine.cv_readers.outline import split_links, tidy, without_emphasis
from cvtailor.adapters.embedded_engine.cv_readers.vocabulary import (
    looks_like_a_place,
    looks_like_an_address,
    names_a_job,
)
from cvtailor.domain.base_cv import ProfileLink

_LABELS = {
    "name": "name nom nombre vorname nachname",
    "email": "email e-mail mail courriel correo",
    "phone": "phone telephone tel telefon telefonnummer fon téléphone teléfono mobile mobil handy portable"
    " móvil cell cellphone mob rufnummer",
    "location": "address adresse anschrift dirección domicilio location wohnort wohnhaft standort lieu ciudad"
    " city",
    "website": "web website homepage site blog url portfolio internet webseite",
    "network": " ".join(NETWORK_NAMES),
    "headline": "title headline position titel beruf",
}
CONTACT_LABEL_WORDS = frozenset(word for words in _LABELS.values() for word in re.findall(r"\w+", words))
_CHANNEL_OF = {word: channel for channel, words in _LABELS.items() for word in words.split()} | dict.fromkeys(
    NETWORK_NAMES, "network"
)
_LABEL = re.compile(r"^([^\W\d][\w -]{1,20}?)\s*(?:\.?:+|\.(?!\S))\s*(.*)$|^([^\W\d][\w-]*)$")
_PRIVATE = re.compile(
    r"\b(?:geboren|geburts\w+|born|birth|né le|née le|nacid[oa]|nacimiento|naissance|verheiratet"
    r"|ledig|geschieden|familienstand|married|marital|unmarried|état civil|célibataire|mariée?|estado civil"
    r"|casad[oa]|solter[oa]|konfession|religion|kinder|children|enfants|hijos|alter|age|gender|geschlecht|sexe|sexo)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"<?(?:mailto:)?([\w.+%'-]+@[\w-]+(?:\.[\w-]+)+)>?")
_URL = re.compile(
    r"<?((?:https?://|www\.)[^\s<>|,;]+|(?:[a-z]{2,3}\.)?(?:linkedin|github|gitlab|orcid|researchgate|stackoverflow|xing)"
    r"\.(?:com|org|net)/[^\s<>|,;]+)>?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w/.])(?:tel:)?((?:\+|00|\()?\d(?:[\d()./-]| (?! )){5,24}\d)(?!\w)")
_TWO_YEARS = re.compile(r"(?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d")
_PHONE_DIGITS = range(7, 16)
_FRAGMENTS = re.compile(r"(?<!\s)(?:\s*[|·•⋅∙◦\t]+\s*|\s{2,}|\s+[–—]\s+)")
_EDGES = " ,;:|·•–—-"
DOCUMENT_TITLE = re.compile(
    r"^(?:curriculum vit(?:ae|æ)|c\.?v\.?|resume|résumé|(?:tabellarischer )?lebenslauf|currículum(?: vitae)?"
    r"|curriculum)\b(?:\s+(?:of|von|de)\b)?\s*[:|–—-]?\s*",
    re.IGNORECASE,
)
_LINES_MAX = 40
_LINE_CHARS_MAX = 400
_NAME_CHARS_MAX = 100
_HEADLINE_CHARS_MAX = 160
_PROSE_WORDS_MIN = 20
_SENTENCE_WORDS_MIN = 10


class ContactBlock:
    """Reads the lines above the first section into a builder's contact data.

    What is neither a way to reach the person nor private is their own text: prose goes to ``prose``, the
    rest to ``details``.
    """

    def __init__(self, builder: CvBuilder) -> None:
        self._builder = builder
        self._contact = builder.contact
        self.prose: list[Scalar] = []
        self.details: list[Scalar] = []

    def read(self, lines: Iterable[Scalar]) -> None:
        """Reads every line; the first that can be a name is the name."""
        for index, line in enumerate(lines):
            if index >= _LINES_MAX:
                self.details.append(Scalar(tidy(line.value), line.line, line.path))
                continue
            plain = Scalar(without_emphasis(line.value), line.line, line.path)
            if self._contact.name:
                self._read_line(plain)
            else:
                self._read_name(plain)

    def _read_name(self, line: Scalar) -> None:
        if len(line.value) > _LINE_CHARS_MAX:
            self._read_line(line)
            return
        bare = DOCUMENT_TITLE.sub("", line.value.lstrip("# ")).strip()
        if not bare:
            self._builder.leave_out([line], "title of the document")
            return
        first, *rest = [part for part in _FRAGMENTS.split(bare) if part] or [""]
        labelled = _LABEL.match(first)
        if labelled and labelled[1] and _CHANNEL_OF.get(labelled[1].casefold()) == "name":
            first = labelled[2]
        first, links = split_links(first)
        first = first.removesuffix("'s CV").strip(_EDGES)
        if (
            not first
            or len(first) > _NAME_CHARS_MAX
            or not first[0].isalpha()
            or "@" in first
            or web_url(first)
        ):
            self._read_line(line)
            return
        self._contact.name = tidy(first)
        for _, target in links:
            self._take_target(target, "")
        if rest:
            self._read_line(Scalar("  ".join(rest), line.line, line.path))

    def _read_line(self, line: Scalar) -> None:
        if len(line.value) > _LINE_CHARS_MAX:
            self.prose.append(Scalar(tidy(line.value), line.line, line.path))
            return
        text = self._take_reachable(line)
        alone = text == line.value
        if alone and _is_prose(text) and not _PRIVATE.search(text):
            self.prose.append(Scalar(tidy(text), line.line, line.path))
            return
        if alone and self._can_be_headline(text):
            self._contact.headline = Scalar(tidy(text), line.line, line.path)
            return
        for fragment in _FRAGMENTS.split(text):
            if bare := tidy(fragment).strip(_EDGES):
                self._read_fragment(Scalar(bare, line.line, line.path), alone)

    def _can_be_headline(self, text: str) -> bool:
        contact = self._contact
        if contact.headline or contact.email or contact.phone or len(text) > _HEADLINE_CHARS_MAX:
            return False
        if (_LABEL.match(text) and ":" in text) or _PRIVATE.search(text) or looks_like_an_address(text):
            return False
        return any(map(str.isalpha, text)) and not (
            "," in text and looks_like_a_place(text) and not contact.location
        )

    def _take_reachable(self, line: Scalar) -> str:
        """Takes e-mail addresses, web addresses and phone numbers; returns the text left over."""
        text, links = split_links(line.value)
        for label, target in links:
            if self._take_target(target, label):
                text = text.replace(label, "\t", 1)
            else:
                self._builder.leave_out(
                    [Scalar(target, line.line, line.path)], "not a web address (http or https)"
                )
        for email in _EMAIL.findall(text):
            self._contact.add("email", email)
        text = _EMAIL.sub("\t", text)

        def take_url(found: re.Match[str]) -> str:
            return "\t" if self._take_target(found[1].rstrip(".)"), "") else found[0]

        def take_phone(found: re.Match[str]) -> str:
            number = found[1].strip()
            if (
                sum(map(str.isdigit, number)) not in _PHONE_DIGITS
                or iso(number)
                or _TWO_YEARS.fullmatch(number)
            ):
                return found[0]
            self._contact.add("phone", number)
            return "\t"

        return _PHONE.sub(take_phone, _URL.sub(take_url, text))

    def _take_target(self, target: str, label: str) -> bool:
        if target.startswith("mailto:"):
            self._contact.add("email", target.removeprefix("mailto:"))
            return True
        if target.startswith("tel:"):
            self._contact.add("phone", label or target.removeprefix("tel:"))
            return True
        url = web_url(target)
        if not url:
            return False
        bare_label = tidy(label).strip(_EDGES)
        if profile := profile_of(url):
            self._contact.profiles.append(profile)
        elif bare_label and bare_label.casefold() not in _CHANNEL_OF and bare_label not in url:
            self._contact.profiles.append(ProfileLink(network=bare_label, username=bare_label, url=url))
        else:
            self._contact.add("website", url)
        return True

    def _read_fragment(self, fragment: Scalar, alone: bool) -> None:
        text = fragment.value
        labelled = _LABEL.match(text)
        label = (labelled[1] or labelled[3] or "").casefold() if labelled else ""
        value = (labelled[2] or "").strip() if labelled else ""
        channel = _CHANNEL_OF.get(label, "")
        if _PRIVATE.search(text):
            self._builder.leave_out([fragment], "private detail that an application does not need")
        elif channel and not value:
            if alone:
                self._builder.leave_out([fragment], "a label with nothing after it")
        elif channel == "network":
            self._contact.profiles.append(ProfileLink(network=NETWORK_NAMES[label], username=value))
        elif channel == "headline" and not self._contact.headline:
            self._contact.headline = Scalar(value, fragment.line, fragment.path)
        elif channel == "location" or self._is_location(text, alone):
            place = value if channel == "location" else text
            self._contact.location = f"{self._contact.location}, {place}" if self._contact.location else place
        elif (url := web_url(value or text)) and not names_a_job(text):
            self._contact.add("website", url)
        elif not self._contact.headline and not label and names_a_job(text):
            self._contact.headline = fragment
        else:
            self.details.append(fragment)

    def _is_location(self, text: str, alone: bool) -> bool:
        if looks_like_an_address(text):
            return True
        return not self._contact.location and looks_like_a_place(text) and ("," in text or not alone)


def _is_prose(text: str) -> bool:
    words = len(text.split())
    return words >= _PROSE_WORDS_MIN or (words >= _SENTENCE_WORDS_MIN and text.rstrip().endswith("."))
