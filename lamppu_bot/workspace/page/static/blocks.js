// Every kind of block, as nodes. `place` knows what becomes of a press, and builds the inputs of a form.

import { chart } from "./chart.js";
import { control } from "./controls.js";
import { h } from "./dom.js";
import { parts, words } from "./markup.js";
import { t } from "./texts.js";

let described = 0;

// A menu beside a text is told from the next one by what stands there in bold, or by all of it.
function section(said, place) {
  const text = h("div", { class: "section-text text" },
    said.text && parts(said.text),
    said.fields && h("div", { class: "fields" }, said.fields.map((field) => h("div", {}, parts(field)))));
  if (!said.accessory) return h("div", { class: "section" }, text);
  const about = text.querySelector("strong") ?? text;
  described += 1;
  about.id = `about-${described}`;
  return h("div", { class: "section" }, text, h("div", { class: "accessory" }, control(said.accessory, place, about.id)));
}

function context(said) {
  return h("div", { class: "context text" }, said.elements.map((one) =>
    one.text ? h("div", {}, parts(one.text)) : h("span", { class: "picture" }, t("image", { alt: one.alt }))));
}

function table(said) {
  const name = said.caption || t("table");
  const [head, ...rest] = said.has_head ? said.rows : [null, ...said.rows];
  const cell = (one, tag, attributes) => h(tag, { class: one.number && "number", ...attributes }, words(one.text));
  return h("div", { class: "table", role: "region", "aria-label": name, tabindex: "0", "data-focus": `table ${name}` },
    h("table", {},
      said.caption && h("caption", {}, h("span", {}, said.caption)),
      head && h("thead", {}, h("tr", {}, head.map((one) => cell(one, "th", { scope: "col" })))),
      h("tbody", {}, rest.map((row) => h("tr", {}, row.map((one, index) =>
        index === said.row_head && said.has_head ? cell(one, "th", { scope: "row" }) : cell(one, "td")))))));
}

const BLOCKS = {
  header: (said) => h("h2", { class: "header" }, words(said.text)),
  section,
  context,
  actions: (said, place) => h("div", { class: "actions" }, said.elements.map((one) => control(one, place))),
  input: (said, place) => place.input(said),
  rich_text: (said) => h("div", { class: "text rich" }, parts(said.text)),
  markdown: (said) => h("div", { class: "text rich" }, parts(said.text)),
  divider: () => h("hr", {}),
  image: (said) => h("p", { class: "picture" }, t("image", { alt: said.alt }), said.title && ` – ${said.title}`),
  alert: (said) => h("div", { class: `alert text ${said.level}` }, parts(said.text)),
  table,
  data_table: table,
  data_visualization: chart,
  unknown: (said) => h("p", { class: "faint" }, t("unknown_block", { name: said.name })),
};

export const blocks = (said, place) => said.map((block) => BLOCKS[block.type](block, place));
