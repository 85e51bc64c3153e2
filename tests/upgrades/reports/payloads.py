"""What a customer's text might try: a hundred ways to fetch, read, embed or run something."""

WAYS = (
    '<img src="{0}">',
    '<img srcset="{0} 2x">',
    '<link rel="stylesheet" href="{0}">',
    '<link rel="attachment" href="{0}">',
    '<a rel="attachment" href="{0}">x</a>',
    '<style>@import url("{0}");</style>',
    '<style>@font-face {{ font-family: y; src: url("{0}") }} * {{ font-family: y }}</style>',
    '<p style="background: url({0})">x</p>',
    '<p style="content: url({0}); list-style-image: url({0})">x</p>',
    '<object data="{0}"></object>',
    '<embed src="{0}">',
    '<iframe src="{0}"></iframe>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{0}" width="9" height="9"/></svg>',
    '<svg xmlns:x="http://www.w3.org/1999/xlink"><use x:href="{0}#a"/></svg>',
    '<svg><style>@import url("{0}");</style></svg>',
    '<meta http-equiv="refresh" content="0; url={0}">',
    '<base href="{0}"><img src="a.png">',
    '<script src="{0}"></script>',
    '<video poster="{0}" src="{0}"></video>',
    '<input type="image" src="{0}">',
    '"><img src={0}>',
    "'><img src={0}>",
    "</title></style></script><img src={0}>",
    "<!--><img src={0}>-->",
    "<![CDATA[<img src={0}>]]>",
)
PLACES = ("{web}/a", "file://{file}", "{file}", "FILE:{file}")


def payloads(web: str, file: str) -> list[str]:
    """Each way at each place; `web` is where a listener waits, `file` what nobody may read."""
    places = [place.format(web=web, file=file) for place in PLACES]
    return [way.format(place) for way in WAYS for place in places]
