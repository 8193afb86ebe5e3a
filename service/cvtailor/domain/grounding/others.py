"""What the evidence says of somebody else: a claim may not put the person in that place."""

import re
from collections.abc import Iterator

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.objection import Objection
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain, word_set, words
from cvtailor.domain.tailored_cv import RejectionReason

_DETERMINER = r"(?:the|my|our|an?|der|die|das|ein|eine|meine?|la|le|les|une?|el|los|las|mi|mon|ma)"
_AUXILIARY = (
    r"(?:(?:had|has|have|then|later|would|could|also|now|a|ont|avait|había|ha|han|"
    r"dann|später|luego|ensuite)\s)*"
)
_RELATIVE = re.compile(
    rf"(?i)\b(?P<link>that|which|whom|que|qu)[\s'’](?:{_DETERMINER}\s)(?:[^\W\d]+\s)??(?P<who>[^\W\d]{{3,}})\s{_AUXILIARY}"
    r"(?P<verb>[^\W\d]{3,})"
)
_THEY = re.compile(
    rf"(?i)\b(?P<who>[^\W\d]{{3,}}),?\s(?P<link>who|which|qui|quien|quienes)\s{_AUXILIARY}(?P<verb>[^\W\d]{{3,}})"
)
_DONE_BY = re.compile(
    rf"(?i)\b(?P<verb>[^\W\d]{{3,}})\s(?P<link>by)\s(?:{_DETERMINER}\s)?(?P<who>[^\W\d]{{3,}})"
)
_OF_MINE = re.compile(
    rf"(?i)^\s*(?:[^\W_]+\s(?:of|de|der|von)\s)?(?P<link>my|our|mes|nos|mis|nuestr[oa]s|meine|unsere)\s"
    rf"(?P<who>[^\W\d]{{3,}})\s{_AUXILIARY}(?P<verb>[^\W\d]{{3,}})"
)
_FOR = re.compile(rf"(?i)\b(?:for|pour|para)\s(?:{_DETERMINER}\s)?(?P<whom>[^\W\d]+(?:\s[^\W\d]+)?)")
_TO_ME = re.compile(
    r"(?i)^\s*(?:(?:i|ich|j['’]|je|yo)\s?)?(?:was|were|got|wurde|(?:ai\s)?été|fui)\s(?P<rest>.+)$"
)
_STILL_TO_ME = re.compile(
    r"(?i)\b(?:was|were|been|being|got|by|from|under|wurde|worden|von|vom|unter|été|par|fui|sido|por|bajo)\b"
)
_CLAUSE = re.compile(r"[.;:()|]|,\s|\s(?:and|und|et|y|&)\s")
_STARTS_OPEN = word_set("in on by as to for with at from under about en por im am auf zum zur als à par de")
_FOLLOWS = word_set(
    "let lets allow allowed enable enabled help helped mean meant gave made permis permet permitió hizo"
)
_AS = re.compile(
    r"(?i)\b(?:as|als|en tant que|comme|como)\s(?:(?:an?|the|une?|un|ein|eine|einer|el|la|le)\s)?"
    r"(?P<what>[^\W\d]+(?:\s[^\W\d]{4,})?)"
)
_ANOTHER = re.compile(
    rf"(?i)\b(?:for|to|of|with|by|under|from|für|an|von|mit|unter|durch|pour|de|du|au|avec|sous|para|del|al|con|"
    rf"bajo|der|dem|des|den|{_DETERMINER[3:-1]})\s(?:{_DETERMINER}\s)?(?:[^\W\d]+\s)?(?P<what>[^\W\d]+)"
)
_TO_OBJECT = re.compile(r"(?i)\s(?:for|to|with|from|by|of|in|at|on|pour|à|avec|de|du|para|con|del|en)\s")
_LEADING_WORDS = 2


def check_others(claim: str, cited: Cited, lexicon: Lexicon) -> Objection | None:
    """Refuses what somebody else did or is: "a spreadsheet that a colleague had built" as "built"."""
    begun = list(_beginnings(claim))
    for line in map(plain, cited.lines):
        told = next(_done_by_others(line, claim, begun, lexicon), "")
        told = told or next(_done_to_me(line, claim, begun, lexicon), "")
        told = told or next(_done_for(line, claim, lexicon), "")
        if told:
            return Objection(RejectionReason.STRENGTH_INFLATED, f"the cited line says “{told}”")
    place = _taken_place(claim, cited, lexicon)
    if place:
        return Objection(RejectionReason.STRENGTH_INFLATED, f"“{place}” is somebody else in the cited line")
    return None


