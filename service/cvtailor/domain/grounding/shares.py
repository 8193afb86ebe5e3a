"""Half of a class is not the class, and the second author is not the author."""

import re

from cvtailor.domain.grounding.cited import Cited
from cvtailor.domain.grounding.lexicon import Lexicon
from cvtailor.domain.grounding.quantities import quantities
from cvtailor.domain.grounding.words import FUNCTION_WORDS, plain, words

_SHARE = (
    r"(?:half(?!\s(?:bei|beim|in|im|mit|den?|dem|der)\b)|most|some|"
    r"part of|parts of|a third|a quarter|a few|few|the majority|"
    r"die hälfte|die meisten|einige|einen teil|ein teil|ein drittel|ein viertel|die mehrheit|"
    r"la moitié|la plupart|quelques|une partie|un tiers|un quart|la majorité|certains|certaines|"
    r"la mitad|la mayoría|algunos|algunas|una parte|un tercio)"
)
_OF = re.compile(
    rf"(?i)\b(?P<share>{_SHARE})\s(?:(?:of|von|de|der|des|d['’]|du)\b\s?)?"
    r"(?:(?:the|my|our|its|their|der|meiner|meines|unserer|unseres|la|le|les|ma|mes|nos|los|las|el|mi|mis|nuestra)\s|l['’])?"
    r"(?P<rest>[^.;:]+)"
)
_SHARE_LEFT = re.compile(
    rf"(?i)\b(?:{_SHARE}|half|hälfte|moitié|mitad|majority|partly|teil\w*|en partie|en parte)\b"
)
_RANK = re.compile(
    r"(?i)\b(?P<rank>second|third|fourth|fifth|2nd|3rd|zweite[rn]?|dritte[rn]?|deuxième|troisième|second[ea]?|"
    r"segund[oa]|tercer[oa]?)[\s-](?P<what>author|prize|place|officer|engineer|chef|pilot|mate|coach|violin|team|eleven|"
    r"autor|autorin|preis|platz|mannschaft|auteur|autrice|prix|place|équipe|capitaine|autora|premio|puesto|lugar|"
    r"equipo|reader|marker|examiner|assistant|lead|captain)\b"
)


def share_of(claim: str, cited: Cited, lexicon: Lexicon) -> str:
    """Returns the share or rank of a cited line that a claim has left away, or nothing."""
    said = words(claim)
    left = bool(_SHARE_LEFT.search(plain(claim))) or any(
        quantity.unit in ("share", "ratio") or quantity.count for quantity in quantities(claim)
    )
    for line in map(plain, cited.lines):
        for match in _OF.finditer(line) if not left else ():
            whole = next((word for word in words(match["rest"]) if word not in FUNCTION_WORDS), "")
            if whole and any(lexicon.same(whole, word) for word in said):
                return f"{match['share']} of {whole}"
        for match in _RANK.finditer(line):
            if match["what"].lower() in said and not any(
                lexicon.same(match["rank"].lower(), word) or word in ("2", "3", "2nd", "3rd") for word in said
            ):
                return match[0]
    return ""
