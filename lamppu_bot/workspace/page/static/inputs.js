// The inputs of a form: what each looks like, what it holds, and the error beside it.

import { choice, chosenOf } from "./controls.js";
import { h } from "./dom.js";
import { words } from "./markup.js";
import { postFile } from "./net.js";
import { well } from "./notices.js";
import { t } from "./texts.js";

const TYPES = { email_text_input: "email", url_text_input: "url", datepicker: "date", timepicker: "time" };
const WIDE = new Set(["rich_text_input", "plain_text_input"]);

function line(said, facts) {
  const node = h("input", {
    ...facts, type: TYPES[said.type] ?? "text", value: said.value, placeholder: said.placeholder,
    inputmode: said.type === "number_input" ? (said.is_decimal_allowed ? "decimal" : "numeric") : undefined,
    autocomplete: "off",
  });
  return { node, read: () => node.value };
}

// The browser shows a day in its own way; in words nobody takes its month for the day.
function day(said, facts) {
  const words = h("span", { class: "faint" });
  const { node: input, read } = line(said, facts);
  const show = () => {
    const { lang } = document.getElementById("modal");
    const format = new Intl.DateTimeFormat(lang, { dateStyle: "full", timeZone: "UTC" });
    words.textContent = read() && format.format(new Date(read()));
  };
  input.addEventListener("input", show);
  show();
  return { node: h("div", { class: "row" }, input, words), read };
}

function area(said, facts) {
  const node = h("textarea", { ...facts, rows: said.type === "rich_text_input" ? 6 : 4, placeholder: said.placeholder });
  node.value = said.value ?? "";
  return { node, read: () => node.value };
}

function select(said, facts, place) {
  const isPeople = said.type === "users_select";
  const everybody = isPeople ? place.everybody() : [];
  const options = isPeople ? everybody.map((one) => one.name)
    : said.options.map((option) => words(option.text).map((node) => node.textContent).join(""));
  const chosen = isPeople ? everybody.findIndex((one) => one.id === said.value) : said.value[0] ?? -1;
  const option = (name, index) => h("option", { value: index, selected: index === chosen }, name);
  const node = h("select", facts,
    h("option", { value: "", selected: chosen < 0 }, said.placeholder ?? t("choose")), grouped(said, options, option));
  const read = () => {
    if (node.value === "") return isPeople ? null : [];
    return isPeople ? everybody[Number(node.value)].id : [Number(node.value)];
  };
  return { node, read };
}

function grouped(said, options, option) {
  if (!said.groups?.length) return options.map(option);
  let at = 0;
  return said.groups.map((group) => {
    const from = at;
    at += group.count;
    const own = options.slice(from, at).map((name, index) => option(name, from + index));
    return h("optgroup", { label: group.label }, own);
  });
}

function choices(said, facts, place) {
  const kind = said.type === "radio_buttons" ? "radio" : "checkbox";
  const isPeople = said.type === "multi_users_select";
  const everybody = isPeople ? place.everybody() : [];
  const entries = isPeople ? everybody.map((one) => ({ label: [one.name], on: (said.value ?? []).includes(one.id) }))
    : said.options.map((option, index) => ({
      label: words(option.text), on: said.value.includes(index),
      more: option.description && words(option.description),
    }));
  const node = h("div", { class: "choices" }, entries.map((entry, index) => choice({
    type: kind, name: facts.id, value: index, checked: entry.on, "data-focus": `${facts["data-focus"]}/${index}`,
    id: `${facts.id}-${index}`, "aria-describedby": facts["aria-describedby"],
  }, entry.label, entry.more)));
  const read = () => (isPeople ? chosenOf(node).map((index) => everybody[index].id) : chosenOf(node));
  return { node, read, isGroup: true };
}

function files(said, facts, place) {
  let chosen = [...(said.value ?? [])];
  const list = h("ul", { class: "chosen-files" });
  const input = h("input", {
    type: "file", hidden: true, multiple: (said.max_files ?? 10) > 1,
    accept: said.filetypes?.map((kind) => `.${kind}`).join(","),
    onchange: async () => {
      for (const file of [...input.files]) {
        const answer = await postFile("/attach", file, { as: place.me() });
        if (answer.id) chosen.push(answer);
        else well({ ok: false, trouble: "failed" });
      }
      input.value = "";
      show();
      place.changed(said);
    },
  });
  function show() {
    list.replaceChildren(...chosen.map((file) => h("li", {}, file.name, " ", h("button", {
      type: "button", class: "quiet",
      onclick: () => {
        chosen = chosen.filter((one) => one !== file);
        show();
        place.changed(said);
        button.focus();
      },
    }, t("detach", { name: file.name })))));
  }
  show();
  const named = `${facts.id}-label ${facts.id}`; // the label, then what the button says
  const button = h("button", {
    ...facts, type: "button", class: "button", "aria-required": null, "aria-labelledby": named, onclick: () => input.click(),
  }, t("choose_files"));
  return { node: h("div", {}, button, input, list), read: () => chosen.map((file) => file.id) };
}

const INPUTS = {
  rich_text_input: area, static_select: select, users_select: select, radio_buttons: choices, checkboxes: choices,
  multi_static_select: choices, multi_users_select: choices, file_input: files, datepicker: day,
};

// A labelled input with its hint and error; `place.changed` hears when its value was changed.
export function field(block, place) {
  const said = block.element;
  const id = `input-${said.block}-${said.action}`.replace(/[^\w-]/g, "_");
  const about = [`${id}-hint`, `${id}-error`];
  const facts = {
    id, "data-focus": `${said.block}/${said.action}`, "aria-describedby": about.join(" "),
    maxlength: WIDE.has(said.type) && said.max_length,
    "aria-required": block.optional ? undefined : "true",
  };
  const build = INPUTS[said.type] ?? (said.type === "plain_text_input" && said.multiline ? area : line);
  if (build === choices) delete facts["aria-required"];
  const { node, read, isGroup } = build(said, facts, place);
  const error = h("p", { class: "error", id: about[1] });
  const hint = [block.hint, said.type === "rich_text_input" ? t("list_hint") : ""].filter(Boolean).join(" ");
  const name = [block.label, block.optional && h("span", { class: "faint" }, ` (${t("optional")})`)];
  const whole = h(isGroup ? "fieldset" : "div", { class: "field" },
    isGroup ? h("legend", {}, name) : h("label", { for: id, id: `${id}-label` }, name),
    node, h("p", { class: "hint", id: about[0] }, hint), error);
  whole.addEventListener("change", (event) => event.target.type !== "file" && place.changed(said));
  const show = (text) => {
    error.replaceChildren(...(text ? [h("strong", {}, t("problem")), ` ${text}`] : []));
    for (const input of whole.querySelectorAll("input, textarea, select")) {
      if (text) input.setAttribute("aria-invalid", "true");
      else input.removeAttribute("aria-invalid");
    }
    whole.classList.toggle("wrong", Boolean(text));
  };
  show(block.error);
  const initial = JSON.stringify(read());
  return { node: whole, said, read, initial, show, first: () => whole.querySelector("[data-focus]") };
}
