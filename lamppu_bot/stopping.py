"""Being told to stop."""

import signal
import threading


def stopping() -> threading.Event:
    """What SIGTERM and Ctrl-C set."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
