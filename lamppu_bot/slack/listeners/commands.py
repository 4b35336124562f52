"""`/lamppu` and its words. Short answers travel in the ack; tables and the compiled report follow by `response_url`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from slack_bolt import Ack, App
from slack_sdk import WebClient
from sqlalchemy.orm import Session

from lamppu_bot import entrusted, handover, keys
from lamppu_bot.clock import Now
from lamppu_bot.errors import RefusedError
from lamppu_bot.messages import help as helping
from lamppu_bot.messages import ids, words
from lamppu_bot.messages import status as telling
from lamppu_bot.messages.handover import build_nothing_to_hand_over
from lamppu_bot.messages.handover_form import build_handover_form
from lamppu_bot.messages.message import Message, View
from lamppu_bot.messages.wording import partner_of
from lamppu_bot.rounds import working_calendar
from lamppu_bot.slack.partner_status import partner_status
from lamppu_bot.slack.services import Services, person_of, reader_texts, slack_id_of
from lamppu_bot.status import is_open_for
from lamppu_bot.texts import Texts
from storage import ledger, queries
from storage.values import PartnerView, PersonView, ProjectView, RoundSnapshot

Body = dict[str, Any]
Share = tuple[RoundSnapshot, int]
# Slack takes five messages at one response_url.
_ANSWERS_LATER: Final = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said in the ack, what the worker is to answer a moment later, and a form to be opened.

    `act` is what the word does in a write of its own; it returns what is said then.
    """

    said: Message | None = None
    later: tuple[ledger.Order, ...] = ()
    form: View | None = None
    act: Callable[[Session, Now], Message] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks by the slash command, what follows its word, and the texts they read. `person` None is a stranger."""

    session: Session
    body: Body
    person: PersonView | None
    rest: str
    texts: Texts


Word = Callable[[Asked], Answer]


class Commands:
    """The listener of the slash command, and a function for each of its words.

    `tool_words` are those that open a coordinator's tool, `words_of_others` those that other listeners answer.
    """

    def __init__(self, services: Services, tool_words: Mapping[str, Word], words_of_others: Mapping[str, Word]) -> None:
        self.services = services
        self._tool_words = tuple(tool_words)
        self._words: Final[Mapping[str, Word]] = {
            "status": self.status,
            "report": self.report,
            "handover": self.handover,
            **words_of_others,
            "help": self.help,
            **tool_words,
        }

    def register(self, app: App) -> None:
        app.command("/lamppu")(self.handle_command)
        app.action(ids.STATUS_PAGE)(self.handle_page)

    def handle_command(self, ack: Ack, body: Body, client: WebClient) -> None:
        word, _, rest = body.get("text", "").strip().partition(" ")
        with self.services.database.read() as session:
            person = queries.find_person(session, slack_id_of(body))
            asked = Asked(session, body, person, rest.strip(), reader_texts(session, person))
            found = self._words.get(word.casefold() or "help")
            answer = found(asked) if found else self._unknown(word, asked.texts)
        self._order(answer.later)
        if answer.act:
            with self.services.database.write() as session:
                answer = replace(answer, said=answer.act(session, self.services.clock()))
            self.services.wake()
        if answer.form:
            client.views_open(trigger_id=body["trigger_id"], view=answer.form)
        ack(text=answer.said.text, blocks=list(answer.said.blocks)) if answer.said else ack()

    def handle_page(self, ack: Ack, body: Body) -> None:
        ref = ids.PageRef.decode(ids.value_of(body["actions"][0]))
        with self.services.database.read() as session:
            person = person_of(session, body)
            if not queries.list_coordinated(session, person.id):
                raise RefusedError("refused.coordinators_only", coordinators=whom_to_ask(session, person))
            asked = Asked(session, body, person, "", reader_texts(session, person))
            answer = self._coordinators_status(asked, person, ref.page)
        self._order(answer.later)
        ack()

    def _order(self, orders: Sequence[ledger.Order]) -> None:
        """Writes only where there is something to write: what is answered at once needs no place among the writers."""
        if not orders:
            return
        now = self.services.clock().real
        with self.services.database.write() as session:
            for wanted in orders:
                ledger.order(session, wanted.key, wanted.kind, now=now, subject=wanted.subject)
        self.services.wake()

    def status(self, asked: Asked) -> Answer:
        """Everything for a coordinator, their own for a contact, whom to ask for anybody else."""
        session, person, texts = asked.session, asked.person, asked.texts
        coordinated = queries.list_coordinated(session, person.id) if person else ()
        own = queries.partners_of(session, person.id) if person else []
        taken = entrusted.shares_of(session, person.id) if person else []
        if person is None or not (coordinated or own or taken):
            return Answer(telling.build_stranger_status(queries.list_projects(session), texts=texts))
        if asked.rest:
            return self._partner_status(
                asked, person, [*_visible_partners(session, coordinated, own), *_taken_partners(taken)]
            )
        elsewhere = [place for place in own if place[0] not in {project.id for project in coordinated}]
        if not coordinated:
            return Answer(self._own_status(asked, own, taken))
        answer = self._coordinators_status(asked, person, 0)
        if answer.said or not (elsewhere or taken):
            return answer
        return replace(answer, said=self._own_status(asked, elsewhere, taken))

    def _coordinators_status(self, asked: Asked, person: PersonView, page: int) -> Answer:
        projects = queries.list_coordinated(asked.session, person.id)
        if not any(queries.current_round(asked.session, project.id) for project in projects):
            return Answer(telling.build_no_round(projects, texts=asked.texts))
        subject = {"person": person.id, "page": page, "response_url": asked.body["response_url"]}
        return Answer(later=(ledger.Order(keys.status(asked.body["trigger_id"]), "status", subject),))

    def _own_status(self, asked: Asked, own: list[tuple[int, int]], taken: Sequence[Share]) -> Message:
        shares = [
            (queries.snapshot(asked.session, found.id, partner_id), partner_id)
            for project_id, partner_id in own
            if (found := queries.current_round(asked.session, project_id))
        ]
        shares = [(found, partner_id) for found, partner_id in shares if found.partners]
        shares += [share for share in taken if is_open_for(*share)]
        if not shares:
            projects = [queries.get_project(asked.session, project_id) for project_id in dict(own)]
            projects += [share.project for share, _ in taken]
            return telling.build_no_round(projects, texts=asked.texts)
        today = self._today(shares[0][0].project)
        return telling.build_own_status(shares, today=today, texts=asked.texts)

    def _partner_status(
        self, asked: Asked, person: PersonView, visible: Sequence[tuple[RoundSnapshot, PartnerView]]
    ) -> Answer:
        name, body, texts = asked.rest, asked.body, asked.texts
        matches = words.matching_partners(name, [partner for _, partner in visible])
        if not matches:
            near = words.closest(name, [partner.short_name for _, partner in visible])
            return Answer(helping.build_unknown_partner(name, near, texts=texts))
        if len({match.name for match in matches}) > 1:
            return Answer(helping.build_ambiguous_partner(name, matches, texts=texts))
        rounds = {partner.id: snapshot.round.id for snapshot, partner in visible}
        first, *others = matches  # one organisation may take part in several projects
        whose = {"person": person.id, "response_url": body["response_url"]}
        later = [
            ledger.Order(
                keys.partner_status(body["trigger_id"], other.id),
                "partner-status",
                {"round": rounds[other.id], "partner": other.id, **whose},
            )
            for other in others[:_ANSWERS_LATER]
        ]
        said = partner_status(asked.session, person.id, rounds[first.id], first.id, self.services.clock(), texts)
        return Answer(said, tuple(later))

    def report(self, asked: Asked) -> Answer:
        """Compiles now, for the asker alone; the button in the answer posts it. Several projects share the messages."""
        session, body, person = asked.session, asked.body, asked.person
        coordinated = queries.list_coordinated(session, person.id) if person else ()
        if person is None or not coordinated:
            raise RefusedError("refused.coordinators_only", coordinators=whom_to_ask(session, person))
        rounds = [found for project in coordinated if (found := queries.current_round(session, project.id))]
        if not rounds:
            return Answer(telling.build_no_round(coordinated, texts=asked.texts))
        share = max(1, _ANSWERS_LATER // len(rounds))
        rest = {"person": person.id, "messages": share, "response_url": body["response_url"]}
        later = [
            ledger.Order(keys.offer(body["trigger_id"], found.id), "offer", {"round": found.id, **rest})
            for found in rounds
        ]
        return Answer(later=tuple(later))

    def handover(self, asked: Asked) -> Answer:
        """Opens the form that asks a colleague to answer, for all that the person is asked."""
        if asked.person is None or not queries.partners_of(asked.session, asked.person.id):
            raise RefusedError("handover.refused.not_asked")
        shares = handover.handing_over(asked.session, asked.person)
        if not shares:
            return Answer(build_nothing_to_hand_over(texts=asked.texts))
        return Answer(form=build_handover_form(shares, texts=asked.texts))

    def help(self, asked: Asked) -> Answer:
        coordinates = bool(asked.person and queries.list_coordinated(asked.session, asked.person.id))
        return Answer(helping.build_help(coordinates=coordinates, tool_words=self._tool_words, texts=asked.texts))

    def _unknown(self, word: str, texts: Texts) -> Answer:
        return Answer(helping.build_unknown_word(word, words.closest(word, self._words), texts=texts))

    def _today(self, project: ProjectView) -> date:
        return working_calendar(project).local_day(self.services.clock().calendar)


def whom_to_ask(session: Session, person: PersonView | None) -> str:
    """The coordinators of the projects that the person answers in, or of all."""
    own = dict(queries.partners_of(session, person.id)) if person else {}
    projects = [project for project in queries.list_projects(session) if project.id in own or not own]
    return ", ".join(dict.fromkeys(found.name for project in projects for found in project.coordinators))


def _taken_partners(taken: Sequence[Share]) -> list[tuple[RoundSnapshot, PartnerView]]:
    return [(share, partner_of(share, partner_id)) for share, partner_id in taken]


def _visible_partners(
    session: Session, coordinated: tuple[ProjectView, ...], own: list[tuple[int, int]]
) -> list[tuple[RoundSnapshot, PartnerView]]:
    """Every partner whose status the person may see, with the round that shows it."""
    may_see_all = {project.id for project in coordinated}
    mine = {partner_id for _, partner_id in own}
    found = []
    for project_id in may_see_all | {project_id for project_id, _ in own}:
        if current := queries.current_round(session, project_id):
            snapshot = queries.outline(session, current.id)
            seen = [p for p in snapshot.partners if project_id in may_see_all or p.id in mine]
            found += [(snapshot, partner) for partner in seen]
    return found
