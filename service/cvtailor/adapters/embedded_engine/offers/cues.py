"""The words by which a sentence of an ad is known, whatever heading it stands under."""

import re
from functools import cached_property


def _pattern(*alternatives: str) -> re.Pattern[str]:
    return re.compile("|".join(alternatives), re.IGNORECASE)


FOR_MACHINES = _pattern(
    r"\b(?:ignore|disregard|forget|override|bypass|skip)\b.{0,40}\b(?:instructions?|prompts?|rules|guidelines"
    r"|directions|everything above|all (?:of )?the above|previous text)\b",
    r"\b(?:ignoriere?n?|vergiss|missachte)\b.{0,40}\b(?:anweisung|anleitung|vorgabe|regel|instruktion)",
    r"\b(?:ignore[rz]?|oublie[rz]?)\b.{0,40}\b(?:instructions?|consignes?|règles)\b",
    r"\b(?:ignora|ignore|olvida|olvide)\b.{0,40}\b(?:instrucciones|indicaciones|reglas)\b",
    r"\b(?:you are|you're|as|if you are|act as|pretend to be)\s+(?:an?|the|our|your)?\s*"
    r"(?:ai|a\.i\.|llm|gpt|chatgpt|(?:large )?language model|chat ?bot|(?:ai )?assistant model|"
    r"(?:recruit\w*|screening|cv|resume|résumé|parsing|ai|ats|automated) (?:tool|system|bot|"
    r"agent|assistant|parser|model))\b",
    r"\b(?:sie sind|du bist|wenn du|falls sie)\b.{0,12}\b(?:ki|sprachmodell|llm|chatbot)\b",
    r"\b(?:note|attention|message|instructions?|hinweis|nota|consigne)s?\s+(?:to|for|für|an|"
    r"para|pour|à l')\s*"
    r"(?:the |all |any |alle |les |la |el )?(?:ai|llms?|ki|ia|language models?|chat ?bots?|parsers?|ats|"
    r"automated|recruit\w+ (?:tools?|systems?|software|bots?))\b",
    r"\b(?:system|developer|user|assistant)\s*(?:prompt|message)\b|<\|?(?:system|im_start|"
    r"assistant|user)\b|\[/?INST\]",
    r"^\s*(?:system|assistant|ai|llm|chatgpt)\s*:",
    r"\b(?:rank|rate|score|recommend|hire|mark|select)\b.{0,30}\b(?:this|the) (?:candidate|"
    r"applicant|cv|resume|résumé)\b"
    r".{0,40}\b(?:top|first|highest|perfect|best|qualified|10/10|100)",
    r"\b(?:state|say|claim|write|include|add|insert|mention)\b.{0,50}\b(?:in|to|into|on) "
    r"(?:the|their|your|every|each) "
    r"(?:cv|resume|résumé|cover letter|output|summary|response|answer)\b.{0,60}\b(?:ai|llm|"
    r"model|tool|verbatim|regardless)",
)
"""Text that talks to a program instead of a person: it stays text, and is never asked of the person."""

