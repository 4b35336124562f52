"""`bot.py check`: the accounts that people have in Slack."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lamppu_bot.slack.calls import Calls
from lamppu_bot.slack.refusals import CallError, is_about_the_app
from storage.values import PersonView

# Slack answers some fifty questions about single people a minute. Of more people than that, its list of all members is
# read first: 500 a page, as many as it gives within seconds, and twenty pages a minute.
MANY = 50
PAGE = 500

Account = Mapping[str, Any]


class Accounts:
    """Of these people, and at Slack's pace: the first question waits until the list has been read, where there is need
    of it. It spares questions and answers none: who does not stand in it is asked for."""

    def __init__(self, calls: Calls, people: Iterable[PersonView]) -> None:
        self._calls = calls
        self._wanted = {known for person in people if (known := _known(person))}
        self._listed: dict[str, Account] | None = None

    def of(self, person: PersonView) -> Account:
        """Raises CallError, with Slack's word for why, where there is none."""
        if self._listed is None:
            self._listed = self._list() if len(self._wanted) > MANY else {}
        if listed := self._listed.get(_known(person)):
            return listed
        if person.slack_id:
            found = self._calls.patient("users.info", user=person.slack_id)
        else:
            found = self._calls.patient("users.lookupByEmail", email=person.email)
        account: Account = found["user"]
        return account

    def _list(self) -> dict[str, Account]:
        """The accounts of those who are wanted, as far as Slack lists them, by what is known of the person."""
        listed: dict[str, Account] = {}
        try:
            for account in self._members():
                found = {account["id"]}
                if not account.get("deleted"):  # the address may be that of a new account as well
                    found.add(str((account.get("profile") or {}).get("email", "")).lower())
                listed |= dict.fromkeys(found & self._wanted, account)
                if len(listed) == len(self._wanted):
                    break
        except CallError as error:
            if is_about_the_app(error.code):
                raise
            # A list that Slack finds too long, say: there is another way.
        return listed

    def _members(self) -> Iterator[Account]:
        cursor = ""
        while True:
            page = self._calls.patient("users.list", limit=PAGE, cursor=cursor)
            yield from page["members"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return


def _known(person: PersonView) -> str:
    """What is known of the person in Slack: their id, or else their address."""
    return person.slack_id or (person.email or "").lower()
