// Charts as drawings, with the same figures as a table, for colours and lengths do not say everything to everybody.

import { h, svg } from "./dom.js";
import { t } from "./texts.js";

const WIDE = 560;
const NARROW = 320; // for a phone or a thread: its labels stay as large as they are
const HEIGHT = 260;
const LEFT = 44;
const BOTTOM = 64;
const TOP = 16;
const ROOM = 20; // how much of the width a bar wants, so that figures over them do not run into each other
const UNTILTED = 36; // how much lower a drawing is whose labels stand upright

function topOf(values) {
  const most = Math.max(1, ...values);
  const size = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((factor) => factor * size).find((step) => step >= most);
}

function axes(top, width) {
  const lines = [0, top / 2, top].filter((value, index) => index !== 1 || Number.isInteger(value) || top > 10);
  return lines.map((value) => {
    const y = place(value, top);
    return [
      svg("line", { class: "grid", x1: LEFT, x2: width, y1: y, y2: y }),
      svg("text", { class: "tick", x: LEFT - 8, y: y + 4, "text-anchor": "end" }, String(value)),
    ];
  });
}

const place = (value, top) => HEIGHT - BOTTOM - (Math.max(0, value) / top) * (HEIGHT - BOTTOM - TOP);

function isTilted(categories, width) {
  const step = (width - LEFT) / categories.length;
  return categories.length > 4 || Math.max(...categories.map((name) => name.length)) * 7 > step;
}

function labels(categories, width) {
  const step = (width - LEFT) / categories.length;
  const tilted = isTilted(categories, width);
  return categories.map((name, index) => {
    const x = LEFT + step * (index + 0.5);
    const y = HEIGHT - BOTTOM + 18;
    const turn = tilted ? { "text-anchor": "end", transform: `rotate(-28 ${x} ${y})` } : { "text-anchor": "middle" };
    return svg("text", { class: "tick", x, y, ...turn }, tilted && name.length > 18 ? `${name.slice(0, 17)}…` : name);
  });
}

function bars(said, top, width) {
  const step = (width - LEFT) / said.categories.length;
  const bar = Math.min(36, (step * 0.7) / said.series.length);
  const isFew = said.categories.length * said.series.length * ROOM <= width - LEFT;
  return said.series.map((series, number) =>
    series.values.map((value, index) => {
      const x = LEFT + step * (index + 0.5) + (number - said.series.length / 2) * bar;
      const y = place(value, top);
      return [
        svg("rect", { class: `hue-${number % 6}`, x, y, width: bar - 2, height: HEIGHT - BOTTOM - y, rx: 2 }),
        isFew && svg("text", { class: "figure", x: x + bar / 2 - 1, y: y - 4, "text-anchor": "middle" }, String(value)),
      ];
    }));
}

function lines(said, top, width) {
  const step = (width - LEFT) / said.categories.length;
  return said.series.map((series, number) => {
    const points = series.values.map((value, index) => `${LEFT + step * (index + 0.5)},${place(value, top)}`);
    const ends = [`${width - step / 2},${place(0, top)}`, `${LEFT + step / 2},${place(0, top)}`];
    const area = said.chart === "area"
      && svg("polygon", { class: `area hue-${number % 6}`, points: [...points, ...ends].join(" ") });
    return [area, svg("polyline", { class: `line hue-line-${number % 6}`, points: points.join(" ") })];
  });
}

function pie(segments, width) {
  const total = segments.reduce((sum, one) => sum + one.value, 0);
  const [x, y, radius] = [width / 2, HEIGHT / 2, HEIGHT / 2 - TOP];
  let angle = -Math.PI / 2;
  return segments.map((segment, number) => {
    const share = (segment.value / total) * Math.PI * 2;
    const from = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    angle += share;
    const to = [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    if (segments.length === 1) return svg("circle", { class: "hue-0", cx: x, cy: y, r: radius });
    const big = share > Math.PI ? 1 : 0;
    const d = `M${x},${y} L${from} A${radius},${radius} 0 ${big} 1 ${to} Z`;
    return svg("path", { class: `slice hue-${number % 6}`, d });
  });
}

function legend(names) {
  return h("ul", { class: "legend", "aria-hidden": "true" },
    names.map((name, number) => h("li", { class: `key-${number % 6}` }, name)));
}

const unfolded = new Set();

// What somebody has unfolded stays so when the drawing changes.
function figures(said, key) {
  const isPie = said.chart === "pie";
  const rows = isPie
    ? said.segments.map((one) => [one.label, one.value])
    : said.categories.map((name, index) => [name, ...said.series.map((one) => one.values[index])]);
  const heads = isPie ? [] : ["", ...said.series.map((one) => one.name)];
  const facts = {
    open: unfolded.has(key),
    ontoggle: (event) => (event.target.open ? unfolded.add(key) : unfolded.delete(key)),
  };
  return h("details", facts, h("summary", { "data-focus": `figures ${key}` }, t("figures")), h("table", {},
    h("caption", { class: "unseen" }, said.title),
    heads.length > 0 && h("thead", {}, h("tr", {}, heads.map((one, index) =>
      index === 0 ? h("td", {}) : h("th", { scope: "col" }, one)))),
    h("tbody", {}, rows.map(([name, ...values]) =>
      h("tr", {}, h("th", { scope: "row" }, name), values.map((value) => h("td", {}, String(value))))))));
}

function drawing(said, width, name) {
  const isPie = said.chart === "pie";
  const height = isPie || isTilted(said.categories, width) ? HEIGHT : HEIGHT - UNTILTED;
  const facts = { class: name, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" };
  if (isPie) return svg("svg", facts, pie(said.segments, width));
  const top = topOf(said.series.flatMap((one) => one.values));
  const shown = said.chart === "bar" ? bars(said, top, width) : lines(said, top, width);
  return svg("svg", facts, axes(top, width), shown, labels(said.categories, width));
}

export function chart(said, place) {
  const isPie = said.chart === "pie";
  const names = isPie ? said.segments.map((one) => `${one.label}: ${one.value}`) : said.series.map((one) => one.name);
  return h("figure", { class: "chart" },
    h("figcaption", {}, said.title),
    (said.x_label || said.y_label) && h("p", { class: "faint" }, [said.y_label, said.x_label].filter(Boolean).join(" · ")),
    drawing(said, WIDE, "wide"),
    drawing(said, NARROW, "narrow"),
    legend(names),
    figures(said, `${place.key ?? ""}${said.title}`));
}
