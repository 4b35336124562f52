"""Which browser the tests look with, and how it is started."""

import os
import shutil

# As root, without a graphics card, and without asking its makers for anything.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Set where a browser that is missing is a fault, as in CI.
IS_REQUIRED = os.environ.get("LAMPPU_REQUIRE_BROWSER", "") not in ("", "0")


def find_chromium() -> str | None:
    """The path of an installed Chromium; none is ever downloaded."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
