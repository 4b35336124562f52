"""What of a card depends on who reads it: a contact, a deputy, a colleague, somebody who is away."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from slackblocks import Block

from lamppu_bot.messages import blocks, ids, wording
from lamppu_bot.messages.handover import holder_line, holder_note
from lamppu_bot.texts import Mrkdwn, Texts
from storage.values import HandoverState, HandoverView, PartnerView, PersonView, RoundSnapshot


@dataclass(frozen=True, slots=True)
class Reading:
    """Whose card it is, and with whom answers of the partner are: nobody, where a card is only shown to others."""

    person: PersonView | None = None
    handed: tuple[HandoverView, ...] = ()

    def is_colleague(self, snapshot: RoundSnapshot, partner_id: int) -> bool:
        """Whether it is the card of somebody who has taken over what it shows, and is none of the partner's people."""
        people = wording.partner_of(snapshot, partner_id).people
        return self.person is not None and self.person.id not in {person.id for person in people}

    @property
    def askers(self) -> list[PersonView]:
        """Who has asked the reader to give these answers."""
        taken = [found for found in self.handed if self.person and found.colleague.id == self.person.id]
        return list({found.asker.id: found.asker for found in taken}.values())

    @property
    def _with_others(self) -> list[HandoverView]:
        return [found for found in self.handed if not self.person or found.colleague.id != self.person.id]

    def holder(self, answer_id: int, texts: Texts) -> Mrkdwn | None:
        """With whom an answer is, where that is somebody else than the reader."""
        return holder_line(self._with_others, answer_id, texts)

    def holder_name(self, answer_id: int, texts: Texts) -> str | None:
        """As `holder`, plain."""
        return holder_note(self._with_others, answer_id, texts)

    def answering(self, partner: PartnerView) -> list[PersonView]:
        """Who writes and reads the partner's drafts."""
        accepted = [found.colleague for found in self.handed if found.state is HandoverState.ACCEPTED]
        return list({person.id: person for person in (*partner.people, *accepted)}.values())


ANYBODY: Final = Reading()


def presence(partner: PartnerView, today: date, texts: Texts, reading: Reading) -> list[Block]:
    """Who is away: the reader, or the contact for whom the reader stands in."""
    if reading.person is None:
        return []
    if reading.person.is_away(today) and reading.person.away_until:
        return [blocks.section(texts.mrkdwn("card.you_are_away", day=texts.day(reading.person.away_until)))]
    stand_in, until = partner.stand_in(today), partner.contact.away_until
    if stand_in is None or until is None or stand_in.id != reading.person.id:
        return []
    said = texts.mrkdwn("card.stand_in", contact=wording.mention(partner.contact), day=texts.day(until))
    return [blocks.section(said)]


def asides(snapshot: RoundSnapshot, partner_id: int, today: date, texts: Texts, reading: Reading) -> list[Block]:
    """What the partner's people can do beside answering."""
    if reading.person is None or reading.is_colleague(snapshot, partner_id):
        return []
    place = ids.PartnerRef(snapshot.round.id, partner_id)
    if reading.person.is_away(today):
        away = blocks.button(texts("card.back"), ids.AWAY_END, place)
    else:
        away = blocks.button(texts("card.away"), ids.AWAY_OPEN, place)
    return [blocks.actions(blocks.button(texts("card.hand_over"), ids.HANDOVER_OPEN, place), away)]