def _beginnings(claim: str) -> Iterator[str]:
    """Yields what each clause of a claim begins with, if that is a verb of the person's own."""
    for clause in _CLAUSE.split(plain(claim)):
        said = [word for word in words(clause) if word not in FUNCTION_WORDS]
        after = words(clause)
        if said and said[0] in after[:_LEADING_WORDS]:
            behind = after[after.index(said[0]) + 1 :]
            if not behind or behind[0] not in _STARTS_OPEN:
                yield said[0]


def _done_by_others(line: str, claim: str, begun: list[str], lexicon: Lexicon) -> Iterator[str]:
    said = words(claim)
    for pattern in (_RELATIVE, _THEY, _DONE_BY, _OF_MINE):
        for match in pattern.finditer(line):
            verb, who = match["verb"].lower(), match["who"].lower()
            if verb in FUNCTION_WORDS or who in FUNCTION_WORDS or not any(_same(verb, begun, lexicon)):
                continue
            if match["link"] in ("which", "qui") and (verb in _FOLLOWS or _is_turn(verb, lexicon)):
                continue  # what came of the person's own doing
            own = words(line[: match.start("who")] if pattern is _THEY else line[: match.start()])
            if any(_same(verb, own, lexicon)) or (pattern is _DONE_BY and "by" in said):
                continue
            yield match[0]


def _is_turn(verb: str, lexicon: Lexicon) -> bool:
    return not lexicon.roots(verb).isdisjoint(lexicon.less | lexicon.more)


def _done_to_me(line: str, claim: str, begun: list[str], lexicon: Lexicon) -> Iterator[str]:
    """Yields "was given training" where a claim has it that the person gave some."""
    for clause in re.split(r"[.;]\s", line):
        match = _TO_ME.search(clause)
        if match is None or _STILL_TO_ME.search(plain(claim)) or any(map(lexicon.takes, words(claim))):
            continue
        done = [word for word in words(match["rest"]) if word not in FUNCTION_WORDS]
        if any(map(lexicon.gives, words(claim))) or any(any(_same(word, done, lexicon)) for word in begun):
            yield match[0]


def _done_for(line: str, claim: str, lexicon: Lexicon) -> Iterator[str]:
    """Yields "for the office" of "ran errands for the office" where a claim has "ran the office"."""
    if lexicon.language == "de":
        return  # the verb stands behind its object
    for match in _FOR.finditer(line):
        done = list(_telling(line[: match.start()]))
        whom = list(_telling(match["whom"]))
        for clause in _CLAUSE.split(plain(claim)):
            said = list(_telling(_TO_OBJECT.split(clause)[0]))
            if (
                len(done) > 1
                and len(said) > 1
                and lexicon.same(said[0], done[0])
                and any(any(_same(word, whom, lexicon)) for word in said[1:])
                and not any(any(_same(word, done[1:], lexicon)) for word in said[1:])
            ):
                yield match[0]


def _telling(text: str) -> Iterator[str]:
    return (word for word in words(text) if word not in FUNCTION_WORDS)


def _taken_place(claim: str, cited: Cited, lexicon: Lexicon) -> str:
    """Returns who somebody else is in the evidence, and the person in the claim: "cover for the cook"."""
    titles = {word for title in cited.titles for word in words(title)}
    for what in _places_taken(claim, lexicon):
        if any(_same(what, titles, lexicon)):
            continue
        told = [line for line in map(plain, cited.lines) if any(_same(what, words(line), lexicon))]
        other = [line for line in told if any(_same(what, _named_others(line), lexicon))]
        if told and told == other and not any(any(_same(what, _named_as(line), lexicon)) for line in told):
            return what
    return ""


def _places_taken(claim: str, lexicon: Lexicon) -> Iterator[str]:
    """Yields who a claim says the person is: what it begins with, and what follows "as"."""
    yield from _named_as(plain(claim))
    for clause in _CLAUSE.split(plain(claim)):
        said = words(clause)
        yield from (word for word in said[: _LEADING_WORDS + 1][:1] if lexicon.names_leader(word))
        if len(said) > 1 and said[0] not in FUNCTION_WORDS and lexicon.names_leader(said[1]):
            yield said[1]


def _named_as(text: str) -> list[str]:
    return [word for match in _AS.finditer(text) for word in words(match["what"]) if len(word) > 3]


def _named_others(text: str) -> list[str]:
    return [match["what"].lower() for match in _ANOTHER.finditer(text)] + [
        word for match in _ANOTHER.finditer(text) for word in words(match[0])
    ]


def _same(
    word: str, others: Iterator[str] | list[str] | set[str] | tuple[str, ...], lexicon: Lexicon
) -> Iterator[bool]:
    return (lexicon.same(word, other) for other in others)
