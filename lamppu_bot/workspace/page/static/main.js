// The page: where it looks, what it is sent, and which part shows what.

import { blocks } from "./blocks.js";
import { showClock } from "./clock.js";
import { Composer } from "./composer.js";
import { h, refill } from "./dom.js";
import { field } from "./inputs.js";
import { Conversation } from "./messages.js";
import { Modal } from "./modal.js";
import { Live, post } from "./net.js";
import { notice, quiet, well } from "./notices.js";
import { showPeople, unread } from "./people.js";
import { goTo, route, whenGone } from "./route.js";
import { learn, t } from "./texts.js";

const part = (id) => document.getElementById(id);

class Page {
  constructor(script) {
    this.script = script;
    this.state = null;
    this.isOpening = true;
    this.homeSaid = "";
    this.title = h("h1", { class: "unseen" }); // which place it is, the tabs show
    this.conversation = new Conversation(t("messages"));
    this.composer = this.composerFor("main", t("write"), this.conversation, () => this.where());
    this.thread = new Conversation(t("thread"));
    this.answering = this.composerFor("thread", t("write_reply"), this.thread, () => ({ ...this.where(), thread: route().thread }));
    this.modal = new Modal(() => this.state.me.id, () => this.state.everybody, field);
    this.home = h("div", { class: "home log", tabindex: "0", role: "region", "aria-label": t("home") });
    this.frame();
  }

  composerFor(name, label, conversation, where) {
    const commands = name === "thread" ? [] : this.script.commands; // Slack takes none in threads
    const onSend = () => {
      conversation.isWriting = true;
    };
    return new Composer({ name, label, commands, where, onSend });
  }

  frame() {
    part("banner").textContent = t("banner");
    part("skip").textContent = t("skip");
    part("skip").addEventListener("click", (event) => {
      event.preventDefault();
      part("content").focus();
    });
    part("thread").setAttribute("aria-label", t("thread"));
    part("thread").append(
      h("div", { class: "row spread thread-head" }, h("h2", {}, t("thread")), h("button", {
        type: "button", class: "tool", id: "close-thread", onclick: () => this.closeThread(),
      }, t("close_thread"))),
      this.thread.node, this.answering.node);
    part("thread").addEventListener("keydown", (event) => event.key === "Escape" && !event.defaultPrevented && this.closeThread());
    this.live = new Live((state) => this.show(state), (isOpen) => (isOpen ? quiet() : notice(t("trouble_lost"))));
    document.addEventListener("visibilitychange", () => this.look());
    whenGone(() => this.look());
    this.look();
  }

  where() {
    return { me: this.state.me.id, channel: this.state.place };
  }

  closeThread() {
    goTo({ thread: "" });
    this.composer.text.focus();
  }

  look() {
    const { as, thread, at = as ? "" : this.script.home } = route(); // whoever has just come sees what is going on
    const wanted = as || this.script.first;
    if (at === this.script.home && (this.homeOf !== wanted)) {
      post("/act", { as: wanted, do: "home" }).then(well);
    }
    this.homeOf = at === this.script.home ? wanted : null;
    this.live.at({ as: wanted, place: at, thread, awake: document.visibilityState === "visible" });
  }

  show(state) {
    this.state = state;
    const isHome = state.place === this.script.home;
    showClock(state.clock);
    showPeople(state);
    this.showPlaces(state);
    part("content").lang = part("thread").lang = part("modal").lang = state.me.language;
    this.title.textContent = this.nameOf(state.places.find((one) => one.id === state.place));
    this.conversation.node.setAttribute("aria-label", this.title.textContent);
    if (isHome) this.showHome(state);
    else this.showConversation(state);
    this.showThread(state);
    this.modal.show(state.modal);
    this.isOpening = false;
    document.body.dataset.ready = `${state.me.id} ${state.place}`;
  }

  nameOf(place) {
    if (!place) return t("home");
    return place.kind === "im" ? t("messages") : `#${place.name}`;
  }

  showPlaces(state) {
    const home = { id: this.script.home, unread: 0 };
    const [dm, ...channels] = state.places;
    part("places").setAttribute("aria-label", t("places"));
    refill(part("places"), h("ul", {}, [home, dm, ...channels].map((place) => h("li", {}, h("button", {
      type: "button", class: "place", "aria-current": place.id === state.place ? "page" : undefined,
      "data-focus": `place-${place.id}`, onclick: () => goTo({ as: state.me.id, at: place.id, thread: "" }),
    }, this.nameOf(place.id === home.id ? null : place), unread(place.unread))))));
  }

  place(state, inThread) {
    return { me: state.me.id, everybody: () => this.state.everybody, again: () => this.show(this.state), inThread };
  }

  hold(...nodes) {
    const content = part("content");
    if (nodes.some((node, index) => content.children[index] !== node) || content.children.length !== nodes.length) {
      content.replaceChildren(...nodes);
    }
  }

  showConversation(state) {
    this.hold(this.title, this.conversation.node, this.composer.node);
    const key = `${state.me.id} ${state.place}`;
    this.composer.show(key);
    this.conversation.show(state.messages, this.place(state, false), key, this.isOpening);
  }

  showThread(state) {
    part("thread").hidden = !state.thread;
    part("house").classList.toggle("with-thread", Boolean(state.thread));
    if (!state.thread) return;
    const key = `${state.me.id} ${state.thread.ts}`;
    const isNew = key !== this.thread.key;
    this.answering.show(key);
    this.thread.show(state.thread.messages, this.place(state, true), key);
    if (isNew && !part("modal").open) this.answering.text.focus();
  }

  showHome(state) {
    this.hold(this.title, this.home);
    const said = JSON.stringify([state.me.id, state.home]);
    if (said === this.homeSaid) return;
    this.homeSaid = said;
    const view = state.home;
    const at = {
      everybody: () => this.state.everybody,
      input: (block) => h("p", { class: "faint" }, t("unknown_block", { name: block.label })),
      press: async (element, value) => {
        const wish = { as: state.me.id, do: "press", view: view.id, block: element.block, action: element.action };
        well(await post("/act", { ...wish, value }));
      },
    };
    refill(this.home, view ? blocks(view.blocks, at) : h("p", { class: "faint" }, t("no_home")));
  }
}

const script = await (await fetch("/script.json")).json();
learn(script.texts);
new Page(script);
