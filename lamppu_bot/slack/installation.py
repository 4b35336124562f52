"""Whose app a request is for: told by the request itself, so that Slack need not be asked before it is dealt with.

Bolt's own way asks Slack (`auth.test`) at the first request of a process. Where Slack refuses that, for a revoked token
or because it is asked too fast, Bolt says yes to the request and hands it to no listener: words would be lost.
"""

from collections.abc import Callable, Mapping
from typing import Any

from slack_bolt import BoltContext, BoltRequest, BoltResponse
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.authorize import Authorize
from slack_bolt.middleware import Middleware
from slack_sdk import WebClient


class OwnContext(Middleware):
    """Gives each request the app's own client, for Bolt makes plain copies of it, which know of no pauses.

    And the bot's user id, which stands in every event: by it Bolt knows what the bot itself has done.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def process(self, *, req: BoltRequest, resp: BoltResponse, next: Callable[[], BoltResponse]) -> BoltResponse:  # noqa: A002
        req.context["client"] = self._client
        req.context["bot_user_id"] = bot_of(req.body)
        return next()


def bot_of(body: Mapping[str, Any]) -> str | None:
    bots = (one.get("user_id") for one in body.get("authorizations") or () if one.get("is_bot"))
    return next(bots, None)


class Installation(Authorize):
    """The one workspace in which the app is installed, with the token that was given for it."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(
        self, *, context: BoltContext, enterprise_id: str | None, team_id: str | None, user_id: str | None, **_more: Any
    ) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=context.bot_user_id,
            bot_token=self._token,
            user_id=user_id,
        )
