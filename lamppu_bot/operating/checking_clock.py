"""Whether two clocks agree, in words for `bot.py check`."""

from lamppu_bot.operating.findings import Finding, fail, note, ok

# Processes on several machines tell each other by their clocks how long a message is theirs: for 30 s.
MATTERS_SECONDS = 30
# Slack's requests are refused from five minutes on; the rest is for their way here.
REFUSES_SECONDS = 240
SEVERAL = "it matters where processes run on several machines"
REFUSED = "from 300 s on Slack's requests are refused (HTTP mode), and all is sent too early or too late"
ADVICE = "let the machine set its clock by itself, such as by: timedatectl set-ntp true"


def clock_finding(whose: str, ahead: float) -> Finding:
    """`ahead`: by how many seconds this machine's clock is ahead of the other; `whose` other clock, as in "Slack's"."""
    off = abs(round(ahead))
    if off <= MATTERS_SECONDS:
        return ok(f"this machine's clock and {whose}: {off} s apart (it matters from {MATTERS_SECONDS} s on)")
    what = f"this machine's clock is {off} s {'ahead of' if ahead > 0 else 'behind'} {whose}"
    return note(what, f"{SEVERAL}; {ADVICE}") if off < REFUSES_SECONDS else fail(what, f"{REFUSED}; {ADVICE}")
