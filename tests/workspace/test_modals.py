"""Modals, the Home tab and triggers."""

import pytest
from slack_sdk.errors import SlackApiError

from lamppu_bot.workspace import Fault, NotAcknowledgedError, NotOnScreenError, RefusedByWorkspaceError


def plain(text):
    return {"type": "plain_text", "text": text}


def text_input(label, block_id, **more):
    element = {"type": "plain_text_input", "action_id": "value", **more.pop("element", {})}
    return {"type": "input", "block_id": block_id, "label": plain(label), "element": element, **more}


def modal(*blocks, title="Tavoite 1", **more):
    view = {"type": "modal", "callback_id": "answer", "title": plain(title), "blocks": list(blocks)}
    return {**view, "submit": plain("Tallenna"), "close": plain("Peru"), **more}


CARD = [
    {"type": "actions", "elements": [{"type": "button", "text": plain("Vastaa"), "action_id": "open", "value": "1"}]}
]


@pytest.fixture
def opened(app, client, liisa):
    """A card whose button opens the modal that the test puts into the list."""
    shown = []

    @app.action("open")
    def open_form(ack, body, client):
        client.views_open(trigger_id=body["trigger_id"], view=shown[0])
        ack()

    client.chat_postMessage(channel=liisa.id, text="card", blocks=CARD)
    return shown


