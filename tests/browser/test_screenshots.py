"""The pictures of the guides can be taken anew, and those in docs/images are the ones that are taken."""

from datetime import timedelta
from pathlib import Path

import pytest

from lamppu_bot.conversation import bursts
from tests.browser import screenshots


@pytest.mark.usefixtures("chromium")
def test_pictures_of_the_guides_are_those_that_are_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bursts, "QUIET", timedelta(0))
    monkeypatch.setattr(bursts, "TOGETHER", timedelta(0))
    screenshots.main(tmp_path)
    assert pictures_in(tmp_path) == pictures_in(screenshots.ROOT / "docs" / "images")


def pictures_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.png")}
