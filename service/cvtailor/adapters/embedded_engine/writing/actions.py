"""Suggests what the person should do next."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from cvtailor.adapters.embedded_engine.language import spoken
from cvtailor.domain.application import ActionPoint
from cvtailor.domain.base_cv import BaseCv
from cvtailor.domain.job_offer import JobOffer, Priority
from cvtailor.domain.match_report import MatchReport, MatchStatus

_GAPS_MAX = 4
_TITLE_CHARS_MAX = 120
_SUBMIT_BEFORE_DAYS = 2
_SUBMIT_WITHIN_DAYS = 3
_FOLLOW_UP_DAYS = 7

_WORDS = {
    "en": {
        "submit": "Check the documents and apply",
        "submit_details": "Read the CV and the letter once more, then send them{to}.",
        "deadline_details": " The deadline is {deadline}.",
        "missed": "The deadline has passed: ask whether you may still apply",
        "missed_details": "The ad names {deadline} as its deadline.",
        "must": "Prepare for a must-have that the CV does not show: {gap}",
        "must_details": (
            "If you have done it, add where and when to your base CV and run again. If not, think "
            "of what comes nearest and how you would learn it; expect the question."
        ),
        "partly": "Prepare an example for: {gap}",
        "partly_details": "The CV answers this in part. {reason}",
        "nice": "Check whether you can show: {gap}",
        "nice_details": "Nobody is turned down for it, but a line about it would help if it is true.",
        "follow_up": "Ask about the state of your application",
        "follow_up_details": "A short, friendly message one week after applying{to}.",
        "to": " (the ad names {address})",
    },
    "de": {
        "submit": "Unterlagen prüfen und bewerben",
        "submit_details": "Lebenslauf und Anschreiben noch einmal lesen, dann absenden{to}.",
        "deadline_details": " Bewerbungsschluss ist der {deadline}.",
        "missed": "Die Frist ist vorbei: fragen, ob eine Bewerbung noch möglich ist",
        "missed_details": "Die Anzeige nennt den {deadline} als Frist.",
        "must": "Auf eine Anforderung vorbereiten, die der Lebenslauf nicht zeigt: {gap}",
        "must_details": (
            "Falls vorhanden: wo und wann in den Basis-Lebenslauf aufnehmen und neu erzeugen. "
            "Falls nicht: überlegen, was am nächsten kommt und wie es zu lernen wäre; die Frage "
            "wird kommen."
        ),
        "partly": "Ein Beispiel vorbereiten für: {gap}",
        "partly_details": "Der Lebenslauf beantwortet das zum Teil.",
        "nice": "Prüfen, ob sich belegen lässt: {gap}",
        "nice_details": "Kein Ausschlussgrund, aber eine Zeile darüber hilft, wenn sie stimmt.",
        "follow_up": "Nach dem Stand der Bewerbung fragen",
        "follow_up_details": "Eine kurze, freundliche Nachricht eine Woche nach der Bewerbung{to}.",
        "to": " (die Anzeige nennt {address})",
    },
    "fr": {
        "submit": "Relire les documents et postuler",
        "submit_details": "Relire le CV et la lettre, puis les envoyer{to}.",
        "deadline_details": " La date limite est le {deadline}.",
        "missed": "La date limite est passée : demander s'il est encore possible de postuler",
        "missed_details": "L'annonce indique le {deadline} comme date limite.",
        "must": "Se préparer sur une exigence que le CV ne montre pas : {gap}",
        "must_details": (
            "Si vous l'avez fait, ajoutez où et quand à votre CV de base et relancez. Sinon, "
            "réfléchissez à ce qui s'en rapproche et à la façon de l'apprendre ; la question "
            "viendra."
        ),
        "partly": "Préparer un exemple pour : {gap}",
        "partly_details": "Le CV n'y répond qu'en partie.",
        "nice": "Vérifier si vous pouvez montrer : {gap}",
        "nice_details": "Ce n'est pas éliminatoire, mais une ligne aiderait si elle est vraie.",
        "follow_up": "Demander où en est la candidature",
        "follow_up_details": "Un message court et aimable une semaine après l'envoi{to}.",
        "to": " (l'annonce indique {address})",
    },
    "es": {
        "submit": "Revisar los documentos y enviar la candidatura",
        "submit_details": "Leer de nuevo el CV y la carta, y enviarlos{to}.",
        "deadline_details": " El plazo termina el {deadline}.",
        "missed": "El plazo ha pasado: preguntar si aún es posible presentarse",
        "missed_details": "El anuncio indica el {deadline} como plazo.",
        "must": "Prepararse para un requisito que el CV no muestra: {gap}",
        "must_details": (
            "Si lo has hecho, añade dónde y cuándo a tu CV base y vuelve a generarlo. Si no, "
            "piensa en lo más parecido y en cómo lo aprenderías; te lo preguntarán."
        ),
        "partly": "Preparar un ejemplo para: {gap}",
        "partly_details": "El CV lo responde en parte.",
        "nice": "Comprobar si puedes mostrar: {gap}",
        "nice_details": "No es excluyente, pero una línea ayudaría si es cierta.",
        "follow_up": "Preguntar por el estado de la candidatura",
        "follow_up_details": "Un mensaje breve y amable una semana después de enviarla{to}.",
        "to": " (el anuncio indica {address})",
    },
}


def actions_for(
    cv: BaseCv, offer: JobOffer, report: MatchReport, today: Callable[[], date]
) -> tuple[ActionPoint, ...]:
    """Returns what to do, the most pressing first, in the language of the CV, which is the person's."""
    return tuple(_actions(_WORDS[spoken(cv.language)], offer, report, today()))


