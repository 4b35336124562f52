"""The bot in figures, as Prometheus reads them: counts and ages, never a name or a text."""

from collections import Counter
from datetime import datetime

from prometheus_client import CollectorRegistry, Gauge, generate_latest
from sqlalchemy.orm import Session

from lamppu_bot.status import round_status
from storage import ledger, pulse, queries

STATES = (ledger.DUE, ledger.SENT, ledger.PARKED, ledger.DROPPED)


def prometheus_text(session: Session, now: datetime) -> str:
    """`now` is the real moment. Rounds are told from their opening on, the current one of each project."""
    registry = CollectorRegistry()
    _deliveries(session, registry, now)
    answers = Gauge("lamppu_answers", "Answers asked for, by state", ["project", "round", "state"], registry=registry)
    partners = Gauge("lamppu_partners", "Partners asked", ["project", "round", "complete"], registry=registry)
    for project in queries.list_projects(session):
        found = queries.current_round(session, project.id)
        if found is None:
            continue
        snapshot = queries.states(session, found.id)
        for state, count in Counter(answer.state for answer in snapshot.answers.values()).items():
            answers.labels(project.key, found.key, state.value).set(count)
        status = round_status(snapshot)
        partners.labels(project.key, found.key, "true").set(status.complete)
        partners.labels(project.key, found.key, "false").set(len(status.asked) - status.complete)
    return generate_latest(registry).decode("utf-8")


def _deliveries(session: Session, registry: CollectorRegistry, now: datetime) -> None:
    deliveries = Gauge("lamppu_deliveries", "Messages of the ledger, by state", ["state"], registry=registry)
    counts = ledger.counts(session)
    for state in STATES:
        deliveries.labels(state).set(counts.get(state, 0))
    oldest = ledger.oldest_unsent(session)
    waiting = Gauge("lamppu_oldest_unsent_seconds", "Since when the oldest unsent message is due", registry=registry)
    waiting.set(max(0.0, (now - oldest).total_seconds()) if oldest else 0.0)
    if beaten := pulse.last_beat(session):
        seen = Gauge("lamppu_worker_seen_seconds", "How long ago a worker was last seen", registry=registry)
        seen.set(max(0.0, (now - beaten).total_seconds()))
