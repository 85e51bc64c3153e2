"""What an appliance says when it will not."""


class Refused(Exception):
    """A button or call was understood and turned down; str() is the appliance's own sentence."""


class Unknown(Exception):
    """No such appliance, button, package or row."""
