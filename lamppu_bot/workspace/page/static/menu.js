// A menu behind a button: choosing does something at once, so it is no <select>, whose arrow keys would choose.

import { h } from "./dom.js";

let open = null;

function close(giveBack) {
  if (!open) return;
  open.list.remove();
  open.button.setAttribute("aria-expanded", "false");
  if (giveBack) open.button.focus();
  open = null;
}

addEventListener("pointerdown", (event) => {
  if (open && !open.button.parentElement.contains(event.target)) close(false);
});

function move(items, event) {
  const at = items.indexOf(document.activeElement);
  const places = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 };
  const key = event.key;
  if (key in places) items[(places[key] + items.length) % items.length].focus();
  else if (key === "Escape") close(true);
  else if (key === "Tab") return close(false);
  else if (key.length === 1 && key !== " ") typed(items, at, key);
  else return undefined;
  event.preventDefault();
  event.stopPropagation();
  return undefined;
}

function typed(items, at, letter) {
  const following = [...items.slice(at + 1), ...items.slice(0, at + 1)];
  const found = following.find((item) => item.textContent.trim().toLowerCase().startsWith(letter.toLowerCase()));
  found?.focus();
}

// `entries` are {label (nodes), group?, chosen?}; `onChoose` is given the number of the one chosen; `about` is the id of
// what describes the button.
export function menu({ name, label, entries, about, isChoice, onChoose, classes = "button menu-button" }) {
  const button = h("button", {
    type: "button", class: classes, "aria-haspopup": "menu", "aria-expanded": "false", "data-focus": name,
    "aria-describedby": about,
    onclick: () => (open && open.button === button ? close(true) : show()),
    onkeydown: (event) => {
      if (event.key !== "ArrowDown" || open) return;
      event.preventDefault();
      show();
    },
  }, label);
  const holder = h("span", { class: "menu-holder" }, button);

  function show() {
    close(false);
    const items = [];
    const list = h("div", { class: "menu", role: "menu", tabindex: "-1", "data-focus": name, onkeydown: (event) => move(items, event) });
    list.setAttribute("aria-label", button.textContent);
    entries.forEach((entry, index) => {
      if (entry.group) list.append(h("div", { class: "menu-group", role: "presentation" }, entry.group));
      const item = h("button", {
        type: "button", tabindex: "-1", role: isChoice ? "menuitemradio" : "menuitem",
        "aria-checked": isChoice ? String(Boolean(entry.chosen)) : undefined,
        onclick: () => {
          close(true);
          onChoose(index);
        },
      }, entry.label());
      items.push(item);
      list.append(item);
    });
    holder.append(list);
    open = { button, list };
    button.setAttribute("aria-expanded", "true");
    list.scrollIntoView({ block: "nearest" });
    (items.find((_, index) => entries[index].chosen) ?? items[0])?.focus();
  }
  return holder;
}
