"""A browser of a few lines: follows redirects, keeps cookies, finds the form of a button."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest


@dataclass
class Form:
    method: str
    action: str
    fields: dict[str, str] = field(default_factory=dict)
    label: str = ""
    disabled: bool = False


class Forms(HTMLParser):
    """Every form of a page with its hidden fields, values and the words on its button."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.on_button = False

    def handle_starttag(self, tag, attrs):
        has = dict(attrs)
        if tag == "a":
            self.links.append(has["href"])
        elif tag == "form":
            self.forms.append(Form(has.get("method", "get"), has["action"]))
        elif tag == "input" and has.get("type") != "checkbox" and self.forms:
            self.forms[-1].fields[has["name"]] = has.get("value", "")
        elif tag == "button":
            self.on_button, self.forms[-1].disabled = True, "disabled" in has

    def handle_endtag(self, tag):
        self.on_button = self.on_button and tag != "button"

    def handle_data(self, data):
        if self.on_button:
            self.forms[-1].label += data


class Browser:
    """Reaches one appliance as a person does: at the simulator's address, under /at/<host>."""

    def __init__(self, appliance, host: str = "127.0.0.1"):
        self.appliance, self.host, self.cookies = appliance, host, {}
        self.prefix = f"/at/{appliance.host}"

    def go(self, path: str, method: str = "GET", **more):
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        answer = self.appliance.call(path, method, host=self.host, headers=headers, **more)
        if cookie := answer.headers.get("Set-Cookie"):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status == 303:
            return self.go(answer.headers["Location"])
        self.page = answer
        return answer

    def open(self, path: str):
        return self.go(self.prefix + path)

    def forms(self) -> list[Form]:
        parser = Forms()
        parser.feed(self.page.text)
        return parser.forms

    def links(self) -> list[str]:
        parser = Forms()
        parser.feed(self.page.text)
        return parser.links

    def press(self, label: str, number: int = 0, **fields: str):
        form = [one for one in self.forms() if one.label == label][number]
        assert not form.disabled, f"{label} is greyed out"
        sent = form.fields | fields
        if form.method == "get":
            return self.go(f"{form.action}?{urlencode(sent)}")
        return self.go(form.action, "POST", form=sent)

    def sign_in(self, area: str) -> "Browser":
        self.open(area)
        self.press("Sign in", username="admin", password="password")
        return self


@pytest.fixture
def browse():
    return Browser
