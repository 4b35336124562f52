"""The bare Bolt app, after it has opened a database with a table: what Lamppu's start is held against."""

import os

from sqlalchemy import create_engine, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from tests.benchmarks import bare_bolt


class Base(DeclarativeBase):
    pass


class Note(Base):
    __tablename__ = "bare_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


def main() -> None:
    engine = create_engine(os.environ["DATABASE_URL"])
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.scalars(select(Note)).all()
    bare_bolt.main()


if __name__ == "__main__":
    main()
