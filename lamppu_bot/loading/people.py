"""Who is meant by the people of a project file: those the database knows, by Slack id or else by e-mail."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from lamppu_bot.errors import LamppuError
from lamppu_bot.project_file import ContactTable, CoordinatorTable, ProjectDefinition
from storage.values import PersonView

Mention = ContactTable | CoordinatorTable


class LoadError(LamppuError):
    """A checked project file cannot be loaded here. Its text is one line for each problem; nothing was changed."""


def mentions_of(definition: ProjectDefinition) -> Iterator[Mention]:
    """Everybody whom the file names, as often as it does."""
    yield from definition.coordinators
    for partner in definition.partners:
        yield partner.contact
        if partner.deputy:
            yield partner.deputy


def ref_of(person: PersonView) -> str:
    """How a person is called in paths and comparisons: by e-mail, or by Slack id where no e-mail is known."""
    return (person.email or person.slack_id or str(person.id)).lower()


class People:
    """Finds the person behind each mention of one version of a file.

    `merged` leads from the id of a person who turned out to be somebody else to that one.
    """

    def __init__(
        self, mentions: Iterable[Mention], known: Iterable[PersonView], merged: Mapping[int, PersonView]
    ) -> None:
        both = [(person.email, person.slack) for person in mentions if person.email and person.slack]
        self._slack_of = dict(both)
        self._email_of = {slack: email for email, slack in both}
        rows = [(row, merged.get(row.id, row)) for row in known]
        self._by_email = {row.email.lower(): meant for row, meant in rows if row.email}
        self._by_slack = {row.slack_id: meant for row, meant in rows if row.slack_id}
        self._merged = merged

    def find_both(self, mention: Mention) -> tuple[PersonView | None, PersonView | None]:
        """Who has the Slack id and who has the e-mail, both taken from wherever the file gives them."""
        email = mention.email or self._email_of.get(mention.slack or "")
        slack = mention.slack or self._slack_of.get(mention.email or "")
        return self._by_slack.get(slack or ""), self._by_email.get(email or "")

    def find(self, mention: Mention) -> PersonView | None:
        by_slack, by_email = self.find_both(mention)
        return by_slack or by_email

    def ref(self, mention: Mention) -> str:
        """The ref of the person, of those too whom the database does not know yet."""
        if found := self.find(mention):
            return ref_of(found)
        email = mention.email or self._email_of.get(mention.slack or "")
        return (email or mention.slack or "").lower()

    def ref_of(self, row: PersonView) -> str:
        return ref_of(self._merged.get(row.id, row))


@dataclass(frozen=True, slots=True)
class Merge:
    """The file says that two people whom the database knows are one: one by e-mail only, one by Slack id only."""

    kept: PersonView
    gone: PersonView


def merges_of(mentions: Sequence[Mention], known: Iterable[PersonView]) -> list[Merge]:
    """Whom the file joins. Raises LoadError where it joins, or tells apart, whom that cannot be done to."""
    people = People(mentions, known, {})
    merges: dict[int, Merge] = {}
    emails: dict[int, str] = {}
    problems = []
    for mention in mentions:
        by_slack, by_email = people.find_both(mention)
        found = by_slack or by_email
        if found and mention.email and emails.setdefault(found.id, mention.email) != mention.email:
            problems.append(
                f"{mention.name}: the e-mails {emails[found.id]} and {mention.email} are both those of {found.name}: "
                "change the e-mail of one person and load the file, then write the other with theirs"
            )
        if not by_slack or not by_email or by_slack.id == by_email.id:
            continue
        if by_slack.email:
            problems.append(
                f"{mention.name}: the Slack id {by_slack.slack_id} is that of {by_slack.name} <{by_slack.email}>, the "
                f"e-mail {by_email.email} that of {by_email.name}: write the e-mail {by_slack.email}, or another slack"
            )
        merges[by_slack.id] = Merge(kept=by_email, gone=by_slack)
    if problems:
        raise LoadError("\n".join(dict.fromkeys(problems)))
    return list(merges.values())