def _actions(
    words: dict[str, str], offer: JobOffer, report: MatchReport, today: date
) -> Iterator[ActionPoint]:
    to = words["to"].format(address=offer.contact_email) if offer.contact_email else ""
    deadline = offer.deadline
    if deadline and deadline < today:
        details = words["missed_details"].format(deadline=deadline.isoformat())
        yield ActionPoint(title=words["missed"], details=details, priority=0, due_on=today)
        submit_on = today
    else:
        submit_on = _submit_on(deadline, today)
        details = words["submit_details"].format(to=to)
        if deadline:
            details += words["deadline_details"].format(deadline=deadline.isoformat())
        yield ActionPoint(title=words["submit"], details=details, priority=0, due_on=submit_on)
    yield from _gaps(words, offer, report, submit_on)
    yield ActionPoint(
        title=words["follow_up"],
        details=words["follow_up_details"].format(to=to),
        priority=2,
        due_on=submit_on + timedelta(days=_FOLLOW_UP_DAYS),
    )


def _submit_on(deadline: date | None, today: date) -> date:
    """Returns a day that leaves room before the deadline, and is not in the past."""
    soon = today + timedelta(days=_SUBMIT_WITHIN_DAYS)
    if deadline is None:
        return soon
    return max(today, min(soon, deadline - timedelta(days=_SUBMIT_BEFORE_DAYS)))


def _gaps(words: dict[str, str], offer: JobOffer, report: MatchReport, by: date) -> Iterator[ActionPoint]:
    """Yields the unmet must-haves, then those met in part, then unmet wishes; only the first few."""
    answer = {match.requirement_id: match for match in report.matches}
    wanted = (
        ("must", Priority.MUST, MatchStatus.UNMET, 1),
        ("partly", Priority.MUST, MatchStatus.PARTLY, 2),
        ("nice", Priority.NICE, MatchStatus.UNMET, 3),
    )
    shown = 0
    for key, priority, status, urgency in wanted:
        for requirement in offer.requirements:
            match = answer.get(requirement.id)
            if match is None or requirement.priority is not priority or match.status is not status:
                continue
            if shown >= _GAPS_MAX:
                return
            shown += 1
            yield ActionPoint(
                title=_shortened(words[key].format(gap=requirement.text.rstrip(" ."))),
                details=words[f"{key}_details"].format(reason=match.reason),
                priority=urgency,
                due_on=by,
            )


def _shortened(title: str) -> str:
    if len(title) <= _TITLE_CHARS_MAX:
        return title
    return title[: _TITLE_CHARS_MAX - 1].rsplit(" ", 1)[0] + "…"
