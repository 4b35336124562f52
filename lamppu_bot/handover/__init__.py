"""A contact or deputy asks a colleague to give some of the partner's answers: asked, accepted, declined, taken back.

They stay responsible and may still write; the colleague writes those answers alone, from accepting on.
"""

from lamppu_bot.handover.asking import Request, ask, handing_over, require_handing_over
from lamppu_bot.handover.following import follow_round, follow_share
from lamppu_bot.handover.settling import accept, decline, give_up, require_asked, withdraw

__all__ = [
    "Request",
    "accept",
    "ask",
    "decline",
    "follow_round",
    "follow_share",
    "give_up",
    "handing_over",
    "require_asked",
    "require_handing_over",
    "withdraw",
]
