"""How a page is looked at: every width and theme, by axe, for what sticks out; and pictures.

axe reads everything once, in English. A theme changes colours, so these are read in each; a width
or another language changes sizes and names, so these are read where there is least room. Whether
anything sticks out is asked everywhere.
`SCREENSHOTS=1` (`make screenshots`) leaves nothing out, and keeps a picture of each look in
var/screenshots.
"""

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests import pseudo, unsaid

HEIGHT, WIDE, NARROW = 900, 1280, 390
WIDTHS = (WIDE, NARROW)
THEMES = ("light", "dark")
LANGUAGES = ("en", "fr", "tr")
PICTURES = Path(__file__).resolve().parents[2] / "var" / "screenshots"
RULES = {
    "runOnly": [
        "wcag2a",
        "wcag2aa",
        "wcag21a",
        "wcag21aa",
        "wcag22aa",
        "best-practice",
    ],
    "resultTypes": ["violations"],
}
COLOURS = {**RULES, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
# What may differ with the room that words take, and with the words themselves.
ROOM = {
    **RULES,
    "runOnly": {
        "type": "rule",
        "values": [
            "aria-command-name", "aria-input-field-name", "aria-progressbar-name",
            "aria-toggle-field-name", "button-name", "document-title", "empty-heading",
            "empty-table-header", "html-has-lang", "html-lang-valid", "image-alt",
            "input-button-name", "label", "landmark-unique", "link-name",
            "scrollable-region-focusable", "select-name", "summary-name", "svg-img-alt",
            "target-size", "valid-lang",
        ],
    },
}  # fmt: skip
# What tests type and name, and rows keep under other names.
INVENTED = (
    "meridian", "marmara", "Telephone", "Year-end stocktaking", "Gebze warehouse, second floor",
    "cluster, cluster-with-failover, pair, single", "shape",
)  # fmt: skip
PAINTED = "en"  # the language in which colours are read


def look(page: Page, name: str, *, language: str = "en") -> None:
    """Look at an open page at each width and theme. Raises AssertionError with what is wrong."""
    wrong: list[str] = []
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong += [f"{width}: {place}" for place in sticking_out(page)]
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            if rules := rules_for(theme, width, language):
                wrong += [f"{width} {theme}: {found}" for found in violations(page, rules)]
            keep_picture(page, f"{name}.{language}.{theme}.{width}")
    assert wrong == [], f"{language}: " + "\n".join(wrong)


def look_everywhere(
    page_at: Callable[..., Page], path: str, name: str, *, user: Any = None,
    act: Callable[[Page], None] | None = None, words: Iterable[str] = (),
) -> None:  # fmt: skip
    """Open a page in each language, do something on it, and look at it in every look; then in the
    language of tests. `words`: what is English on it in every language."""
    for language in LANGUAGES:
        page = page_at(path, user=user, language=language)
        if act is not None:
            act(page)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        look(page, name, language=language)
        page.context.close()  # and the thread that serves it, with its connections
    with pytest.MonkeyPatch.context() as patch:
        pseudo.speak(patch)
        page = page_at(path, user=user, language=pseudo.LANGUAGE)
        if act is not None:
            act(page)
        look_at_words(page, name, words)
        page.context.close()


def look_at_words(page: Page, name: str, words: Iterable[str] = ()) -> None:
    """With words two fifths longer (tests/pseudo.py): nothing sticks out, is cut, or was never
    looked up."""
    wrong = unsaid.Known({*unsaid.data(), *INVENTED, *words}).unsaid(page.content())
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": HEIGHT})
        wrong += [f"{width}: {place}" for place in (*sticking_out(page), *cut(page))]
        keep_picture(page, f"{name}.pseudo.light.{width}")
    assert wrong == [], "in the language of tests: " + "\n".join(wrong)


def rules_for(theme: str, width: int, language: str) -> dict[str, object] | None:
    """What axe reads in this look; None: nothing that it has not read in another."""
    if os.environ.get("SCREENSHOTS"):
        return RULES
    if language != PAINTED:
        return ROOM if (theme, width) == ("light", NARROW) else None
    if theme == "dark":
        return COLOURS if width == WIDE else None
    return RULES if width == WIDE else ROOM


def violations(page: Page, rules: dict[str, object] = RULES) -> list[str]:
    """What axe-core finds against WCAG 2.2 A and AA and its own best practice."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    found = page.evaluate("(rules) => axe.run(rules)", rules)["violations"]
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found
        for node in rule["nodes"]
    ]


def sticking_out(page: Page) -> list[str]:
    """A page that scrolls sideways, and the elements that make it do so."""
    return page.evaluate(
        """() => {
            const wide = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= wide) return [];
            return [...document.querySelectorAll("main *, header *, footer *, aside *")]
                .filter((part) => part.getBoundingClientRect().right > wide + 1
                    && !part.closest(".scroll, .unseen"))
                .slice(0, 8)
                .map((part) => `${part.tagName}.${part.getAttribute("class") || ""} `
                    + `${(part.textContent || "").trim().slice(0, 40)}`);
        }"""
    )


def cut(page: Page) -> list[str]:
    """Elements whose own words need more room than the element has: they lie over what stands
    beside, or are not seen. Where an ellipsis says so, and where it scrolls, is meant."""
    return page.evaluate(
        """() => {
            const skipped = "option, optgroup, select, textarea, input, svg *, .unseen, .unseen *";
            const clipped = (part) => part && getComputedStyle(part).clipPath !== "none";
            const hidden = (part) => !part.checkVisibility({visibilityProperty: true})
                || clipped(part.closest("thead"));
            return [...document.querySelectorAll("main *, header *, footer *, aside *")]
                .filter((part) => {
                    const own = [...part.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
                    if (!own || part.matches(skipped) || hidden(part)) return false;
                    const style = getComputedStyle(part);
                    if (style.display === "inline") return false;
                    if (style.textOverflow === "ellipsis") return false;
                    if (["auto", "scroll"].includes(style.overflowX)) return false;
                    const low = style.overflowY !== "visible"
                        && part.scrollHeight > part.clientHeight + 1;
                    return part.scrollWidth > part.clientWidth + 1 || low;
                })
                .slice(0, 8)
                .map((part) => `${part.tagName}.${part.getAttribute("class") || ""} cut: `
                    + `${(part.textContent || "").trim().slice(0, 60)}`);
        }"""
    )


def keep_picture(page: Page, name: str) -> None:
    if os.environ.get("SCREENSHOTS"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
