// Buttons, menus and choices outside forms' inputs: each press is told to the bot at once.

import { h } from "./dom.js";
import { words } from "./markup.js";
import { menu } from "./menu.js";
import { ask } from "./question.js";
import { t } from "./texts.js";

const nameOf = (said) => `${said.block}/${said.action}`;

// Asks where the element wants it, then has it pressed; meanwhile the node is marked as busy and takes no second press.
async function press(said, place, value, node) {
  if (node.getAttribute("aria-busy") === "true") return;
  if (said.confirm && !(await ask(said.confirm))) return;
  node.setAttribute("aria-busy", "true");
  if (said.url) open(said.url, "_blank", "noopener,noreferrer");
  await place.press(said, value);
  node.removeAttribute("aria-busy");
}

function button(said, place) {
  const look = said.style ? `button ${said.style}` : "button";
  const node = h("button", {
    type: "button", class: look, "data-focus": nameOf(said), "aria-label": said.accessibility_label,
    onclick: () => press(said, place, undefined, node),
  }, said.text);
  return node;
}

function groupedEntries(said) {
  const starts = new Map();
  let at = 0;
  for (const group of said.groups) {
    starts.set(at, group.label);
    at += group.count;
  }
  return said.options.map((option, index) => ({
    label: () => [...words(option.text), option.description && h("small", {}, words(option.description))],
    group: starts.get(index),
    chosen: (said.value ?? []).includes(index),
  }));
}

function select(said, place, about) {
  const entries = groupedEntries(said);
  const chosen = entries.find((entry) => entry.chosen);
  const label = chosen ? chosen.label() : [said.placeholder ?? t("choose")];
  const holder = menu({
    name: nameOf(said), label, entries, about, isChoice: true,
    onChoose: (index) => press(said, place, [index], holder),
  });
  return holder;
}

function overflow(said, place, about) {
  const entries = groupedEntries(said);
  const label = [h("span", { "aria-hidden": "true" }, "⋯"), h("span", { class: "unseen" }, t("more"))];
  const holder = menu({
    name: nameOf(said), label, entries, about, isChoice: false, classes: "button",
    onChoose: (index) => press(said, place, [index], holder),
  });
  return holder;
}

function people(said, place) {
  const everybody = place.everybody();
  const entries = everybody.map((one) => ({ label: () => [one.name], chosen: one.id === said.value }));
  const label = [everybody.find((one) => one.id === said.value)?.name ?? said.placeholder ?? t("choose")];
  const holder = menu({
    name: nameOf(said), label, entries, isChoice: true,
    onChoose: (index) => press(said, place, everybody[index].id, holder),
  });
  return holder;
}

// One of several; a description below it is read out after its name.
export function choice(facts, label, more) {
  const about = more && `${facts.id}-about`;
  const read = [about, facts["aria-describedby"]].filter(Boolean).join(" ") || undefined;
  return h("div", { class: "choice" },
    h("label", {}, h("input", { ...facts, "aria-describedby": read }), h("span", {}, label)),
    more && h("small", { id: about }, more));
}

function choices(said, place) {
  const kind = said.type === "radio_buttons" ? "radio" : "checkbox";
  const group = h("div", { class: "choices", role: kind === "radio" ? "radiogroup" : "group", "aria-label": t("choose") },
    said.options.map((option, index) => choice({
      type: kind, name: nameOf(said), value: index, checked: said.value.includes(index),
      id: `${place.key ?? ""}${nameOf(said)}/${index}`, "data-focus": `${nameOf(said)}/${index}`,
      onchange: () => press(said, place, chosenOf(group), group),
    }, words(option.text), option.description && words(option.description))));
  return group;
}

export const chosenOf = (group) =>
  [...group.querySelectorAll("input:checked")].map((input) => Number(input.value));

// A day counts when it has been left or Enter was pressed, not with every key.
function day(said, place) {
  let last = said.value ?? "";
  const commit = () => {
    if (node.value === last || !node.value) return;
    last = node.value;
    press(said, place, node.value, node);
  };
  const node = h("input", {
    type: said.type === "timepicker" ? "time" : "date", value: last, "data-focus": nameOf(said),
    "aria-label": said.placeholder ?? t("choose"), onblur: commit,
    onkeydown: (event) => event.key === "Enter" && commit(),
  });
  return node;
}

const CONTROLS = {
  button, overflow, static_select: select, users_select: people, radio_buttons: choices, checkboxes: choices,
  multi_static_select: choices, datepicker: day, timepicker: day,
  image: (said) => h("span", { class: "picture" }, t("image", { alt: said.alt })),
};

// `about` is the id of the text that it stands beside.
export function control(said, place, about) {
  const build = CONTROLS[said.type];
  return build ? build(said, place, about) : h("p", { class: "faint" }, t("unknown_block", { name: said.type }));
}
