"""Nouns that name a job, in four languages: how a job title is told from a company name."""

import re

_ROLE_WORDS = """
engineer\\w*|developer\\w*|programmer|architect|administrator|analyst|scientist|researcher|designer|
manager|director|head of|lead|leader|officer|specialist|consultant|coordinator|assistant|associate|
technician|operator|supervisor|nurse|midwife|doctor|physician|surgeon|therapist|physiotherapist|
pharmacist|dentist|carer|caregiver|paramedic|teacher|lecturer|professor|tutor|trainer|instructor|
principal|headteacher|postdoc\\w*|fellow|phd|accountant|bookkeeper|auditor|controller|clerk|cashier|
buyer|planner|recruiter|advisor|adviser|representative|executive|agent|secretary|receptionist|librarian|
lawyer|solicitor|paralegal|counsel|counsellor|counselor|journalist|editor|writer|translator|interpreter|
photographer|chef|cook|waiter|waitress|barista|driver|electrician|plumber|carpenter|welder|mechanic|
mechatronic\\w*|fitter|machinist|foreman|cleaner|guard|tester|apprentice|intern|internship|trainee|
graduate|student|worker|sre|devops|cto|cfo|ceo|owner|scrum master|strategist|biologist|chemist|
physicist|statistician|economist|geologist|psychologist|social worker|veterinarian|ranger|gardener|
farmer|\\w*entwickler\\w*|\\w*ingenieur\\w*|\\w*leiter(?:in)?|\\w*leitung|\\w*berater\\w*|sachbearbeiter\\w*|
\\w*kraft|\\w*pfleger\\w*|\\w*schwester|arzt|ärztin|\\w*lehrer\\w*|erzieher\\w*|dozent\\w*|\\w*buchhalter\\w*|
steuerfachangestellte\\w*|kaufmann|kauffrau|kaufleute|fachkraft|fachangestellte\\w*|\\w*techniker\\w*|
\\w*mechaniker\\w*|mechatroniker\\w*|elektroniker\\w*|elektriker\\w*|schlosser\\w*|tischler\\w*|
schreiner\\w*|maurer\\w*|monteur\\w*|\\w*verkäufer\\w*|referent\\w*|mitarbeiter\\w*|assistent\\w*|
praktik\\w*|werkstudent\\w*|auszubildende\\w*|ausbildung|wissenschaftler\\w*|architekt\\w*|jurist\\w*|
rechtsanwalt|koch|köchin|\\w*fahrer\\w*|\\w*meister(?:in)?|\\w*manager\\w*|disponent\\w*|einkäufer\\w*|
redakteur\\w*|übersetzer\\w*|
administrator\\w*|ingénieur\\w*|développeu\\w*|technicien\\w*|responsable|chargée? de|chef(?:fe|
\\(fe\\))? de|conducteur|conductrice|agente?|
directeur|directrice|infirmi\\w*|aide-soignant\\w*|médecin|enseignant\\w*|professeur\\w*|formateur|
formatrice|comptable|contrôleur|auditeur|auditrice|assistante?|gestionnaire|conseiller|conseillère|
commercial\\w*|vendeu\\w*|acheteu\\w*|approvisionneu\\w*|logisticien\\w*|cuisini\\w*|serveu\\w*|
chauffeur|électricien\\w*|plombier|menuisier|soudeur|stagiaire|stage|alternan\\w*|apprenti\\w*|juriste|
avocat\\w*|analyste|chercheu\\w*|doctorant\\w*|architecte|rédact\\w*|traduct\\w*|ingenier[oa]\\w*|
desarrollador\\w*|programador\\w*|técnic[oa]\\w*|analista|gerente|jefe de|jefa de|jefe/a de|
bibliotecari[oa]|director[a]?|
enfermer[oa]\\w*|médic[oa]|profesor\\w*|maestr[oa]|docente|contable|contador\\w*|auditor\\w*|
administrativ[oa]|auxiliar|asistente|comercial|vendedor\\w*|comprador\\w*|consultor\\w*|científic[oa]|
investigador\\w*|arquitect[oa]|abogad[oa]|cociner[oa]|camarer[oa]|conductor\\w*|electricista|
fontaner[oa]|carpinter[oa]|soldador\\w*|becari[oa]|traductor\\w*|diseñador\\w*|coordinador\\w*|
responsable de|especialista|educador\\w*
"""
ROLE = re.compile(
    r"(?<![\w-])(?:[\w]+[-/])*(?:" + _ROLE_WORDS.replace("\n", "") + r")(?:[/:*·_-]?in(?:nen)?)?(?![\w])",
    re.IGNORECASE,
)

_GENDER = r"(?:[mwfdxhgai]|div|all genders|gn|männlich|weiblich|divers)"
GENDER_MARK = re.compile(
    rf"\s*[\(\[]\s*{_GENDER}(?:\s*[/|,*]+\s*{_GENDER})+\s*[\)\]]"
    r"|\s+\b(?:[mwfd]/[mwfd]/[xd]|[hf]/[hf]|m/f)\b|\s*\((?:all genders?|gn)\)"
    r"|\s*[\(\[]\s*(?:m|w|f|d|x|h)\s*[\)\]]",
    re.IGNORECASE,
)
"""How ads mark that a job is open to everyone: (m/w/d), (H/F), m/f/x."""


def names_a_role(text: str) -> bool:
    """Whether a short text holds the name of a job."""
    return bool(ROLE.search(text))