def test_submission_carries_what_was_typed(app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result"), private_metadata="p1"))
    heard = []

    @app.view("answer")
    def save(ack, view):
        heard.append((view["private_metadata"], view["state"]["values"]))
        ack()

    with connected(app):
        liisa.click("Vastaa")
        assert (liisa.modal.title, liisa.modal.submit_label) == ("Tavoite 1", "Tallenna")
        liisa.fill("Tulos", "a & b <x>")
        liisa.submit()
    assert liisa.modal is None
    assert heard == [("p1", {"result": {"value": {"type": "plain_text_input", "value": "a & b <x>"}}})]


def test_every_kind_of_input_arrives_as_slack_sends_it(app, connected, liisa, opened):
    options = [{"text": plain(label), "value": label.lower()} for label in ("Kyllä", "Ei")]
    elements = {
        "rich": {"type": "rich_text_input"},
        "menu": {"type": "static_select", "options": options},
        "radio": {"type": "radio_buttons", "options": options, "initial_option": options[1]},
        "boxes": {"type": "checkboxes", "options": options},
        "date": {"type": "datepicker", "initial_date": "2012-05-31"},
        "number": {"type": "number_input", "is_decimal_allowed": False},
    }
    blocks = [
        {"type": "input", "block_id": name, "label": plain(name.title()), "element": {**element, "action_id": "a"}}
        for name, element in elements.items()
    ]
    opened.append(modal(*blocks))
    heard = {}

    @app.view("answer")
    def save(ack, view):
        heard.update({block: state["a"] for block, state in view["state"]["values"].items()})
        ack()

    with connected(app):
        liisa.click("Vastaa")
        liisa.fill("Rich", "Koulutus:\n- kolme ryhmää\n- https://example.org/x")
        liisa.fill("Menu", "Kyllä")
        liisa.fill("Boxes", ["Kyllä", "Ei"])
        liisa.fill("Number", 3)
        assert liisa.modal.input("Date").value == "2012-05-31"
        assert liisa.modal.input("Boxes").value == "Kyllä, Ei"
        liisa.submit()
    section, bullets = heard["rich"]["rich_text_value"]["elements"]
    assert section["elements"] == [{"type": "text", "text": "Koulutus:"}]
    assert [item["elements"][0]["type"] for item in bullets["elements"]] == ["text", "link"]
    assert heard["menu"]["selected_option"] == options[0]
    assert heard["radio"]["selected_option"] == options[1]
    assert heard["boxes"]["selected_options"] == options
    assert heard["date"]["selected_date"] == "2012-05-31"
    assert heard["number"]["value"] == "3"


def test_errors_keep_the_modal_and_the_text(app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result")))

    @app.view("answer")
    def refuse(ack):
        ack(response_action="errors", errors={"result": "Liian lyhyt"})

    with connected(app):
        liisa.click("Vastaa")
        liisa.fill("Tulos", "x")
        liisa.submit()
        assert liisa.modal.errors == {"Tulos": "Liian lyhyt"}
        assert liisa.modal.input("result").value == "x"


def test_required_input_is_refused_before_the_bot_hears_of_it(ws, app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result"), text_input("Lisä", "more", optional=True)))
    with connected(app):
        liisa.click("Vastaa")
        sent = len(ws.deliveries)
        liisa.submit()
        assert liisa.modal.errors == {"Tulos": "Please complete this required field."}
        assert len(ws.deliveries) == sent


def test_update_moves_the_same_form_on(app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result-1"), text_input("Huomio", "note", optional=True)))

    @app.view("answer")
    def advance(ack):
        view = modal(text_input("Tulos", "result-2"), text_input("Huomio", "note", optional=True), title="Tavoite 2")
        ack(response_action="update", view=view)

    with connected(app):
        liisa.click("Vastaa")
        liisa.fill("Tulos", "valmis")
        liisa.fill("Huomio", "jää")
        liisa.submit()
    assert liisa.modal.title == "Tavoite 2"
    assert [one.value for one in liisa.modal.inputs] == ["", "jää"]


def test_push_and_clear(app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result", optional=True)))

    @app.view("answer")
    def push(ack):
        ack(response_action="push", view=modal(title="Vahvista", callback_id="confirm"))

    @app.view("confirm")
    def confirm(ack):
        ack(response_action="clear")

    with connected(app):
        liisa.click("Vastaa")
        liisa.submit()
        assert liisa.modal.title == "Vahvista"
        liisa.submit()
    assert liisa.modal is None


def test_fourth_modal_on_the_stack_is_refused(app, connected, liisa, opened):
    more = {"type": "actions", "elements": [{"type": "button", "text": plain("Lisää"), "action_id": "more"}]}
    opened.append(modal(more))
    results = []

    @app.action("more")
    def push(ack, body, client):
        ack()
        try:
            client.views_push(trigger_id=body["trigger_id"], view=modal(more, title=str(len(results))))
            results.append("ok")
        except SlackApiError as error:
            results.append(error.response["error"])

    with connected(app):
        liisa.click("Vastaa")
        for _ in range(3):
            liisa.click("Lisää")
    assert results == ["ok", "ok", "push_limit_reached"]
    liisa.close_modal()
    assert liisa.modal.title == "0"


def test_invalid_view_in_an_answer_is_reported_and_changes_nothing(app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result")))

    @app.view("answer")
    def break_it(ack):
        ack(response_action="update", view=modal(title="x" * 25))

    with connected(app):
        liisa.click("Vastaa")
        liisa.fill("Tulos", "teksti")
        with pytest.raises(RefusedByWorkspaceError, match="/view/title/text"):
            liisa.submit()
    assert liisa.modal.input("Tulos").value == "teksti"


def test_submission_without_an_ack_keeps_the_text(ws, app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result")))

    @app.view("answer")
    def fail():
        raise RuntimeError("database is gone")

    with connected(app):
        liisa.click("Vastaa")
        liisa.fill("Tulos", "teksti")
        ws.sockets.ack_timeout = 0.1
        with pytest.raises(NotAcknowledgedError, match="Tavoite 1"):
            liisa.submit()
    assert liisa.modal.input("Tulos").value == "teksti"


def test_closing_is_told_when_asked_for(app, connected, liisa, opened):
    opened.append(modal(text_input("Tulos", "result"), notify_on_close=True))
    heard = []

    @app.view_closed("answer")
    def closed(ack, body):
        heard.append(body["is_cleared"])
        ack()

    with connected(app):
        liisa.click("Vastaa")
        liisa.close_modal()
    assert (heard, liisa.modal) == ([False], None)


def test_trigger_works_once(app, client, connected, liisa):
    seen = []

    @app.action("open")
    def remember(ack, body):
        seen.append(body["trigger_id"])
        ack()

    client.chat_postMessage(channel=liisa.id, text="card", blocks=CARD)
    with connected(app):
        liisa.click("Vastaa")
    client.views_open(trigger_id=seen[0], view=modal())
    with pytest.raises(SlackApiError, match="exchanged_trigger_id"):
        client.views_open(trigger_id=seen[0], view=modal())
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        client.views_open(trigger_id="made-up", view=modal())


def test_trigger_expires(client, ws, liisa):
    trigger = ws.state.issue_trigger(liisa.id)
    ws.let_pass(3.1)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=trigger, view=modal())


def test_call_that_arrives_late_finds_its_trigger_expired(client, ws, liisa):
    ws.faults.append(Fault("views.open", "late", seconds=3.1))
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        client.views_open(trigger_id=ws.state.issue_trigger(liisa.id), view=modal())


def test_view_update_by_external_id_and_hash(client, ws, liisa):
    trigger = ws.state.issue_trigger(liisa.id)
    view = client.views_open(trigger_id=trigger, view=modal(external_id="form-1"))["view"]
    newer = client.views_update(external_id="form-1", hash=view["hash"], view=modal(title="Uusi"))["view"]
    assert liisa.modal.title == "Uusi"
    assert newer["hash"] != view["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        client.views_update(view_id=view["id"], hash=view["hash"], view=modal())
    liisa.close_modal()
    with pytest.raises(SlackApiError, match="not_found"):
        client.views_update(view_id=view["id"], view=modal())


def test_home_tab_is_published_and_clicked(ws, app, client, connected, liisa):
    @app.event("app_home_opened")
    def show(event, client):
        client.views_publish(user_id=event["user"], view={"type": "home", "blocks": CARD})

    clicked = []

    @app.action("open")
    def act(ack, body):
        clicked.append(body["view"]["type"])
        ack()

    with connected(app):
        assert liisa.open_home() is None
        liisa.wait_for(lambda person: person.home)
        liisa.click("Vastaa")
    assert clicked == ["home"]


def test_menu_on_a_message_sends_the_chosen_option(app, client, connected, liisa):
    options = [{"text": plain(label), "value": label} for label in ("A", "B")]
    menu = {"type": "static_select", "action_id": "pick", "options": options}
    overflow = {"type": "overflow", "action_id": "more", "options": [{"text": plain("Ohita"), "value": "skip"}]}
    client.chat_postMessage(channel=liisa.id, text="x", blocks=[{"type": "actions", "elements": [menu, overflow]}])
    heard = []

    @app.action("pick")
    def pick(ack, action):
        heard.append(action["selected_option"]["value"])
        ack()

    @app.action("more")
    def more(ack, action):
        heard.append(action["selected_option"]["value"])
        ack()

    with connected(app):
        liisa.click("B")
        liisa.click("Ohita")
    assert heard == ["B", "skip"]


def test_one_of_several_buttons_alike_is_found_by_its_neighbour(app, client, connected, liisa):
    blocks = [
        {
            "type": "section",
            "text": plain(f"Tavoite {number}"),
            "accessory": {"type": "button", "text": plain("Vastaa"), "action_id": "open", "value": str(number)},
        }
        for number in range(1, 4)
    ]
    client.chat_postMessage(channel=liisa.id, text="x", blocks=blocks)
    heard = []

    @app.action("open")
    def note(ack, action):
        heard.append(action["value"])
        ack()

    with connected(app):
        liisa.click("Vastaa", near="Tavoite 2")
        liisa.click("Vastaa")
        with pytest.raises(NotOnScreenError, match="near 'Tavoite 4'"):
            liisa.click("Vastaa", near="Tavoite 4")
    assert heard == ["2", "1"]


def test_what_is_not_there_cannot_be_used(client, liisa, olli):
    client.chat_postMessage(channel=liisa.id, text="card", blocks=CARD)
    for attempt in (
        lambda: olli.click("Vastaa"),
        lambda: liisa.click("Poista"),
        lambda: liisa.fill("Tulos", "x"),
        liisa.submit,
        lambda: olli.messages(liisa.dm),
    ):
        with pytest.raises(NotOnScreenError):
            attempt()


def test_inputs_of_people_numbers_addresses_and_files_arrive_as_slack_sends_them(app, connected, liisa, olli, opened):
    elements = {
        "who": {"type": "users_select"},
        "amount": {"type": "number_input", "is_decimal_allowed": True, "min_value": "0", "max_value": "99.5"},
        "mail": {"type": "email_text_input"},
        "link": {"type": "url_text_input"},
        "files": {"type": "file_input", "filetypes": ["pdf", "txt"], "max_files": 2},
    }
    blocks = [
        {"type": "input", "block_id": name, "label": plain(name.title()), "element": {**element, "action_id": "a"}}
        for name, element in elements.items()
    ]
    opened.append(modal(*blocks))
    heard = {}

    @app.view("answer")
    def save(ack, view):
        heard.update({block: state["a"] for block, state in view["state"]["values"].items()})
        ack()

    with connected(app):
        liisa.click("Vastaa")
        liisa.fill("Who", "Olli Ohjaaja")
        liisa.fill("Amount", "100")
        liisa.fill("Mail", "olli")
        liisa.fill("Link", "example.org")
        liisa.fill("Files", [("a.exe", b"MZ"), ("b.txt", b"b")])
        liisa.submit()
        assert liisa.modal.errors == {
            "Amount": "Must be at most 99.5.",
            "Mail": "Please enter a valid email address.",
            "Link": "Please enter a valid URL.",
            "Files": "Only these kinds of files: pdf, txt.",
        }
        assert [one.value for one in liisa.modal.inputs][::4] == ["Olli Ohjaaja", "a.exe, b.txt"]
        liisa.fill("Who", olli)
        liisa.fill("Amount", 12.5)
        liisa.fill("Mail", "olli@example.org")
        liisa.fill("Link", "https://example.org/x")
        liisa.fill("Files", ("b.txt", b"sisus"))
        liisa.submit()
    assert heard["who"] == {"type": "users_select", "selected_user": olli.id}
    assert heard["amount"]["value"] == "12.5"
    assert (heard["mail"]["value"], heard["link"]["value"]) == ("olli@example.org", "https://example.org/x")
    [file] = heard["files"]["files"]
    assert (file["name"], file["size"], file["user"]) == ("b.txt", 5, liisa.id)


def test_somebody_who_is_not_there_cannot_be_chosen(app, connected, liisa, opened):
    element = {"type": "users_select", "action_id": "a"}
    opened.append(modal({"type": "input", "block_id": "who", "label": plain("Who"), "element": element}))
    with connected(app):
        liisa.click("Vastaa")
        with pytest.raises(NotOnScreenError, match="nobody here"):
            liisa.fill("Who", "Pekka Puuttuva")


@pytest.mark.parametrize(
    "element",
    [
        {"type": "number_input", "is_decimal_allowed": True, "min_value": 0.5},
        {"type": "number_input"},
        {"type": "datepicker", "initial_date": "31.5.2012"},
        {"type": "file_input", "max_files": 11},
        {"type": "file_input", "filetypes": "pdf"},
    ],
)
def test_malformed_input_is_refused(client, ws, liisa, element):
    if element.get("min_value"):
        element = {**element, "min_value": "half"}
    block = {"type": "input", "label": plain("X"), "element": {**element, "action_id": "a"}}
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        client.views_open(trigger_id=ws.state.issue_trigger(liisa.id), view=modal(block))
