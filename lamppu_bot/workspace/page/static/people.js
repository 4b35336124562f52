// Whom one acts as: everybody in the project, with what they have not read yet.

import { h, hidden, refill } from "./dom.js";
import { avatar } from "./messages.js";
import { goTo } from "./route.js";
import { t } from "./texts.js";

const nav = document.getElementById("people");

export function unread(count) {
  if (!count) return null;
  return h("span", { class: "unread" }, h("span", { "aria-hidden": "true" }, String(count)), hidden(t("unread", { count })));
}

function person(one, me, choose) {
  return h("li", {}, h("button", {
    type: "button", class: "person", "aria-current": one.id === me ? "true" : undefined, "data-focus": `person-${one.id}`,
    onclick: () => choose(one.id),
  },
  avatar(one.name, false),
  h("span", { class: "person-name" }, h("strong", {}, one.name), h("small", {}, one.about)),
  unread(one.unread)));
}

let isOpen = false;

export function showPeople(state) {
  const me = state.people.find((one) => one.id === state.me.id);
  const others = state.people.reduce((sum, one) => sum + (one.id === me.id ? 0 : one.unread), 0);
  const choose = (id) => {
    isOpen = false;
    goTo({ as: id, at: "", thread: "" });
    showPeople(state);
  };
  const toggle = h("button", {
    type: "button", class: "people-toggle", "aria-expanded": String(isOpen), "aria-controls": "people-list",
    "data-focus": "people-toggle",
    onclick: () => {
      isOpen = !isOpen;
      showPeople(state);
    },
  }, h("span", {}, t("acting", { name: me.name })), unread(others));
  nav.setAttribute("aria-label", t("people"));
  nav.classList.toggle("open", isOpen);
  const list = h("ul", { id: "people-list" }, state.people.map((one) => person(one, me.id, choose)));
  refill(nav, toggle, h("h2", { class: "people-title" }, t("people")), list);
}
