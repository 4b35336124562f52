"""The people of a storm: each acts on their own, at random, and notes what they were told is kept."""

import random
import re
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from lamppu_bot.messages import ids
from lamppu_bot.workspace import NotAcknowledgedError, NotOnScreenError, Person, VisibleMessage, Workspace
from lamppu_bot.workspace.people.screen import InputField
from tests.e2e.acting import CHOICE, DRAFT, FI, NEXT, READY, TEXT

TOKEN = re.compile(r"sana\d+x\d+")
EDIT = (FI("card.button.answered"), FI("card.button.draft"), FI("card.button.missing"))
REFUSED = FI("trouble.title")
COMMANDS = (
    *("status", "report", "help", "status Kaarnikka", "nonsense", "remind", "extend REDU 2012-06-20", "skip Kaarnikka"),
    *("contact Perämeri", "return REDU", "behalf REDU", "ask Kaarnikka", "handover", "away"),
)
PARTNERS = ("REDU", "Kaarnikka", "Perämeri")
# The coordinators' forms, each answered by what was done; whatever was typed into one of them is kept then.
KEPT = frozenset({ids.RETURN_FORM, ids.BEHALF_FORM, ids.REMIND_FORM, ids.SKIP_FORM, ids.ASK_FORM})
ACCEPT = FI("return_form.choice.accept")  # takes an answer as it is, whatever stands in the comment
# What asks a person for a decision; whoever is asked to take something over mostly does.
ASKED = (
    *[FI("handover.button.accept")] * 6,
    *(FI(f"handover.button.{name}") for name in ("decline", "give_back", "withdraw")),
    *(FI("entered.confirm"), FI("returned.button")),
)
POSTPONE = (FI("preview.postpone"), FI("postpone.title"))
TRY_AGAIN = FI("trouble.slack")
LONGEST_PATIENCE = 2.0  # seconds for which somebody waits who is told to try again in a while
LONGEST_PAUSE = 0.5  # seconds between what one person does and does next
WORDS = ("Hei!", "2012-06-20", "12,5", "https://example.org/a", "<!channel> & <b>", "x" * 500)


@dataclass
class Notes:
    """What a storm must not lose: words in acknowledged forms, and messages as they stand in Slack at the end."""

    submitted: list[str] = field(default_factory=list)
    steered: list[str] = field(default_factory=list)
    said: list[VisibleMessage] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    deeds: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)

    @property
    def standing(self) -> list[VisibleMessage]:
        return [message for message in self.said if message.ts not in self.deleted]


