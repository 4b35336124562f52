"""The users.* methods, bots.info, auth.test, api.test."""

from lamppu_bot.workspace.api.arguments import Args, flag, required
from lamppu_bot.workspace.api.paging import page_of
from lamppu_bot.workspace.describe import Json, user_json
from lamppu_bot.workspace.errors import SlackError
from lamppu_bot.workspace.state import WorkspaceState

LARGEST_PAGE = 1000


def api_test(_state: WorkspaceState, args: Args) -> Json:
    """api.test: answers with its arguments, or with the error asked for."""
    if args.get("error"):
        raise SlackError(str(args["error"]), args=args)
    return {"args": args}


def auth_test(state: WorkspaceState, _args: Args) -> Json:
    """auth.test: who the bot is."""
    identity = state.identity
    return {
        "url": f"{state.url}/",
        "team": identity.team_name,
        "user": identity.bot_name,
        "team_id": identity.team_id,
        "user_id": identity.bot_user_id,
        "bot_id": identity.bot_id,
        "is_enterprise_install": False,
    }


def bot_info(state: WorkspaceState, args: Args) -> Json:
    """bots.info, of the bot itself."""
    identity = state.identity
    if required(args, "bot") != identity.bot_id:
        raise SlackError("bot_not_found")
    return {"bot": {"id": identity.bot_id, "deleted": False, "name": identity.bot_name, "app_id": identity.app_id}}


def info(state: WorkspaceState, args: Args) -> Json:
    """users.info, with the locale when `include_locale` is set."""
    user = state.user(required(args, "user"))
    return {"user": user_json(state, user, with_locale=flag(args, "include_locale"))}


def lookup_by_email(state: WorkspaceState, args: Args) -> Json:
    """users.lookupByEmail: active people only, upper and lower case alike."""
    wanted = required(args, "email").strip().lower()
    for user in state.users.values():
        if user.email.lower() == wanted and not user.deactivated:
            return {"user": user_json(state, user)}
    raise SlackError("users_not_found")


def list_all(state: WorkspaceState, args: Args) -> Json:
    """users.list, deactivated people included; of another organisation nobody, so a page may hold fewer than asked."""
    users = list(state.users.values())
    if not args.get("limit") and len(users) > LARGEST_PAGE:
        raise SlackError("limit_required")
    page, cursor = page_of(users, args, usual=LARGEST_PAGE, largest=LARGEST_PAGE, mark=lambda one: f"user:{one.id}")
    with_locale = flag(args, "include_locale")
    members = [user_json(state, user, with_locale=with_locale) for user in page if not user.external]
    return {"members": members, "cache_ts": int(state.clock()), "response_metadata": {"next_cursor": cursor}}
