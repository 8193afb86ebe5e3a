"""Text that speaks to a model instead of about the person: it is never evidence."""

import re
from functools import lru_cache

from cvtailor.domain.limits import LINES_REMEMBERED_MAX

_QUOTED = r"[\"'“”„‘’«»‹›]"
_RUN = re.compile(r"\s{2,}")
_ENCLOSED = re.compile(r"<!--.*?(?:-->|$)|<[^<>]{1,200}>|\[[^\[\]]*\](?!\()|\{[^{}]*\}", re.DOTALL)
_UNSEEN = re.compile(
    r"(?is)<(?P<tag>\w+)[^<>]*(?:font-size\s*:\s*0|display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0|"
    r"color\s*:\s*(?:white|#fff)|\shidden)[^<>]*>.*?(?:</(?P=tag)>|$)"
)
_ADDRESSEE = (
    r"(?:system|assistant|asistente|assistent|ai|ia|ki|llm|gpt|chatgpt|claude|gemini|copilot|bot|model|modell|"
    r"modelo|modèle|prompt|instructions?|instrucción|instrucciones|anweisung|consigne|orden|"
    r"(?:note|notice|message|remark|hinweis|anmerkung|nachricht|nota|aviso|mensaje|remarque) "
    r"(?:to|for|an|für|pour|à|para|a) [^:.\n]{2,40}(?=\s?:)|tailor|parser|recruiter bot|developer|admin|user)"
)
_ORDER = (
    r"(?:ignore[sz]?|ignorez|ignoriere|ignorieren|ignora|ignorad|disregard|forget|override|overwrite|bypass|"
    r"vergiss|vergessen sie|missachte|überschreibe|oublie|oubliez|olvida|olvide|omite|descarta|"
    r"ne tiens pas compte|ne tenez pas compte|no tengas en cuenta|act as|pretend|you are now|you must|"
    r"from now on|new instructions?|du bist jetzt|ab jetzt|tu es maintenant|à partir de maintenant|"
    r"ahora eres|a partir de ahora)"
)
_TELL = (
    r"(?:(?:please|bitte|s'il te plaît|por favor)\s+)?(?:write|say|state|describe|call|rate|rank|score|add|"
    r"insert|replace|mention|list|include|claim|tell|treat|output|respond|reply|print|schreibe?|nenne?|"
    r"beschreibe?|behaupte|ergänze|füge|setze|ersetze|bewerte|gib|écris|écrivez|dis|dites|ajoute|ajoutez|"
    r"remplace|remplacez|décris|mentionne|indique|escribe|escriba|di|pon|ponga|añade|añada|agrega|"
    r"describe|reemplaza|sustituye|menciona|indica)"
)
# No line of a CV asks for anything.
_PLEASE = r"(?:please|bitte|merci de|veuillez|prière de|por favor)"
_ABOUT = (
    r"(?:the candidate|this candidate|the applicant|this applicant|candidate|applicant|this cv|this résumé|"
    r"this resume|den bewerber|die bewerberin|die person|den kandidaten|diesen lebenslauf|mich als|"
    r"me as|me with|that i|dass ich|le candidat|la candidate|ce cv|que je|el candidato|la candidata|"
    r"este currículum|que soy|instead|stattdessen|à la place|en su lugar)"
)
_READER = (
    r"(?:language model|model|system|assistant|ai|llm|bot|parser|screening|screener|tools?|reviewers?|"
    r"software|modell|sprachmodell|ki|werkzeuge?|modèle|outils?|ia|système|sistema|modelo|herramientas?)"
)
# Whoever asks for a text, or says what one must say, does not tell of work.
_ASKED = (
    rf"(?:(?:[^\W\d]+\s)?(?:to|for|an|für|à|aux?|pour|para|al?)\s(?:[^\W\d]+\s){{0,3}}{_READER}\b[^.:\n]{{0,30}}:|"
    rf"(?:[^\W\d]+\s){{0,2}}{_READER}\s(?:must|should|shall|muss|soll|doit|doivent|debe|deben)\b|"
    r"(?:when|while|wenn|beim|lors|quand|cuando|al)\s(?:you\s)?(?:summari[sz]\w+|rewrit\w+|"
    r"tailor\w*|zusammenfass\w+|résum\w+|resum\w+)\b|"
    r"(?:your (?:task|job|role)|deine aufgabe|ihre aufgabe|ta tâche|votre tâche|tu tarea|su tarea)\b|"
    r"(?:any|the|this|each|die|jede|le|la|el)\s(?:summary|headline|letter|cv|résumé|resume|profile|zusammenfassung|"
    r"lebenslauf|anschreiben|résumé|lettre|profil|resumen|carta|currículum|perfil)\s(?:must|should|shall|muss|soll|doit|debe)\b|"
    r"(?:rewrite|rephrase|treat|consider|regard|set|change|replace|read)\s"
    r"(?:this|the following|that|title|role|name)\b"
    r"[^.\n]{0,30}(?:\bas\b|\bto\b|:)|"
    r"(?:présente[zr]?|presenta|presente|stelle?n?)\s(?:la personne|le candidat|la candidate|a la persona|"
    r"al candidato|die person)\b)"
)
# Only where a sentence begins: "wrote prompts such as 'ignore previous instructions'" tells of work.
_START = (
    rf"(?:(?<=^)|(?<=[.!?:;\n|])|(?<=[.!?:;|]\s)|(?<=\n)|(?<=\s[-–—#*]\s))"
    rf"(?!\s?{_QUOTED})[(\s*#>-]{{0,6}}"
)
_FROM_HERE = re.compile(
    rf"(?is){_START}(?:{_ADDRESSEE}(?:\s\w+){{0,2}}\s?:|{_ASKED}|{_PLEASE}\b|{_ORDER}\b|{_TELL}\b(?=[^.!?\n]{{0,80}}\b{_ABOUT}\b)).*$"
)
_ASIDE = re.compile(
    rf"(?is)\((?=\s*(?:{_ADDRESSEE}(?:\s\w+){{0,2}}\s?:|{_ORDER}\b|{_PLEASE}\b|[^()]{{0,60}}\w\s?=\s?{_QUOTED}))[^()]*\)?"
)
_SET_OFF = re.compile(
    rf"(?is)\s(?://+|-{{2,}}|\*{{2,}}|#{{2,}}|={{2,}})\s*(?:{_ASKED}|{_TELL}\b|{_ORDER}\b|{_PLEASE}\b).*$"
)
_BLOB = re.compile(r"(?<![\w+/])(?=[A-Za-z+/]*\d)(?=[a-z\d+/]*[A-Z])[A-Za-z\d+/]{24,}={0,2}(?![\w+/])")


@lru_cache(maxsize=LINES_REMEMBERED_MAX)
def without_instructions(text: str) -> str:
    """Returns a line of evidence without what is enclosed, encoded or addressed to a model.

    An order takes the rest of its line with it: what follows "ignore all rules" is not the person's either.
    """
    # Long runs of white space would be tried from each of their places.
    shown = _RUN.sub(lambda run: "\n" if "\n" in run[0] else " ", text)
    shown = _ENCLOSED.sub(" ", _UNSEEN.sub(" ", shown))
    return _FROM_HERE.sub("", _SET_OFF.sub("", _BLOB.sub(" ", _ASIDE.sub(" ", shown))))