class Somebody:
    """One person, with dice of their own. `wait` returns when Slack reaches the bot again, or after a while."""

    def __init__(
        self, seed: int, number: int, person: Person, workspace: Workspace, notes: Notes, wait: Callable[[], object]
    ) -> None:
        self._wait_for_the_bot = wait
        self.random = random.Random(f"person {number} of {seed}")
        self.number = number
        self.person = person
        self.workspace = workspace
        self.notes = notes
        self._words = 0
        self._own: list[VisibleMessage] = []

    def act(self) -> None:
        """One thing a person does. What the screen does not offer just now they leave; without an account, all."""
        deed = self.random.choice(self._deeds())
        self.notes.deeds.append(deed.__name__)
        time.sleep(self.random.uniform(0, LONGEST_PAUSE))
        if self.person.user.deactivated:
            return
        told = len(self.person.ephemerals)
        try:
            deed()
            if any(TRY_AGAIN in one.text for one in self.person.ephemerals[told:]):
                time.sleep(self.random.uniform(0, LONGEST_PATIENCE))
        except NotOnScreenError:
            pass
        except NotAcknowledgedError:
            self.notes.unanswered.append(deed.__name__)
            self._wait_for_the_bot()

    def _deeds(self) -> list[Callable[[], None]]:
        deeds = [self._submit] * 5 + [self._say] * 4 + [self._press] * 3 + [self._fill_in] * 2
        deeds += [self._decide, self._decide, self._ask_colleague]
        return [*deeds, self._edit, self._delete, self._command, self._go_home]

    def _token(self) -> str:
        self._words += 1
        return f"sana{self.number}x{self._words}"

    def _submit(self) -> None:
        """What the form says after it was sent counts: an error beside the input means that nothing was kept."""
        if not self._has_answer_form() and not self._press_one_of((NEXT, NEXT, *EDIT)):
            return
        if not self._has_answer_form():
            return
        token = self._token()
        self.person.fill(TEXT, f"{token} tehtiin.\n- kohta")
        self.person.fill(CHOICE, self.random.choice([READY, READY, DRAFT]))
        self.person.submit()
        if self._is_kept(token):
            self.notes.submitted.append(token)
        if self.person.modal and self.random.random() < 0.5:
            self.person.close_modal()

    def _has_answer_form(self) -> bool:
        modal = self.person.modal
        return modal is not None and any(one.label == TEXT for one in modal.inputs)

    def _press_one_of(self, labels: Sequence[str]) -> bool:
        """Presses one of those that the messages offer; False where they offer none. What is open is closed before."""
        offered = {label for message in self.person.everything() for label in message.buttons}
        wanted = [label for label in labels if label in offered]
        if self.person.modal:
            self.person.close_modal()
        if wanted:
            self.person.click(self.random.choice(wanted))
        return bool(wanted)

    def _is_kept(self, token: str) -> bool:
        """Whether the form says so: no error, and not the same text beside one that somebody else has written."""
        after = self.person.modal
        if after is None:
            return True
        return not (after.errors or after.title == REFUSED or any(token in one.value for one in after.inputs))

    def _fill_in(self) -> None:
        """Anything into whatever form is open, and off with it."""
        modal = self.person.modal
        if modal is None or "submit" not in modal.view.body or any(one.label == TEXT for one in modal.inputs):
            return
        filled = [self._value_for(one) for one in modal.inputs]
        for one, value in zip(modal.inputs, filled, strict=True):
            self.person.fill(one.block_id, value)
        form = modal.callback_id
        self.person.submit()
        if form in KEPT and ACCEPT not in filled and self._is_done():
            self.notes.steered += TOKEN.findall(" ".join(value for value in filled if isinstance(value, str)))
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
        if one.type == "email_text_input":
            return self.random.choice(["uusi@example.org", *self.workspace.people])
        fitting: dict[str, object] = {"number_input": "12", "file_input": []}
        words = [f"{self._token()} {self.random.choice(WORDS)}", self.random.choice(WORDS)]
        return fitting.get(one.type, self.random.choice(words))

    def _is_done(self) -> bool:
        """Whether what was sent in last is answered by what was done: no error, no refusal, no form."""
        after = self.person.modal
        return after is not None and not (after.errors or after.inputs or after.title == REFUSED)

    def _ask_colleague(self) -> None:
        """Hands something over, where there is anything to be handed over."""
        if self.person.modal:
            self.person.close_modal()
        self.person.command("/lamppu", "handover")
        self._fill_in()

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

    def _decide(self) -> None:
        """What somebody asks of this one, by the newest message that does; nobody withdraws only because they could."""
        if self._press_one_of([self.random.choice(ASKED)]):
            self._fill_in()

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


class Steward(Somebody):
    """A coordinator, who uses the tools more than all else; with `may_close`, also the one that ends the round."""

    may_close = False

    def postpone(self, day: str) -> None:
        """The coming round to this day, from its preview; it may fail like anything else that one does in a storm."""
        with suppress(NotOnScreenError, NotAcknowledgedError):
            self.person.click(POSTPONE[0])
            for picker in self.person.modal.inputs if self.person.modal else ():  # none where it tells of trouble
                self.person.fill(picker.block_id, day)
                self.person.submit()

    def _deeds(self) -> list[Callable[[], None]]:
        return [*super()._deeds(), *[self._steer] * 16, self._postpone]

    def _postpone(self) -> None:
        """The next round, from its preview or the Home, to any day."""
        self.person.open_home()
        if not self._press_one_of(POSTPONE[:1]):
            self.person.click(POSTPONE[1])
        self._fill_in()

    def _steer(self) -> None:
        """A tool by its word, the answer it is for where that is to be picked, its form, and off with it."""
        if self.person.modal:
            self.person.close_modal()
        partner, number = self.random.choice(PARTNERS), self.random.randint(1, 4)
        about = f"{partner} {number}"
        tools = [*[f"return {about}", f"behalf {about}"] * 3, f"ask {about}", f"ask {about}", f"extend {partner}"]
        tools += [f"remind {partner}", "remind", "extend", f"contact {partner}", "skip Kaarnikka", "open"]
        tools += ["close"] * 3 if self.may_close else []
        self.person.command("/lamppu", self.random.choice(tools))
        self._fill_in()
