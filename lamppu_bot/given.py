"""Links and files as people give them: lines of text, and files as Slack describes them. Pure."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from lamppu_bot import richtext
from storage.values import EvidenceKind, NewEvidence

_ADDRESS: Final = 2_000
_TITLE: Final = 300
_MIMETYPE: Final = 100


def link_of(line: str) -> NewEvidence | None:
    """A line with one address of the web in it; the words around that are its title. None for any other line."""
    words = [word.strip("<>") for word in richtext.clean(line).split()]
    addresses = [word for word in words if _is_address(word)]
    if len(addresses) != 1:
        return None
    [address] = addresses
    title = " ".join(word for word in words if word != address)
    return NewEvidence(EvidenceKind.LINK, address, (title or address)[:_TITLE])


def file_of(file: Mapping[str, Any]) -> NewEvidence | None:
    """A file as Slack describes it; None for one whose id it does not tell."""
    file_id, size = file.get("id"), file.get("size")
    if not isinstance(file_id, str) or not file_id:
        return None
    name = richtext.clean(str(file.get("name") or file.get("title") or file_id))
    return NewEvidence(
        EvidenceKind.FILE,
        address=file_id,
        title=" ".join(name.split())[:_TITLE] or file_id,
        size=size if isinstance(size, int) and size >= 0 else None,
        mimetype=str(file.get("mimetype") or "")[:_MIMETYPE] or None,
    )


def _is_address(word: str) -> bool:
    try:
        parts = urlsplit(word)
        host = parts.hostname or ""
    except ValueError:
        return False
    is_web = parts.scheme.lower() in ("http", "https") and "@" not in parts.netloc
    return is_web and "." in host.strip(".") and len(word) <= _ADDRESS
