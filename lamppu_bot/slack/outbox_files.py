"""The files that go out: each partner's form as Word and PDF, the whole report as PDF, all answers as Excel."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from lamppu_bot.clock import Clock
from lamppu_bot.messages.files import build_evidence_comment, build_evidence_note
from lamppu_bot.messages.message import plain_fallback
from lamppu_bot.side_process import SideProcess
from lamppu_bot.slack.content import Content, Obstacle, Post, Relay, Upload
from lamppu_bot.slack.fetching import LARGEST
from lamppu_bot.slack.reporter import Reporter
from lamppu_bot.texts import Texts
from storage import queries
from storage.claims import Claimed

Renderer = Callable[[Session, Claimed, Texts], Content | None]


class FilesOutbox:
    """Renderers of uploads, their files and comments in the project's language."""

    def __init__(self, side: SideProcess[Reporter], clock: Clock) -> None:
        self._side = side
        self._clock = clock
        self.kinds: Final[Mapping[str, Renderer]] = {
            "files": self._files,
            "evidence": self._evidence,
            "thanks-form": self._thanks_form,
        }

    def _files(self, session: Session, claimed: Claimed, texts: Texts) -> Upload:
        asked = claimed.subject
        return self._side.do(Reporter.upload, asked["round"], asked["files"], newer=asked["newer"], now=self._clock())

    def _evidence(self, session: Session, claimed: Claimed, texts: Texts) -> Relay | None:
        """A partner's file; nobody wants one that was taken away meanwhile."""
        found = queries.find_evidence(session, claimed.subject["evidence"])
        if found is None:
            return None
        answer_id, evidence = found
        place = queries.get_answer_place(session, answer_id)
        snapshot = queries.snapshot(session, place.round_id, place.partner_id)
        objective = next(one for one in snapshot.objectives if one.id == place.objective_id)
        about = (evidence, place.share.partner, objective)
        notes = {
            obstacle: build_evidence_note(obstacle, *about, most=LARGEST // 1_000_000, texts=texts)
            for obstacle in Obstacle
        }
        instead = {obstacle: Post(note, plain_fallback(note)) for obstacle, note in notes.items()}
        return Relay(evidence.address, evidence.title, build_evidence_comment(*about, texts), instead)

    def _thanks_form(self, session: Session, claimed: Claimed, texts: Texts) -> Upload:
        asked = claimed.subject
        return self._side.do(
            Reporter.own_form, asked["round"], asked["partner"], language=texts.language, now=self._clock()
        )