LEGAL = _pattern(
    r"equal[- ]opportunit|equal employment|without regard to|regardless of (?:\w+[, "
    r"]+){0,3}(?:race|age|gender|origin)",
    r"irrespective of|protected (?:veteran|characteristic)|affirmative action|reasonable "
    r"accommodation|e-verify",
    r"sexual (?:orientation|identity)|disability confident|freedom of information|"
    r"rehabilitation of offenders",
    r"welcome applications|encourage (?:\w+ ){0,3}(?:candidates|applicants|applications)|background check",
    r"disclosure and barring|visa sponsorship|sponsor (?:employment )?visas?|require sponsorship|no agencies",
    r"third party recruit|privacy (?:policy|notice)|personal data",
    r"schwerbehindert|unabhängig von (?:\w+[, ]+){0,3}(?:geschlecht|herkunft|alter)|"
    r"chancengleichheit|führungszeugnis",
    r"masernschutz|gleicher eignung|aller nationalitäten|datenschutzhinweis|willkommen\.?$",
    r"égalité des chances|situation de handicap|compétences égales|sans distinction|quels que soient",
    r"igualdad de (?:trato|oportunidades)|independencia de|orientación sexual|conforme al rgpd|tus datos",
)
APPLY = _pattern(
    r"\b(?:please )?(?:apply|submit|send|upload)\b.{0,60}\b(?:online|cv|resume|résumé|"
    r"application|cover letter|via|by|to)\b",
    r"\bapply (?:by|now|online|through|at)\b|closing date|application deadline|\bclick (?:here|apply)|"
    r"for (?:more|further) information|for an informal|we look forward to (?:receiving|"
    r"hearing)|quote reference",
    r"\bbewerb(?:ung(?:en|sunterlagen|sschluss|sfrist)?|en sie sich|e? dich)\b|senden sie|"
    r"schicken sie|schick uns|"
    r"ansprechpartner|wir freuen uns auf|fragen beantwortet",
    r"\bpostulez|candidature|envoyez|merci d'adresser|adressez|lettre de motivation|\bcv et\b",
    r"\binscríbete|envía(?:nos)?\b|currículum|plazo de|fecha límite|apúntate",
)
BENEFITS = _pattern(
    r"\b(?:we|what we|you(?:'ll| will)? (?:get|receive|enjoy)) (?:offer|provide|give you)\b|"
    r"we(?:'re| are) proud to offer",
    r"\b401\(?k\)?|dental|paid time off|\bpto\b|parental leave|annual leave|days? (?:of "
    r")?(?:holiday|vacation|leave)"
    r"|holidays? plus|pension|health insurance|gym\b|learning budget|stock options|\brsus?\b|"
    r"equity|cycle to work"
    r"|free (?:coffee|fruit|lunch|drinks)|company car|competitive (?:salary|pay)|relocation "
    r"(?:support|assistance)",
    r"urlaubstage|tage urlaub|altersvorsorge|jobticket|deutschlandticket|obstkorb|flexible "
    r"arbeitszeit|vergütung"
    r"|gehalt\b|weihnachtsgeld|bonuszahlung|mitarbeiterrabatt|tarifvertrag|jobrad|wir bieten|bieten wir",
    r"mutuelle|tickets? restaurant|titres?-restaurant|\brtt\b|intéressement|participation aux "
    r"bénéfices|13e mois"
    r"|rémunération|congés|nous offrons|nous proposons",
    r"seguro médico|días de vacaciones|retribución flexible|jornada intensiva|salario|"
    r"ofrecemos|tickets? restaurante",
)
SELF_DESCRIPTION = _pattern(
    r"^(?:we|our (?:team|company|mission|software|customers|clients|products?|values)|founded|since \d{4})\b",
    r"\b(?:is|are) (?:a|an|one of|the) (?:\w+[- ]){0,3}(?:company|provider|leader|leading|"
    r"employer|startup|firm|"
    r"organisation|organization|agency|hospital|university)\b",
    r"^(?:wir|unser(?:e|em|en)?|seit \d{4}|gegründet)\b|\bist (?:ein|eine|einer) (?:\w+ "
    r"){0,3}(?:unternehmen|anbieter|schule)",
    r"^(?:nous|notre|nos|depuis \d{4}|fondée?)\b|^(?:somos|nuestr[oa]s?|desde \d{4}|fundada)\b",
)
NICE = _pattern(
    r"\b(?:is|are|be|would be|considered|as) (?:also )?(?:an? |strongly |highly )?(?:\w+ )?"
    r"(?:plus|bonus|advantage|asset|advantageous|desirable|desired|beneficial|preferred|welcome|helpful)\b",
    r"\b(?:a|big|definite|strong) plus\b|nice[- ]to[- ]have|good to have|\bdesirable\b|"
    r"\(preferred\)|\bbonus points?\b",
    r"^(?:\w+ ){0,2}(?:ideally|preferably|preferred|optional(?:ly)?|bonus|desirable|"
    r"desired)\b|not (?:a must|required|essential)",
    r"(?:von|ein) vorteil|wünschenswert|^(?:\w+ ){0,2}(?:idealerweise|gerne?|optional)\b|kein "
    r"muss|pluspunkt|ein plus\b"
    r"|nicht zwingend|erwünscht",
    r"\b(?:serai(?:t|ent)|est|sont|constitue\w*) (?:un |de vrais? |des )?(?:plus|atouts?|"
    r"avantage|appréciée?s?)\b"
    r"|\bappréciée?s?\b|souhaitée?s?\b|^(?:\w+ ){0,2}idéalement\b|un plus\b",
    r"se valora|valorable|deseable|^(?:\w+ ){0,2}(?:idealmente|preferiblemente)\b|no (?:es )?imprescindible"
    r"|un plus\b|valoraremos",
)
STRONG_ASK = _pattern(
    r"\byears?['’]? (?:of )?(?:\w+ ){0,4}experience|\d+\+?\s*(?:years|yrs)\b|\bexperience "
    r"(?:in|with|of|as|working|using|building)\b"
    r"|\b(?:proven|demonstrated|demonstrable|hands-on|extensive|solid|previous|prior) (?:\w+ "
    r"){0,3}experience",
    r"\b(?:degree|bachelor|master'?s?|ph\.?d|diploma|certificat\w+|licen[cs]e|registration|accreditation)\b",
    r"\bproficien\w+|\bfluen(?:t|cy)\b|\bfamiliar(?:ity)?\b|\b(?:deep|good|strong|solid|"
    r"excellent|working|sound|thorough|"
    r"basic|expert|advanced) (?:\w+ ){0,4}(?:knowledge|skills?|understanding|command|grasp|"
    r"background|abilities)\b",
    r"\b(?:knowledge|understanding|command|mastery) of\b|\b(?:must|should) (?:have|be|hold|possess)\b"
    r"|\b(?:is|are) (?:required|essential|mandatory|a must)\b|\bability to\b|\bable to\b|"
    r"\bexpertise (?:in|with)\b",
    r"\byou (?:have|bring|are|possess|hold|know|can|speak|need|enjoy|understand)\b|\byou(?:'ve|’ve|'re|’re)\b"
    r"|\b(?:we expect|we(?:'re| are) looking for someone|the (?:ideal|right|successful) "
    r"candidate (?:will|has|is|should))\b",
    r"erfahrung(?:en)? (?:in|mit|im|als|bei)|berufserfahrung|kenntnisse|\bstudium|ausbildung\b|abgeschlossen|"
    r"\b(?:sie|du) (?:haben|hast|bringen|bringst|verfügen|verfügst|sind|bist|besitzen|"
    r"beherrsch\w+|kennen|kennst)\b"
    r"|sicherer umgang|setzen wir voraus|erforderlich|zwingend|fundiert\w*|verhandlungssicher|"
    r"staatsexamen|führerschein"
    r"|teamfähig|fähigkeit|sprachniveau|vertraut mit|affinität|\bbereitschaft",
    r"expérience (?:en|dans|de|avec|d'|professionnelle|réussie|significative|confirmée)|ans "
    r"d'expérience|maîtrise|"
    r"connaissances?\b|diplôm\w+|titulaire|vous (?:avez|êtes|maîtrisez|justifiez|disposez|"
    r"possédez|parlez|connaissez)"
    r"|capacité (?:à|d')|exigée?s?|indispensable|aisance|formation (?:en|bac|de|supérieure)|"
    r"bac ?\+ ?\d|permis|anglais",
    r"experiencia (?:en|con|de|como|previa|mínima|demostrable)|años de experiencia|"
    r"conocimientos?\b|dominio|manejo de|"
    r"titulación|título|titulad[oa]|grado en|licenciatura|imprescindible|capacidad (?:de|"
    r"para)|nivel (?:alto|medio|avanzado|de)"
    r"|\b(?:tienes|eres|cuentas con|dominas|hablas)\b|inglés|carnet|formación en|con soltura",
)
TASK = _pattern(
    r"\byou(?:'ll| will| would)\b|\bthe (?:post ?holder|successful candidate|role|jobholder) "
    r"(?:will|is responsible)"
    r"|\bresponsible for\b|\bas an? .{3,50} you\b",
    r"\b(?:sie|du) (?:übernehmen|übernimmst|entwickel\w+|betreu\w+|unterstütz\w+|"
    r"verantwort\w+|arbeite\w+|leite\w+|gestalte\w+)"
    r"|\bverantwortlich für\b",
    r"\bvous (?:serez|aurez|participe\w+|assure\w+|garantissez|développe\w+|gére\w+|"
    r"encadre\w+)\b|chargée? d[e']\b"
    r"|responsable d[eu]\b",
    r"\b(?:serás|te encargarás|participarás|desarrollarás|gestionarás|colaborarás)\b|"
    r"responsable de\b|encargad[oa] de\b",
)
LABELLED_FACT = re.compile(
    r"(?i)^(?:job (?:reference|ref|id|type|title|location)|reference|ref(?:erence)?\.?(?: "
    r"no\.?| number)?|req(?:uisition)?"
    r"|band|grade|salary(?: range)?|pay|compensation|contract(?: type)?|site|location(?:s| "
    r"options)?|start(?:ing)?(?: date)?"
    r"|closing date|(?:application )?deadline|date posted|posted(?: on)?|published|"
    r"interviews?|hours|working (?:hours|language|pattern)"
    r"|position(?: type)?|department|team|reports? to|reporting to|employment(?: type)?|"
    r"company|employer|organisation|industry"
    r"|experience level|role|company (?:size|type)|likes|phone|tel|e-?mail|website|visa|travel"
    r"|standort|arbeitsort|einsatzort|ort|beginn|eintritt(?:sdatum)?|befristung|vertragsart|"
    r"arbeitszeit|umfang|gehalt|vergütung"
    r"|entgeltgruppe|kennziffer|referenz(?:nummer)?|stellen-?id|bewerbungsschluss|"
    r"bewerbungsfrist|abteilung|firma|unternehmen"
    r"|lieu|lieu de travail|localisation|type de contrat|contrat|salaire|rémunération|"
    r"référence|réf|date limite|prise de poste"
    r"|début|durée|entreprise|service|horaires?"
    r"|ubicación|lugar|localidad|tipo de contrato|contrato|jornada|salario|referencia|"
    r"fecha(?: límite| de inicio)?|empresa"
    r"|incorporación|horario)\s*[:：]"
)
PAGE_FURNITURE = re.compile(
    r"(?i)^(?:posted|published|publiée?|veröffentlicht|publicado|share|save|likes|views?|req "
    r"#|job id|full[- ]time\b.{0,20}$"
    r"|vollzeit\b.{0,20}$|cdi\b.{0,20}$|technologies)\b.{0,80}$|\b\d+ (?:candidatures|"
    r"applicants|vacantes|views)\b"
)


