"""Every kind of block and input on the page, and what becomes of each: with a small app of the tests' own behind it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from slack_sdk import WebClient

from lamppu_bot.rehearsal_page import page_texts
from lamppu_bot.workspace import Person, Workspace
from lamppu_bot.workspace.page import Command, Role, Script
from lamppu_bot.workspace.page import Page as WorkspacePage
from tests.browser.conftest import PATIENCE
from tests.browser.visitor import FI, Visitor, said
from tests.workspace.test_page import Sundial

Shown = tuple[Workspace, WebClient, Person, Visitor]


def plain(text: str) -> dict[str, str]:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> dict[str, str]:
    return {"type": "mrkdwn", "text": text}


OPTIONS = [{"text": plain(text), "value": text.lower()} for text in ("Kyllä", "Ei", "Ehkä")]
CONFIRM = {
    "title": plain("Oletko varma?"),
    "text": mrkdwn("*Kaikki* poistuu."),
    "confirm": plain("Olen"),
    "deny": plain("En"),
}
RAW = [[{"type": "raw_text", "text": "osahanke"}, {"type": "raw_text", "text": "vastattu"}]]
CHART = {
    "axis_config": {"categories": ["REDU", "Kaarnikka"], "y_label": "vastauksia"},
    "series": [{"name": "vastattu", "data": [{"label": "REDU", "value": 3}, {"label": "Kaarnikka", "value": 1}]}],
}
BLOCKS: list[dict[str, Any]] = [
    {"type": "header", "text": plain("Otsikko :tada:")},
    {"type": "section", "text": mrkdwn("*lihava* _kursiivi_ ~yli~ `koodi` <!date^1336543200^{date}|9.5.> &lt;b&gt;")},
    {"type": "section", "fields": [mrkdwn("*Eka*\n1"), plain("Toka")]},
    {
        "type": "context",
        "elements": [plain("pientä"), {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "logo"}],
    },
    {"type": "divider"},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "yksi"}]}],
            },
            {"type": "rich_text_quote", "elements": [{"type": "text", "text": "lainaus", "style": {"bold": True}}]},
        ],
    },
    {"type": "markdown", "text": "# Iso\n- kohta **vahva**\n\n[linkki](https://example.org/)"},
    {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "kuvaaja"},
    {
        "type": "data_table",
        "caption": "Tilanne",
        "rows": [*RAW, [{"type": "raw_text", "text": "REDU"}, {"type": "raw_number", "value": 5, "text": "5"}]],
    },
    {"type": "data_visualization", "title": "Pylväät", "chart": {"type": "bar", **CHART}},
    {
        "type": "data_visualization",
        "title": "Piirakka",
        "chart": {"type": "pie", "segments": [{"label": "a", "value": 1}, {"label": "b", "value": 2}]},
    },
    {
        "type": "actions",
        "block_id": "acts",
        "elements": [
            {
                "type": "button",
                "text": plain("Poista kaikki"),
                "action_id": "remove",
                "style": "danger",
                "confirm": CONFIRM,
            },
            {
                "type": "static_select",
                "action_id": "pick",
                "placeholder": plain("Valitse yksi"),
                "option_groups": [{"label": plain("Ryhmä"), "options": OPTIONS}],
            },
            {"type": "users_select", "action_id": "who", "placeholder": plain("Kuka")},
            {"type": "overflow", "action_id": "more", "options": OPTIONS[:2]},
            {"type": "datepicker", "action_id": "day", "initial_date": "2012-05-31", "placeholder": plain("Päivä")},
            {"type": "checkboxes", "action_id": "boxes", "options": OPTIONS},
        ],
    },
]
INPUTS = {
    "Lyhyt": {"type": "plain_text_input", "max_length": 20},
    "Pitkä": {"type": "plain_text_input", "multiline": True},
    "Muotoiltu": {"type": "rich_text_input"},
    "Valikko": {"type": "static_select", "option_groups": [{"label": plain("Ryhmä"), "options": OPTIONS}]},
    "Yksi": {"type": "radio_buttons", "options": OPTIONS},
    "Monta": {"type": "checkboxes", "options": OPTIONS},
    "Kuka": {"type": "users_select"},
    "Päivä": {"type": "datepicker"},
    "Luku": {"type": "number_input", "is_decimal_allowed": False, "min_value": "1", "max_value": "9"},
    "Osoite": {"type": "url_text_input"},
    "Sähköposti": {"type": "email_text_input"},
    "Liitteet": {"type": "file_input", "filetypes": ["txt"], "max_files": 2},
}


@pytest.fixture
def shown(browser: Browser) -> Iterator[Shown]:
    """A workspace without a bot, two people in it, and its page."""
    with Workspace() as ws:
        liisa, olli = ws.add_person("Liisa Lamppu", "l@example.org"), ws.add_person("Olli Ohjaaja", "o@example.org")
        script = Script(
            "Lamppu", "fi", page_texts(FI), [Role(liisa, ""), Role(olli, "")], [Command("/lamppu", "help", "apua")]
        )
        client = WebClient(ws.bot_token, base_url=ws.api_url, retry_handlers=[])
        with WorkspacePage(ws, script, Sundial()) as page:
            window = browser.new_context(locale="fi-FI")
            window.set_default_timeout(PATIENCE)
            yield ws, client, liisa, Visitor(window.new_page(), page.url, liisa.id)
            window.close()


def heard(ws: Workspace) -> list[dict[str, Any]]:
    """What was sent to the bot about controls."""
    return [one.payload for one in ws.deliveries if one.kind == "interactive"]


def test_every_block_is_shown(shown: Shown) -> None:
    _, client, liisa, visitor = shown
    client.chat_postMessage(channel=liisa.id, text="kaikki", blocks=BLOCKS)
    message = visitor.messages.last
    expect(message.get_by_role("heading", name="Otsikko 🎉")).to_be_visible()
    for tag, text in (
        ("strong", "lihava"),
        ("em", "kursiivi"),
        ("s", "yli"),
        ("code", "koodi"),
        ("blockquote", "lainaus"),
    ):
        expect(message.locator(tag).filter(has_text=text).first).to_be_visible()
    for text in (
        "9. toukokuuta 2012",
        "<b>",
        "Toka",
        said("image", alt="logo"),
        said("image", alt="kuvaaja"),
        "kohta vahva",
    ):
        expect(message).to_contain_text(text)
    expect(message.get_by_role("link", name="linkki")).to_have_attribute("href", "https://example.org/")
    expect(message.get_by_role("table", name="Tilanne").get_by_role("rowheader", name="REDU")).to_be_visible()
    expect(message.get_by_role("figure", name="Pylväät")).to_contain_text("vastauksia")
    message.get_by_role("figure", name="Pylväät").get_by_text(said("figures")).click()
    figures = message.get_by_role("table", name="Pylväät")
    assert figures.get_by_role("row").all_inner_texts() == ["\tvastattu", "REDU\t3", "Kaarnikka\t1"]
    assert visitor.findings() == []


def test_letters_of_a_chart_are_as_large_where_there_is_little_room(shown: Shown) -> None:
    _, client, liisa, visitor = shown
    client.chat_postMessage(channel=liisa.id, text="kaikki", blocks=BLOCKS)
    label = visitor.page.locator("svg text").filter(has_text="Kaarnikka").locator("visible=true").first
    at_a_desk = label.bounding_box()
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    on_a_phone = label.bounding_box()
    assert at_a_desk
    assert on_a_phone
    assert on_a_phone["height"] > 0.8 * at_a_desk["height"]


def test_conversation_on_a_phone_follows_what_is_new(shown: Shown) -> None:
    _, client, liisa, visitor = shown
    visitor.page.set_viewport_size({"width": 360, "height": 640})
    for number in range(30):
        client.chat_postMessage(channel=liisa.id, text=f"viesti {number}")
    expect(visitor.message("viesti 29")).to_be_attached()
    visitor.write("oma viesti")
    expect(visitor.message("oma viesti")).to_be_in_viewport()
    client.chat_postMessage(channel=liisa.id, text="vastaus")
    expect(visitor.message("vastaus")).to_be_in_viewport()
    url = visitor.page.url.partition("#")[0]
    visitor.page.goto("about:blank")
    visitor.page.goto(url)
    expect(visitor.clock).to_be_in_viewport()
    visitor.go(said("messages"))
    expect(visitor.message("vastaus")).to_be_in_viewport()


def test_news_leaves_what_is_being_edited_alone(shown: Shown) -> None:
    _, client, liisa, visitor = shown
    first = client.chat_postMessage(channel=liisa.id, text="ensimmäinen")
    visitor.write("verkosto koolla kolmasti")
    mine = visitor.message("koolla kolmasti")
    mine.get_by_role("button", name=said("edit")).click()
    text = visitor.page.get_by_label(said("edit_label"))
    expect(text).to_be_focused()
    expect(mine.get_by_role("button", name=said("delete"))).to_be_hidden()
    text.fill("verkosto koolla neljästi")
    client.chat_update(channel=first["channel"], ts=first["ts"], text="ensimmäinen, toisin")
    expect(visitor.message("ensimmäinen, toisin")).to_be_visible()
    written = client.conversations_history(channel=first["channel"]).get("messages", [])[0]
    client.chat_postMessage(channel=first["channel"], text="vastaus", thread_ts=written["ts"])  # its count changes
    client.chat_postMessage(channel=first["channel"], text="viimeinen")
    expect(visitor.message("viimeinen")).to_be_visible()
    expect(text).to_be_focused()
    visitor.page.keyboard.press("Enter")
    expect(visitor.message("koolla neljästi")).to_contain_text(f"({said('edited')})")
    expect(visitor.message("koolla neljästi").get_by_role("button", name=said("replies", count=1))).to_be_visible()


def test_controls_of_a_message_tell_what_was_chosen(shown: Shown) -> None:
    ws, client, liisa, visitor = shown
    ws.sockets.ack_timeout = 0.1
    client.chat_postMessage(channel=liisa.id, text="kaikki", blocks=BLOCKS)
    page = visitor.page
    visitor.press("Poista kaikki")
    expect(page.get_by_role("dialog", name="Oletko varma?")).to_contain_text("Kaikki poistuu.")
    visitor.press("En")
    assert heard(ws) == []
    visitor.press("Poista kaikki")
    visitor.press("Olen")
    expect(page.get_by_text(said("trouble_unheard"))).to_be_visible()
    visitor.press("Valitse yksi")
    page.get_by_role("menuitemradio", name="Ei", exact=True).click()
    visitor.press("Kuka")
    page.get_by_role("menuitemradio", name="Olli Ohjaaja").click()
    visitor.press(said("more"))
    page.get_by_role("menuitem", name="Ei").click()
    page.get_by_label("Päivä").fill("2012-06-01")
    page.get_by_label("Päivä").press("Enter")
    page.get_by_role("checkbox", name="Ehkä").check()
    ws.wait_until(lambda: len(heard(ws)) == 6, what="six interactions")
    actions = {one["actions"][0]["action_id"]: one["actions"][0] for one in heard(ws)}
    assert actions["pick"]["selected_option"] == OPTIONS[1]
    assert actions["who"]["selected_user"] == next(one.id for one in ws.people.values() if one.name == "Olli Ohjaaja")
    assert actions["more"]["selected_option"] == OPTIONS[1]
    assert actions["day"]["selected_date"] == "2012-06-01"
    assert actions["boxes"]["selected_options"] == [OPTIONS[2]]


def test_every_input_is_filled_in_and_kept_when_the_bot_is_silent(shown: Shown) -> None:
    ws, client, liisa, visitor = shown
    ws.sockets.ack_timeout = 0.1
    open_form(client, liisa, *INPUTS)
    form = visitor.modal
    visitor.submit()
    expect(form.get_by_text(said("problem"))).to_have_count(len(INPUTS))
    expect(form.get_by_label("Lyhyt")).to_be_focused()
    assert visitor.findings() == []
    fill_in(form)
    visitor.submit()
    expect(form.get_by_text(said("problem"))).to_have_count(1)
    form.get_by_label("Luku").fill("7")
    visitor.submit()
    expect(form.get_by_role("alert")).to_contain_text(said("trouble_unheard"))
    expect(form.get_by_label("Muotoiltu")).to_have_value("- eka\n- toka")
    values = {block: state["a"] for block, state in heard(ws)[0]["view"]["state"]["values"].items()}
    assert values["Lyhyt"]["value"] == "lyhyt"
    assert values["Pitkä"]["value"] == "rivi\ntoinen"
    assert values["Muotoiltu"]["rich_text_value"]["elements"][0]["type"] == "rich_text_list"
    assert values["Valikko"]["selected_option"] == OPTIONS[2]
    assert values["Yksi"]["selected_option"] == OPTIONS[0]
    assert values["Monta"]["selected_options"] == OPTIONS[1:]
    assert values["Kuka"]["selected_user"] == liisa.id
    assert (values["Päivä"]["selected_date"], values["Luku"]["value"]) == ("2012-05-31", "7")
    assert (values["Osoite"]["value"], values["Sähköposti"]["value"]) == ("https://example.org", "l@example.org")
    assert [file["name"] for file in values["Liitteet"]["files"]] == ["b.txt"]


def test_form_that_came_back_holds_still_while_it_is_put_right(shown: Shown) -> None:
    """An error goes with the choice that amends it, not when news of that comes: what is below would slip away."""
    ws, client, liisa, visitor = shown
    open_form(client, liisa, "Valikko", "Yksi")
    form, errors = visitor.modal, visitor.modal.get_by_text(said("problem"))
    visitor.submit()
    expect(errors).to_have_count(2)
    on_their_way: list[Route] = []

    def hold(route: Route) -> None:
        on_their_way.append(route)

    visitor.page.route("**/act", hold)
    form.get_by_label("Valikko").select_option("Ehkä")
    expect(errors).to_have_count(1)
    radio = form.get_by_role("radio", name="Kyllä")
    radio.hover()
    visitor.page.mouse.down()
    before = radio.bounding_box()
    for request in on_their_way:
        request.continue_()
    ws.wait_until(lambda: liisa.modal and len(liisa.modal.errors) == 1, what="word of the choice")
    client.chat_postMessage(channel=liisa.id, text="uutta")
    expect(visitor.message("uutta")).to_be_attached()
    assert radio.bounding_box() == before
    visitor.page.unroute("**/act")
    visitor.page.mouse.up()
    expect(radio).to_be_checked()
    expect(errors).to_have_count(0)


def test_form_that_comes_back_once_more_says_so_beside_what_was_amended(shown: Shown) -> None:
    _, client, liisa, visitor = shown
    open_form(client, liisa, "Lyhyt", "Luku")
    form, errors = visitor.modal, visitor.modal.get_by_text(said("problem"))
    for wrong in ("12", "13"):
        form.get_by_label("Luku").fill(wrong)
        visitor.submit()
        expect(errors).to_have_count(2)
        expect(form.get_by_label("Lyhyt")).to_be_focused()
    form.get_by_label("Lyhyt").press("a")
    expect(errors).to_have_count(1)
    form.get_by_label("Luku").fill("14")
    visitor.submit()
    expect(errors).to_have_count(1)
    expect(form.get_by_label("Luku")).to_be_focused()


def open_form(client: WebClient, person: Person, *names: str) -> None:
    """A form of these inputs, none of which may stay empty."""
    blocks = [
        {
            "type": "input",
            "block_id": name,
            "label": plain(name),
            "hint": plain("vihje"),
            "element": {**INPUTS[name], "action_id": "a"},
        }
        for name in names
    ]
    view = {"type": "modal", "title": plain("Lomake"), "submit": plain("Tallenna"), "blocks": blocks}
    client.views_open(trigger_id=person.state.issue_trigger(person.id), view=view)


def fill_in(form: Any) -> None:
    """Every input, the number out of its bounds, and one of two files taken away again."""
    form.get_by_label("Lyhyt").fill("lyhyt")
    form.get_by_label("Pitkä").fill("rivi\ntoinen")
    form.get_by_label("Muotoiltu").fill("- eka\n- toka")
    form.get_by_label("Valikko").select_option("Ehkä")
    form.get_by_role("radio", name="Kyllä").check()
    form.get_by_role("checkbox", name="Ei").check()
    form.get_by_role("checkbox", name="Ehkä").check()
    form.get_by_label("Kuka").select_option("Liisa Lamppu")
    form.get_by_label("Päivä").fill("2012-05-31")
    expect(form.get_by_text("torstai 31. toukokuuta 2012")).to_be_visible()
    form.get_by_label("Luku").fill("12")
    form.get_by_label("Osoite").fill("https://example.org")
    form.get_by_label("Sähköposti").fill("l@example.org")
    files = [{"name": name, "mimeType": "text/plain", "buffer": b"x"} for name in ("a.txt", "b.txt")]
    form.get_by_role("button", name=f"Liitteet {said('choose_files')}").click(trial=True)
    form.locator("input[type=file]").set_input_files(files)
    form.get_by_role("button", name=said("detach", name="a.txt")).click()
    expect(form.get_by_text("a.txt")).to_have_count(0)
