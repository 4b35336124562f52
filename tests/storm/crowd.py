"""The people of a storm: each acts on their own, at random, and notes what they were told is kept."""

import contextlib
import random
import re
from dataclasses import dataclass, field

from lamppu_bot.workspace import NotAcknowledgedError, NotOnScreenError, Person, VisibleMessage, Workspace
from lamppu_bot.workspace.people.screen import InputField
from tests.e2e.acting import CHOICE, DRAFT, FI, NEXT, READY, TEXT

TOKEN = re.compile(r"sana\d+x\d+")
EDIT = (FI("card.button.answered"), FI("card.button.draft"), FI("card.button.missing"))
REFUSED = FI("trouble.title")
COMMANDS = (
    *("status", "report", "help", "status Kaarnikka", "nonsense", "remind", "extend REDU 2012-06-20", "skip Kaarnikka"),
    *("contact Perämeri", "return REDU", "behalf REDU", "ask Kaarnikka", "handover", "away", "open", "close"),
)


WORDS = ("Hei!", "2012-06-20", "12,5", "https://example.org/a", "<!channel> & <b>", "x" * 500)


@dataclass
class Notes:
    """What a storm must not lose: words in acknowledged forms, and messages as they stand in Slack at the end."""

    submitted: list[str] = field(default_factory=list)
    said: list[VisibleMessage] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    acts: int = 0
    unanswered: int = 0

    @property
    def standing(self) -> list[VisibleMessage]:
        return [message for message in self.said if message.ts not in self.deleted]


class Somebody:
    """One person, with dice of their own."""

    def __init__(self, seed: int, number: int, person: Person, workspace: Workspace, notes: Notes) -> None:
        self.random = random.Random(f"person {number} of {seed}")
        self.number = number
        self.person = person
        self.workspace = workspace
        self.notes = notes
        self._words = 0
        self._own: list[VisibleMessage] = []

    def act(self) -> None:
        """One thing a person does. What the screen does not offer just now they leave."""
        deeds = [self._submit] * 5 + [self._say] * 4 + [self._press] * 3 + [self._fill_in] * 2
        deeds += [self._edit, self._delete, self._command, self._go_home]
        self.notes.acts += 1
        try:
            self.random.choice(deeds)()
        except NotOnScreenError:
            pass
        except NotAcknowledgedError:
            self.notes.unanswered += 1
            self._wait_for_the_bot()

    def _wait_for_the_bot(self) -> None:
        """Whoever was told that it did not work tries again a little later."""
        with contextlib.suppress(AssertionError):
            self.workspace.wait_connected(timeout=20)

    def _token(self) -> str:
        self._words += 1
        return f"sana{self.number}x{self._words}"

    def _submit(self) -> None:
        """What the form says after it was sent counts: an error beside the input means that nothing was kept."""
        if self.person.modal is None or not self.person.modal.inputs:
            if self.person.modal:
                self.person.close_modal()
            self.person.click(self.random.choice([NEXT, NEXT, *EDIT]))
        modal = self.person.modal
        if modal is None or not any(one.label == TEXT for one in modal.inputs):
            return
        token = self._token()
        self.person.fill(TEXT, f"{token} tehtiin.\n- kohta")
        self.person.fill(CHOICE, self.random.choice([READY, READY, DRAFT]))
        self.person.submit()
        after = self.person.modal
        if after is None or not (after.errors or after.title == REFUSED):
            self.notes.submitted.append(token)
        if self.person.modal and self.random.random() < 0.5:
            self.person.close_modal()

    def _fill_in(self) -> None:
        """Anything into whatever form is open, and off with it."""
        modal = self.person.modal
        if modal is None or "submit" not in modal.view.body or any(one.label == TEXT for one in modal.inputs):
            return
        for one in modal.inputs:
            self.person.fill(one.block_id, self._value_for(one))
        self.person.submit()
        if self.person.modal and self.random.random() < 0.7:
            self.person.close_modal()

    def _value_for(self, one: InputField) -> object:
        if one.type in ("radio_buttons", "static_select"):
            return self.random.choice(one.options)
        if one.type in ("checkboxes", "multi_static_select"):
            return self.random.sample(one.options, self.random.randint(0, len(one.options)))
        if one.type in ("users_select", "multi_users_select"):
            return self.random.choice(list(self.workspace.people.values())).name
        if one.type == "datepicker":
            return f"2012-{self.random.randint(5, 7):02d}-{self.random.randint(1, 28):02d}"
        return {"number_input": "12", "email_text_input": "uusi@example.org", "file_input": []}.get(
            one.type, f"{self.random.choice(WORDS)}"
        )

    def _go_home(self) -> None:
        self.person.open_home()
        home = self.person.home
        if home and home.buttons:
            self.person.click(self.random.choice(home.buttons), home)

    def _say(self) -> None:
        """Into a thread that the bot has begun, or beside them all."""
        roots = [m for m in self.person.messages() if m.message.bot_id]
        thread = self.random.choice(roots) if roots and self.random.random() < 0.6 else None
        said = self.person.say(f"{self._token()} kirjoitettiin.", thread_ts=thread)
        self._own.append(said)
        self.notes.said.append(said)

    def _press(self) -> None:
        """Any button or choice of the newest messages, twice now and then."""
        offered = [(m, label) for m in self.person.everything()[-12:] for label in m.buttons]
        if not offered:
            return
        message, label = self.random.choice(offered)
        for _ in range(self.random.choice([1, 1, 2])):
            self.person.click(label, message)

    def _edit(self) -> None:
        if self._own:
            message = self.random.choice(self._own)
            if message.ts not in self.notes.deleted:
                self.person.edit(message, f"{self._token()} korjattiin.")

    def _delete(self) -> None:
        if self._own and self.random.random() < 0.3:
            message = self.random.choice(self._own)
            if message.ts not in self.notes.deleted:
                self.notes.deleted.add(message.ts)
                self.person.delete(message)

    def _command(self) -> None:
        self.person.command("/lamppu", self.random.choice(COMMANDS))
