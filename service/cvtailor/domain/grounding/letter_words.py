"""The closed list of words a letter or e-mail may use beside those of its evidence, per language.

They need words that no CV holds. Listing them keeps the rule for all else: nothing that is not in
the cited lines. None of these words claims an achievement, a skill, a degree
of anything, or a feeling about work.
"""

from cvtailor.domain.grounding.words import word_set

APPLYING = {
    "en": word_set(
        """
        am apply applying application hereby position role job post advertised vacancy reference dear
        hiring team sir madam ms mr mrs mx dr prof regarding letter please find enclosed cv résumé
        attached this with kind warm regards sincerely yours faithfully thank thanks time consideration
        considering would be glad happy pleased welcome opportunity discuss talk tell more about how
        conversation meeting meet person look forward hearing hear from not hesitate contact can could
        any questions answer gladly like very much interview all let know if reading cover
        """
    ),
    "de": word_set(
        """
        bewerbe bewerbung hiermit mich stelle position ausgeschriebene ausgeschriebenen sehr geehrte
        geehrter damen herren frau herr guten tag liebe lieber hallo team dr prof freundlichen
        herzlichen grüßen gruß viele grüße dank vielen zeit danke gern gerne freue freuen würde würden
        gespräch persönlichen persönlich mehr davon erzählen erzähle kennenlernen kennenzulernen
        einladung darüber fragen rückfragen stehe verfügung lebenslauf anbei unterlagen ihnen ihre ihrer
        ihrem sich dafür beantworte ihr euch jederzeit lesen anschreiben anhang finden
        """
    ),
    "fr": word_set(
        """
        adresse candidature poste candidate candidat postuler postule offre annonce madame monsieur
        mesdames messieurs chère cher bonjour équipe dr lettre cv merci remercie temps attention serait
        ce serais serai heureuse heureux ravie ravi plaisir échanger rencontrer entretien parler plus
        disposition reste répondre questions agréer veuillez prie salutations distinguées cordialement
        cordiales bien sincères expression mes l'expression d'agréer présente présenter lecture échange
        d'échanger volontiers vive voix détail intitulé trouverez ci joint
        """
    ),
    "es": word_set(
        """
        dirijo presentar presento candidatura puesto solicitud oferta vacante estimada estimado
        estimados estimadas señora señor señores señoras equipo buenos días hola dr gracias agradezco
        tiempo atención gustaría encantaría encantada encantado gusto conversar hablar contarles contar
        más detalle entrevista conocerles quedo disposición responder preguntas atentamente cordialmente
        cordial saludo saludos reciban reciba currículum adjunto persona lectura ustedes conversación
        ello estaré ocasión carta presentación
        """
    ),
}
"""Words of a sentence that applies, greets or takes leave; only here may the offer's own names stand."""

TELLING = {
    "en": word_set(
        """
        current currently role position job before earlier previously that there time then also further
        furthermore addition skills skill requirements you name list ask bring cv résumé shows show
        lists include includes including included qualifications qualification hold holds have work
        working experience another example examples from during among following find will too
        """
    ),
    "de": word_set(
        """
        mitbringe
        derzeit aktuell aktuellen jetzigen position stelle rolle davor zuvor früher dort außerdem ferner
        weiterhin auch darüber hinaus gehört gehören gehörte gehörten aufgaben arbeit tätigkeit früheren
        frühere kenntnisse kenntnissen genannten genannte nennen bringe mit lebenslauf zeigt nennt
        qualifikationen qualifikation beispiel beispiele aus zeit folgende folgendes meiner meinen mein
        meine unter anderem anforderungen ihren ihre gewünschten habe ich weitere weiteres
        """
    ),
    "fr": word_set(
        """
        actuel actuelle actuelles actuellement poste fonction fonctions auparavant avant précédemment
        précédente précédent ensuite également aussi outre plus missions mission compétences citez
        demandez demandées apporte j'apporte mon cv parcours figurent montre comprend comprennent
        qualifications qualification expérience tant parmi exemple exemples suivant suivante notamment
        j'ai j'y cela
        """
    ),
    "es": word_set(
        """
        actual actuales actualmente puesto cargo función funciones antes anteriormente previamente
        después también además tareas competencias conocimientos piden mencionan aporto currículum
        muestra figuran cualificaciones cualificación titulación experiencia ejemplo ejemplos siguiente
        siguientes entre otras otros incluyen incluye mi mis cuento
        """
    ),
}
"""Words that lead from one piece of evidence to the next."""

ANCHORS = word_set(
    """
    apply applying application dear sir madam bewerbe bewerbung geehrte geehrter guten hallo liebe lieber
    candidature postule bonjour madame monsieur chère cher candidatura solicitud estimada estimado buenos
    hola
    """
)
"""Words that make a sentence one of applying or greeting; without one it may not name the job or company."""


def applying_words(language: str) -> frozenset[str]:
    """Returns the words of applying, greeting and taking leave; English for a language not listed."""
    return APPLYING.get(language, APPLYING["en"])


def telling_words(language: str) -> frozenset[str]:
    """Returns the words that may surround evidence; English for a language not listed."""
    return TELLING.get(language, TELLING["en"])
