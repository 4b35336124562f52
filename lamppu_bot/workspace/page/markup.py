"""Slack's texts taken apart for a page that builds its own nodes: parts of runs, never HTML.

A *run* is a piece of text (`t`) with its looks (`b`, `i`, `s`, `c`), perhaps a link (`u`), a way to a message of the
workspace (`go`) or a mention (`m`). A *part* is what stands on lines of its own: `p` is text, list, quote, pre or
heading.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from lamppu_bot.workspace.page.emoji import with_emoji
from lamppu_bot.workspace.people.rendering import Reader
from lamppu_bot.workspace.text import unescape

Json = dict[str, Any]
Part = Mapping[str, Any]

_TOKEN = re.compile(
    r"<(?P<reference>[^<>\n]+)>"
    r"|```\n?(?P<pre>.+?)\n?```"
    r"|`(?P<c>[^`\n]+)`"
    r"|(?<![\w*])\*(?=\S)(?P<b>[^*\n]+?)(?<=\S)\*(?![\w*])"
    r"|(?<![\w_])_(?=\S)(?P<i>[^_\n]+?)(?<=\S)_(?![\w_])"
    r"|(?<![\w~])~(?=\S)(?P<s>[^~\n]+?)(?<=\S)~(?![\w~])",
    re.DOTALL,
)
_SAFE_LINK = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_LOOKS = {"bold": "b", "italic": "i", "strike": "s", "code": "c"}


class Markup:
    """Takes texts apart as one person reads them."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._permalink = re.compile(rf"{re.escape(reader.state.url)}/archives/(\w+)/p(\d+)(\d{{6}})")

    def text(self, value: Any) -> list[Json]:
        """A text object: `mrkdwn` with its marks, anything else as it stands."""
        if not isinstance(value, Mapping):
            return []
        said = str(value.get("text", ""))
        return self.mrkdwn(said) if value.get("type") == "mrkdwn" else plain(said)

    def mrkdwn(self, text: str) -> list[Json]:
        """Slack's own mark-up; lines that begin with > stand as quotes."""
        parts: list[Json] = []
        for quoted, lines in _by_quote(text):
            parts.append({"p": "quote" if quoted else "text", "runs": list(self._runs("\n".join(lines), {}))})
        return parts

    def _runs(self, text: str, looks: Json) -> Iterator[Json]:
        end = 0
        for found in _TOKEN.finditer(text):
            yield from _plain_run(text[end : found.start()], looks)
            end = found.end()
            kind, inside = found.lastgroup or "", found.group(found.lastgroup or 0)
            if kind == "reference":
                yield self._reference(found, looks)
            elif kind in ("pre", "c"):
                yield {**looks, "t": unescape(inside), "c": True}
            else:
                yield from self._runs(inside, {**looks, kind: True})
        yield from _plain_run(text[end:], looks)

    def _reference(self, found: re.Match[str], looks: Json) -> Json:
        body = found.group("reference")
        said = {**looks, "t": unescape(self.reader.reference(body))}
        if body[0] in "@#" or (body[0] == "!" and not body.startswith("!date")):
            return {**said, "m": True}
        return self._linked(said, unescape(body.partition("|")[0]))

    def _linked(self, run: Json, url: str) -> Json:
        """The run as a link: to a message of the workspace itself, or out into the world when it is safe to follow."""
        if inside := self._permalink.match(url):
            channel, seconds, micros = inside.groups()
            return {**run, "go": {"channel": channel, "ts": f"{seconds}.{micros}"}}
        return {**run, "u": url} if is_safe(url) else run

    def rich_text(self, block: Part) -> list[Json]:
        """A rich_text block."""
        return [part for element in block.get("elements", ()) for part in self._rich_part(element)]

    def _rich_part(self, element: Part) -> Iterator[Json]:
        kind = element.get("type")
        if kind == "rich_text_list":
            items = [self._rich_runs(item) for item in element.get("elements", ())]
            yield {
                "p": "list",
                "ordered": element.get("style") == "ordered",
                "indent": int(element.get("indent") or 0),
                "start": int(element.get("offset") or 0) + 1,
                "items": items,
            }
            return
        kinds = {"rich_text_quote": "quote", "rich_text_preformatted": "pre"}
        yield {"p": kinds.get(str(kind), "text"), "runs": self._rich_runs(element)}

    def _rich_runs(self, element: Part) -> list[Json]:
        return [self._rich_run(run) for run in element.get("elements", ())]

    def _rich_run(self, run: Part) -> Json:
        style = run.get("style") or {}
        said: Json = {
            "t": self._rich_words(run),
            **{_LOOKS[name]: True for name in style if name in _LOOKS and style[name]},
        }
        if run.get("type") == "link":
            return self._linked(said, str(run.get("url", "")))
        return {**said, "m": True} if run.get("type") in ("user", "channel", "broadcast") else said

    def _rich_words(self, run: Part) -> str:
        kind = run.get("type")
        if kind == "user":
            return self.reader.reference(f"@{run.get('user_id', '')}")
        if kind == "channel":
            return self.reader.reference(f"#{run.get('channel_id', '')}")
        if kind == "broadcast":
            return f"@{run.get('range', '')}"
        if kind == "emoji":
            return with_emoji(f":{run.get('name', '')}:")
        if kind == "date":
            said = f"!date^{run.get('timestamp', 0)}^{run.get('format', '')}|{run.get('fallback', '')}"
            return self.reader.reference(said)
        return str(run.get("text") or run.get("url") or "")

    def markdown(self, text: str) -> list[Json]:
        """The text of a markdown block: headings, lists, quotes and paragraphs with the commonest marks."""
        parts: list[Json] = []
        for line in text.split("\n"):
            part = self._markdown_line(line)
            last = parts[-1] if parts else {}
            if part["p"] == "list" and last.get("p") == "list" and last["ordered"] == part["ordered"]:
                last["items"] += part["items"]
            elif part["p"] == "text" == last.get("p"):
                last["runs"] += [{"t": "\n"}, *part["runs"]]
            else:
                parts.append(part)
        return parts

    def _markdown_line(self, line: str) -> Json:
        if found := re.match(r"(#{1,6})\s+(.*)", line):
            return {"p": "heading", "level": len(found[1]), "runs": self._markdown_runs(found[2])}
        if found := re.match(r"\s*([-*+]|(\d+)[.)])\s+(.*)", line):
            start = int(found[2] or 1)
            items = [self._markdown_runs(found[3])]
            return {"p": "list", "ordered": bool(found[2]), "indent": 0, "start": start, "items": items}
        if found := re.match(r">\s?(.*)", line):
            return {"p": "quote", "runs": self._markdown_runs(found[1])}
        return {"p": "text", "runs": self._markdown_runs(line)}

    def _markdown_runs(self, text: str, looks: Json | None = None) -> list[Json]:
        looks, runs, end = looks or {}, [], 0
        for found in _MARKDOWN.finditer(text):
            runs += _plain_run(text[end : found.start()], looks)
            end = found.end()
            if found["url"]:
                runs.append(self._linked({**looks, "t": found["label"]}, found["url"]))
            elif found["code"]:
                runs.append({**looks, "t": found["code"], "c": True})
            else:
                kind = next(one for one in ("b", "i", "s") if found[one])
                runs += self._markdown_runs(found[kind], {**looks, kind: True})
        return [*runs, *_plain_run(text[end:], looks)]


_MARKDOWN = re.compile(
    r"\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)|`(?P<code>[^`]+)`"
    r"|\*\*(?P<b>.+?)\*\*|(?<![\w*])\*(?P<i>[^*]+)\*|~~(?P<s>.+?)~~"
)


def is_safe(url: str) -> bool:
    """Whether an address may be followed: into the web or to a mailbox, and not into a script."""
    return _SAFE_LINK.match(url) is not None


def plain(text: str) -> list[Json]:
    """A text without any mark-up but emoji."""
    return [{"p": "text", "runs": [{"t": with_emoji(text)}]}]


def _plain_run(text: str, looks: Json) -> list[Json]:
    return [{**looks, "t": with_emoji(unescape(text))}] if text else []


def _by_quote(text: str) -> Sequence[tuple[bool, list[str]]]:
    """The lines in groups: quoted ones, the others."""
    groups: list[tuple[bool, list[str]]] = []
    for line in text.split("\n"):
        found = re.match(r"(?:&gt;|>)\s?(.*)", line)
        quoted = found is not None
        if not groups or groups[-1][0] != quoted:
            groups.append((quoted, []))
        groups[-1][1].append(found[1] if found else line)
    return groups
