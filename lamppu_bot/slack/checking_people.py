"""`bot.py check`: whether the bot is in each project's channel, and whether everybody it must reach is in Slack."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lamppu_bot.operating.findings import Finding, fail, note, ok
from lamppu_bot.slack.accounts import Accounts
from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.checking import refusal, unanswered
from lamppu_bot.slack.refusals import CallError, is_about_the_app
from storage.values import PartnerView, PersonView, ProjectView

_CHANNEL = "copy the channel's id from its details in Slack into the project file, and invite the bot to it"
_ANOTHER = "name another person in the project file, or by /lamppu contact"
_NOT_FOUND = "correct the e-mail address in the project file, or invite the person to the workspace"


class ProjectCheck:
    """Asks Slack about one project after the other, at Slack's pace, and about everybody once."""

    def __init__(self, calls: Calls, accounts: Accounts) -> None:
        self._calls = calls
        self._accounts = accounts
        self._said: dict[int, Finding | None] = {}

    def findings(self, project: ProjectView, partners: Sequence[PartnerView]) -> Iterator[Finding]:
        """The channel, the coordinators, and partner by partner contact and deputy."""
        try:
            yield self._channel(project)
            yield from self._people("coordinators", project.coordinators)
            for partner in partners:
                yield from self._people(partner.short_name, partner.people)
        except CallError as error:
            if not is_about_the_app(error.code):
                yield unanswered(error)
                return
            what = f"{error.method}: Slack answers {error.code}, so nothing more is looked at here"
            yield fail(what, "put tokens and scopes right first, and check again")

    def _channel(self, project: ProjectView) -> Finding:
        what = f"the coordinators' channel {project.channel}"
        try:
            channel = self._calls.patient("conversations.info", channel=project.channel)["channel"]
        except CallError as error:
            return _refused(what, error, {"channel_not_found": _CHANNEL})
        name = channel["name"]
        if channel.get("is_archived"):
            return fail(f"#{name} is archived", "unarchive it, or name another one in the project file")
        if not channel.get("is_member"):
            return fail(f"the bot is not in #{name}", f"invite it: write /invite @Lamppu in #{name}")
        return ok(f"{what}: the bot is in #{name}")

    def _people(self, of: str, people: Sequence[PersonView]) -> Iterator[Finding]:
        """A finding for each with whom something is wrong, and one for all the others."""
        fine = []
        for person in people:
            if person.id not in self._said:
                self._said[person.id] = self._person(person)
            if found := self._said[person.id]:
                yield Finding(found.level, f"{of}: {found.what}", found.advice)
            else:
                fine.append(person.name)
        if fine:
            yield ok(f"{of}: {', '.join(fine)}")

    def _person(self, person: PersonView) -> Finding | None:
        """What is wrong with somebody's account; None for nothing."""
        who = f"{person.name} ({person.email or person.slack_id})"
        if not person.email and not person.slack_id:
            return fail(f"{person.name} has no address", "write an e-mail address into the project file")
        try:
            user = self._accounts.of(person)
        except CallError as error:
            return _refused(f"{who} is not found in Slack", error, {"users_not_found": _NOT_FOUND})
        return _judged(who, user)


def _judged(who: str, user: Mapping[str, Any]) -> Finding | None:
    if user.get("deleted"):
        return fail(f"{who}: the account is deactivated", _ANOTHER)
    if user.get("is_bot"):
        return fail(f"{who} is a bot", _ANOTHER)
    if user.get("is_stranger"):
        advice = "they are reached while they share a channel with the bot, and have no /lamppu: the card has it all"
        return note(f"{who} belongs to another organisation", advice)
    if user.get("is_restricted") or user.get("is_ultra_restricted"):
        advice = "see with them that they find Lamppu under Apps and can write to it: guests may do less"
        return note(f"{who} is a guest", advice)
    return None


def _refused(what: str, error: CallError, advice: Mapping[str, str]) -> Finding:
    """Slack's no to this one question. Raises the error where it would say so to any."""
    if is_about_the_app(error.code):
        raise error
    return refusal(what, error, advice)
