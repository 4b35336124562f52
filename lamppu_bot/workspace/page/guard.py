"""Who may talk to the page: this machine's own browser at the page's own address, and nobody through it.

A page elsewhere can make a browser send requests to 127.0.0.1, even under a name of its own (DNS rebinding). So every
request must name the address itself as its Host, and every one that changes something, or listens, must come from
the page (Origin).
"""

from collections.abc import Awaitable, Callable

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; connect-src 'self' {socket}; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turns away what comes by another name or from another page; every answer gets the protecting headers."""
    address = _address(request)
    if request.host != address:
        raise web.HTTPForbidden(text="this page has another address")
    is_changing = request.method != "GET" or "Upgrade" in request.headers
    if is_changing and request.headers.get("Origin") != f"http://{address}":
        raise web.HTTPForbidden(text="only this page itself may ask for this")
    response = await handler(request)
    if not response.prepared:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value.format(socket=f"ws://{address}"))
    return response


def _address(request: web.Request) -> str:
    """The address that the request came to, whatever it calls it."""
    name = request.transport.get_extra_info("sockname") if request.transport else None
    return f"{name[0]}:{name[1]}" if name else ""
