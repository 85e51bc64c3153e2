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

setInterval(tick, 1000);
tick();
