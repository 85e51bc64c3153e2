// What the pages do beyond htmx: waits count down between two refreshes, and a menu closes.
// Everything works without this file; it holds no state and sends nothing.

const pad = (number) => String(number).padStart(2, "0");
const began = new WeakMap();

// data-left: seconds on the portal's clock; data-rate: how fast that clock runs.
function tick() {
  for (const clock of document.querySelectorAll(".clock[data-left]")) {
    if (!began.has(clock)) began.set(clock, performance.now());
    const passed = ((performance.now() - began.get(clock)) / 1000) * Number(clock.dataset.rate || 1);
    const left = Math.max(Math.floor(Number(clock.dataset.left) - passed), 0);
    clock.textContent = `${Math.floor(left / 3600)}:${pad(Math.floor(left / 60) % 60)}:${pad(left % 60)}`;
  }
}

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("details.menu[open]");
  if (event.key === "Escape" && menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

// What asks for a reason unfolds in its place; here it becomes a dialog, which Escape closes and which
// gives the focus back. A dialog that is refreshed away under somebody's hands would lose their words, so
// nothing is asked for anew meanwhile.
document.addEventListener("toggle", (event) => {
  const dialog = event.target.matches("details.ask[open]") && event.target.querySelector("dialog");
  if (!dialog) return;
  dialog.removeAttribute("open");
  dialog.querySelector("[data-close]").hidden = false;
  dialog.showModal();
  dialog.querySelector("textarea, input:not([type=hidden])")?.focus();
  dialog.addEventListener("close", () => {
    dialog.parentElement.open = false;
    dialog.setAttribute("open", "");
  }, { once: true });
}, true);

document.addEventListener("click", (event) => {
  if (event.target.matches("[data-close]")) event.target.closest("dialog").close();
});

document.addEventListener("htmx:before:request", (event) => {
  if (document.querySelector("dialog:modal")) event.preventDefault();
});

// The calendar's keys: letters press the link that carries them, arrows go from day to day and from
// line to line. Never while somebody types; the page can switch the letters off.
const WRITES = "input, select, textarea, [contenteditable]";
const seen = (part) => part && part.offsetParent !== null;

function lettered(key, agenda) {
  if (!("keys" in agenda.dataset)) return false;
  if (key === "/") {
    const field = document.querySelector(".filters :is(input[type=search], select)");
    field?.focus();
    return Boolean(field);
  }
  const link = document.querySelector(`a[data-key="${CSS.escape(key)}"]`);
  link?.click();
  return Boolean(link);
}

function stepped(key, from) {
  const cell = from.closest(".month td");
  const away = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 }[key];
  const days = [...document.querySelectorAll(".month td")].filter(seen);
  const beside = (list, part, by) => list[list.indexOf(part) + by];
  if (!cell) {
    if (key === "ArrowLeft" || key === "ArrowRight") return null;
    const lines = [...document.querySelectorAll(".agenda :is(a.dn, .tl .lab a, a.row)")].filter(seen);
    return beside(lines, from, away);
  }
  if (key === "ArrowLeft" || key === "ArrowRight") return beside(days, cell, away)?.querySelector("a");
  const links = [...cell.querySelectorAll("a")];
  const next = beside(links, from, away);
  if (next) return next;
  const row = beside([...document.querySelectorAll(".month tbody tr")], cell.parentElement, away);
  const other = [...(row?.cells[cell.cellIndex]?.querySelectorAll("a") ?? [])];
  return away < 0 ? other.at(-1) : other[0];
}

document.addEventListener("keydown", (event) => {
  const agenda = document.querySelector(".agenda");
  const writes = event.target.closest?.(WRITES);
  if (!agenda || writes || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key.length === 1) {
    if (lettered(event.key, agenda)) event.preventDefault();
  } else if (event.key.startsWith("Arrow") && agenda.contains(event.target)) {
    const next = stepped(event.key, event.target);
    if (seen(next)) {
      event.preventDefault();
      next.focus();
    }
  }
});

// Control or Command with K goes to the box of the bar. No letter alone: WCAG 2.1.4 wants a switch for those.
document.addEventListener("keydown", (event) => {
  const box = [...document.querySelectorAll("[data-find]")].find(seen);
  if (!box || event.key.toLowerCase() !== "k" || event.ctrlKey === event.metaKey) return;
  if (event.altKey || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  box.focus();
});

// A page that asks for news by itself says so when none has come for a while.
const LATE = 45;
const news = new Map();

function wane() {
  for (const part of document.querySelectorAll("[data-news]")) {
    const known = news.get(part.id);
    if (known?.said !== part.dataset.news) news.set(part.id, { said: part.dataset.news, came: performance.now() });
    const old = (performance.now() - news.get(part.id).came) / 1000 > LATE;
    part.querySelector("[data-stale]").hidden = !old;
  }
}

setInterval(tick, 1000);
setInterval(wane, 1000);
tick();
