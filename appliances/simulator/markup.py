"""Building XML by hand: elements as text."""

from html import escape

BOMGAR = "http://www.bomgar.com/namespaces/API/command"
BEYONDTRUST = "https://www.beyondtrust.com/namespaces/API/command"


def element(name: str, /, *children: str, **attributes: object) -> str:
    """Children are elements already made; use `text` for what must be escaped."""
    head = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{head}>{''.join(children)}</{name}>" if children else f"<{name}{head}/>"


def text(name: str, value: object, /, **attributes: object) -> str:
    head = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{head}>{escape(str(value), quote=False)}</{name}>"


def rooted(root: str, namespace: str) -> str:
    """The same element with the namespace on its root."""
    name = root[1:].split(" ")[0].split(">")[0].rstrip("/")
    return f'<{name} xmlns="{namespace}"' + root[1 + len(name) :]
