"""Nothing on a page moves by itself once it is drawn: cumulative layout shift, at both widths.

As the browser measures it (Layout Instability, `layout-shift` entries without recent input); what
is fetched when a page has just been opened (`hx-trigger="load"` without a delay) counts too.
"""

from typing import Any

import pytest
from playwright.sync_api import Error, Page

from tests.browser.looking import NARROW, WIDE
from tests.upgrades import conftest as upgrades
from tests.upgrades.api import conftest as programs
from tests.upgrades.conftest import World
from tests.upgrades.views.test_queries import every_page

pytestmark = pytest.mark.browser
world = upgrades.world
draft, proposed, scheduled = programs.draft, programs.proposed, programs.scheduled
running, asking, rows = programs.running, programs.asking, programs.rows
operator, approver = programs.operator, programs.approver
MOST = 0.001  # of the part that was seen; a line that moves by a pixel is more
# How a long page is drawn in pieces while it is parsed depends on how busy the machine is: what
# counts is what moves once it stands there whole.
WATCHING = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.shifts.push(shift);
}).observe({ type: "layout-shift", buffered: true });
window.frame = () => new Promise((done) => requestAnimationFrame(done));
window.whole = new Promise((done) => addEventListener("DOMContentLoaded", async () => {
  await frame(); await frame(); done(performance.now());
}));"""
# Two frames after everything that was asked for is there.
SETTLED = """async () => {
  const since = await window.whole;
  const loads = () => document.readyState !== "complete" || document.querySelector(".htmx-request");
  while (loads()) await frame();
  await frame(); await frame();
  const late = window.shifts.filter((shift) => shift.startTime > since);
  return late.reduce((sum, shift) => sum + shift.value, 0);
}"""
OK, INVALID = 200, 422
MOVING = """<body><main style="height: 500px; background: teal">below</main><script>
setTimeout(() => {
  const late = document.createElement("div"); late.style.height = "300px";
  document.body.prepend(late);
}, 200);</script>"""


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("who", ["agent", "approver"])
def test_no_page_moves_by_itself(
    who: str, width: int, world: World, rows: programs.Rows, page_at: Any
) -> None:
    paths = every_page(world, rows)
    page = page_at("/profile/", user=getattr(world, who), width=width)
    page.add_init_script(WATCHING)
    base = page.url.removesuffix("/profile/")

    moved = {}
    for path in paths:
        try:
            answer = page.goto(base + path)
        except Error as aborted:
            if "ERR_ABORTED" in aborted.message:  # a part that has nothing new
                continue
            raise
        if answer is not None and answer.status in (OK, INVALID):
            moved[path] = page.evaluate(SETTLED)

    assert len(moved) > 40
    assert {path: shift for path, shift in moved.items() if shift > MOST} == {}


def test_what_moves_is_noticed(page_at: Any) -> None:
    page: Page = page_at("/sign-in/")
    page.add_init_script(WATCHING)
    page.route("**/moving", lambda route: route.fulfill(body=MOVING, content_type="text/html"))

    page.goto(page.url.replace("/sign-in/", "/moving"))
    page.wait_for_timeout(500)

    assert page.evaluate(SETTLED) > 0.1