class Sentence:
    """What the words of a sentence say about it, heading aside; each table is searched when asked for.

    Args:
        text: The sentence, or a part of it.
        whole: The sentence that it is a part of: what asks in a sentence asks in each of its parts.
    """

    def __init__(self, text: str, whole: "Sentence | None" = None) -> None:
        self._text = text
        self._whole = whole

    @cached_property
    def for_machines(self) -> bool:
        """Whether it talks to a program."""
        return bool(FOR_MACHINES.search(self._text)) or _is_blob(self._text)

    @cached_property
    def boilerplate(self) -> bool:
        """Whether the law or the way to apply is spoken of."""
        return bool(LEGAL.search(self._text) or APPLY.search(self._text))

    @cached_property
    def benefit(self) -> bool:
        """Whether it says what the employer gives."""
        return bool(BENEFITS.search(self._text))

    @cached_property
    def self_description(self) -> bool:
        """Whether it says what the employer is."""
        return bool(SELF_DESCRIPTION.search(self._text))

    @cached_property
    def nice(self) -> bool:
        """Whether it tells of a wish."""
        return bool(NICE.search(self._text))

    @cached_property
    def asks(self) -> bool:
        """Whether it, or the sentence that it is a part of, asks for something."""
        return self._whole.asks if self._whole else bool(STRONG_ASK.search(self._text))

    @cached_property
    def task(self) -> bool:
        """Whether it tells of the work."""
        return bool(TASK.search(self._text))


def _is_blob(text: str) -> bool:
    """Whether the text holds a run of characters no person reads, such as base64."""
    return any(len(word) > 60 and not word.startswith(("http", "www.")) for word in text.split())
