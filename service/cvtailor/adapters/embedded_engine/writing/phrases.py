"""The fixed sentences of a cover letter and an e-mail, in four languages.

Each word here is either in ``domain.grounding.letter_words`` or in a slot filled from the CV or the offer's
names; a test holds the two together.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from cvtailor.domain.application import Tone


@dataclass(frozen=True, slots=True)
class Phrases:
    """Sentences with slots in braces.

    Attributes:
        greeting: By tone, when the ad names nobody.
        greeting_named: When it does; ``{name}``.
        applying: By whether title and company are known; ``{title}``, ``{company}``.
        skills: ``{skills}``, a list of the CV's own spellings.
        now: Leads into the present job when the line goes on in the first person; ``{role}``, ``{line}``.
        then: The same for a past job.
        before: The same for a job before the one told of last.
        also: Leads into one more line of the same job.
        list_now: Leads into lines that are listed as they stand; ``{role}``.
        list_then: The same for a past job.
        role: ``{title}`` and ``{organisation}``.
        qualifications: Leads into degrees and certificates.
        attached: What goes with an e-mail.
        reply: Ends an e-mail.
        closing: By tone; ends a letter.
        farewell: By tone.
        conjunction: Before the last item of a list.
        quotes: Around lines in another language than the letter.
        subject: ``{title}``.
    """

    subject: str
    subject_bare: str
    greeting: Mapping[Tone, str]
    greeting_named: str
    applying: str
    applying_title: str
    applying_bare: str
    skills: str
    now: str
    then: str
    before: str
    also: str
    list_now: str
    list_then: str
    role: str
    role_title: str
    qualifications: str
    attached: str
    reply: str
    closing: Mapping[Tone, str]
    farewell: Mapping[Tone, str]
    conjunction: str
    quotes: tuple[str, str]
    space_before_colon: str = ""


PHRASES = {
    "en": Phrases(
        subject="Application: {title}",
        subject_bare="Application",
        greeting={
            Tone.NEUTRAL: "Dear Hiring Team,",
            Tone.WARM: "Dear Hiring Team,",
            Tone.FORMAL: "Dear Sir or Madam,",
        },
        greeting_named="Dear {name},",
        applying="I am applying to {company} for the position of {title}.",
        applying_title="I am applying for the position of {title}.",
        applying_bare="I am applying for the advertised position.",
        skills="Of the skills you ask for, I bring {skills}.",
        now="In my current role as {role}, I {line}",
        then="As {role}, I {line}",
        before="Before that, as {role}, I {line}",
        also="I also {line}",
        list_now="My current work as {role} includes:",
        list_then="My work as {role} included:",
        role="{title} at {organisation}",
        role_title="{title}",
        qualifications="My qualifications include:",
        attached="Please find my CV and cover letter attached.",
        reply="I look forward to hearing from you.",
        closing={
            Tone.NEUTRAL: "I would be glad to tell you more in a conversation.",
            Tone.WARM: "I would be very happy to meet you and tell you more. Thank you for reading.",
            Tone.FORMAL: "I would welcome the opportunity to discuss my application with you in person.",
        },
        farewell={
            Tone.NEUTRAL: "Kind regards,",
            Tone.WARM: "With kind regards,",
            Tone.FORMAL: "Yours faithfully,",
        },
        conjunction="and",
        quotes=("“", "”"),
    ),
    "de": Phrases(
        subject="Bewerbung: {title}",
        subject_bare="Bewerbung",
        greeting={
            Tone.NEUTRAL: "Sehr geehrte Damen und Herren,",
            Tone.WARM: "Guten Tag,",
            Tone.FORMAL: "Sehr geehrte Damen und Herren,",
        },
        greeting_named="Guten Tag {name},",
        applying="hiermit bewerbe ich mich um die Stelle „{title}“ ({company}).",
        applying_title="hiermit bewerbe ich mich um die Stelle „{title}“.",
        applying_bare="hiermit bewerbe ich mich um die ausgeschriebene Stelle.",
        skills="Von den Kenntnissen, die Sie nennen, bringe ich mit: {skills}.",
        now="",
        then="",
        before="",
        also="",
        list_now="Zu meinen aktuellen Aufgaben als {role} gehören:",
        list_then="Zu meinen Aufgaben als {role} gehörten:",
        role="{title} ({organisation})",
        role_title="{title}",
        qualifications="Zu meinen Qualifikationen gehören:",
        attached="Lebenslauf und Anschreiben finden Sie im Anhang.",
        reply="Für Rückfragen stehe ich Ihnen gern zur Verfügung.",
        closing={
            Tone.NEUTRAL: "Gern erzähle ich Ihnen in einem Gespräch mehr davon.",
            Tone.WARM: "Ich würde mich sehr freuen, Sie persönlich kennenzulernen und mehr zu erzählen.",
            Tone.FORMAL: "Über eine Einladung zu einem persönlichen Gespräch würde ich mich freuen.",
        },
        farewell={
            Tone.NEUTRAL: "Mit freundlichen Grüßen",
            Tone.WARM: "Viele Grüße",
            Tone.FORMAL: "Mit freundlichen Grüßen",
        },
        conjunction="und",
        quotes=("„", "“"),
    ),
    "fr": Phrases(
        subject="Candidature : {title}",
        subject_bare="Candidature",
        greeting={
            Tone.NEUTRAL: "Madame, Monsieur,",
            Tone.WARM: "Bonjour,",
            Tone.FORMAL: "Madame, Monsieur,",
        },
        greeting_named="Bonjour {name},",
        applying="Je vous adresse ma candidature au poste « {title} » ({company}).",
        applying_title="Je vous adresse ma candidature au poste « {title} ».",
        applying_bare="Je vous adresse ma candidature au poste de votre annonce.",
        skills="Parmi les compétences que vous citez, j'apporte : {skills}.",
        now="Dans ma fonction actuelle ({role}), {line}",
        then="Lors de mon expérience précédente ({role}), {line}",
        before="Auparavant ({role}), {line}",
        also="J'ai également {line}",
        list_now="Mes missions actuelles ({role}) :",
        list_then="Mes missions ({role}) :",
        role="{title}, {organisation}",
        role_title="{title}",
        qualifications="Parmi mes qualifications :",
        attached="Vous trouverez ci-joint mon CV et ma lettre de candidature.",
        reply="Je reste à votre disposition pour un entretien.",
        closing={
            Tone.NEUTRAL: "Je reste à votre disposition pour un échange.",
            Tone.WARM: "Ce serait un plaisir de vous rencontrer. Merci de votre lecture.",
            Tone.FORMAL: "Je reste à votre disposition pour un entretien.",
        },
        farewell={
            Tone.NEUTRAL: "Cordialement,",
            Tone.WARM: "Bien cordialement,",
            Tone.FORMAL: "Je vous prie d'agréer, Madame, Monsieur, mes salutations distinguées.",
        },
        conjunction="et",
        quotes=("« ", " »"),
        space_before_colon=" ",
    ),
    "es": Phrases(
        subject="Candidatura: {title}",
        subject_bare="Candidatura",
        greeting={
            Tone.NEUTRAL: "Buenos días:",
            Tone.WARM: "Hola, equipo:",
            Tone.FORMAL: "Estimados señores:",
        },
        greeting_named="Buenos días, {name}:",
        applying="Me dirijo a ustedes para presentar mi candidatura al puesto «{title}» ({company}).",
        applying_title="Me dirijo a ustedes para presentar mi candidatura al puesto «{title}».",
        applying_bare="Me dirijo a ustedes para presentar mi candidatura al puesto de su oferta.",
        skills="De los conocimientos que piden, aporto: {skills}.",
        now="En mi puesto actual ({role}) {line}",
        then="En mi experiencia ({role}) {line}",
        before="Antes ({role}) {line}",
        also="También {line}",
        list_now="Entre mis tareas actuales ({role}):",
        list_then="Entre mis tareas ({role}):",
        role="{title}, {organisation}",
        role_title="{title}",
        qualifications="Entre mis cualificaciones:",
        attached="Adjunto mi currículum y mi carta de presentación.",
        reply="Quedo a su disposición para una entrevista.",
        closing={
            Tone.NEUTRAL: "Quedo a su disposición para una entrevista.",
            Tone.WARM: "Me gustaría conocerles y contarles más. Gracias por su tiempo.",
            Tone.FORMAL: "Quedo a su disposición para presentar mi candidatura en una entrevista.",
        },
        farewell={
            Tone.NEUTRAL: "Un cordial saludo,",
            Tone.WARM: "Un saludo,",
            Tone.FORMAL: "Reciban un cordial saludo,",
        },
        conjunction="y",
        quotes=("«", "»"),
    ),
}
