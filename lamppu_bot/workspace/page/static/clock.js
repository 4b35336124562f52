// The calendar: what comes next, the ways to move on, and who got what when it moved.

import { h, refill } from "./dom.js";
import { post } from "./net.js";
import { well } from "./notices.js";
import { goTo } from "./route.js";
import { t } from "./texts.js";

const box = document.getElementById("clock");

let said = "";
let putAway = "";
let latest = null;

const happens = (step) => (step.happens.length ? step.happens : [t("nothing_happens")]);

function coming(step) {
  if (!step.moment) return h("p", { class: "coming" }, t("nothing_next"));
  return h("p", { class: "coming" }, h("strong", {}, `${t("next_is")}: `), happens(step)[0]);
}

// What lies on the way of a longer step, while one looks at its button.
function onTheWay(step) {
  return h("div", { class: "way" },
    h("strong", {}, t("until", { moment: step.moment })), h("ul", {}, happens(step).map((line) => h("li", {}, line))));
}

function look(step) {
  box.querySelector(".way")?.remove();
  if (step && step.key !== "next") box.querySelector(".clock-row").append(onTheWay(step));
}

async function move(key) {
  well(await post("/move", { key }));
}

function step(one, isMoving) {
  const off = isMoving || !one.moment;
  const until = one.key === "next" ? "" : `${t("until", { moment: one.moment })} `;
  const about = one.moment ? until + happens(one).join(". ") : t("nothing_next");
  const button = h("button", {
    type: "button", class: one.key === "next" ? "button primary" : "button", "data-focus": `step-${one.key}`,
    "aria-disabled": off ? "true" : undefined, "aria-describedby": `about-${one.key}`,
    onclick: () => !off && move(one.key),
    onkeyup: (event) => event.key === "Tab" && one.moment && look(one),
    onpointerenter: (event) => event.pointerType === "mouse" && one.moment && look(one),
    onpointerleave: () => look(null), onblur: () => look(null),
    onkeydown: (event) => event.key === "Escape" && look(null),
  }, t(`step_${one.key}`));
  return h("span", { class: "step" }, button, h("span", { hidden: true, id: `about-${one.key}` }, about));
}

function moments(clock) {
  return clock.moved.map((one) => h("li", {},
    h("p", { class: "moment" }, h("strong", {}, one.moment), one.what && ` · ${one.what}`),
    one.news.length === 0 && h("p", { class: "faint" }, t("no_news")),
    h("ul", {}, one.news.map((news) => h("li", {}, h("span", {}, news.text), " ", h("button", {
      type: "button", class: "tool", "aria-label": t("show_news", { text: news.text }),
      onclick: () => goTo({ as: news.person, at: news.place, thread: news.thread }),
    }, t("show")))))));
}

function news(clock) {
  const key = JSON.stringify(clock.moved);
  if (!clock.moved.length || key === putAway) return null;
  return h("section", { class: "news", "aria-label": t("moved"), tabindex: "0" },
    h("div", { class: "row spread" }, h("h2", {}, t("moved")), h("button", {
      type: "button", class: "tool", "data-focus": "hide-news",
      onclick: () => {
        putAway = key;
        said = "";
        showClock(latest);
      },
    }, t("hide"))),
    h("ol", {}, moments(clock)));
}

export function showClock(clock) {
  latest = clock;
  const now = JSON.stringify(clock);
  if (now === said) return;
  said = now;
  box.setAttribute("aria-label", t("clock"));
  box.setAttribute("aria-busy", String(clock.moving));
  refill(box,
    h("div", { class: "clock-row" },
      h("p", { class: "now", role: "status" }, clock.moving ? t("moving") : clock.now),
      h("div", { class: "steps" }, clock.steps.map((one) => step(one, clock.moving)))),
    coming(clock.steps[0]),
    news(clock));
}
