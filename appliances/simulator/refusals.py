"""What an appliance says when it will not."""


class Refused(Exception):
    """A button or call was understood and turned down; str() is the appliance's own sentence."""

    code = "refused"


class AlreadySo(Refused):
    """What was asked for is so already: nothing is left to be done."""

    code = "already-so"


class Unknown(Exception):
    """No such appliance, button, package or row."""
