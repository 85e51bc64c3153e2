"""The rules of every plan in the reader's words: a sentence each."""

from django.utils.translation import gettext_noop

SENTENCES = {
    1: gettext_noop("Every package’s prerequisites hold when it is installed"),
    2: gettext_noop("Base stands right before its product, with only a backup between"),
    3: gettext_noop("At least 24 h between the product packages of two releases"),
    4: gettext_noop("A fresh backup, and certificates exported, before the first change"),
    5: gettext_noop("Never both appliances of a pair in one window; joined again at the end"),
    6: gettext_noop("A is untouched until B serves and is confirmed"),
    7: gettext_noop("Half of the traffic nodes accept connections at any time"),
    8: gettext_noop("Integration clients and installers are looked after"),
    9: gettext_noop("A failure in a base update halts everything"),
    10: gettext_noop("Old hardware leaves only after the new one is confirmed"),
    11: gettext_noop("It ends on the target, and in the shape it began"),
    12: gettext_noop("Nothing of the guide’s page is left out unsaid"),
    13: gettext_noop("Whatever cuts users off lies in a booked window"),
    14: gettext_noop("No window ends, and no long wait begins, while the site is down"),
    15: gettext_noop("Every product update is verified in its own window"),
    16: gettext_noop("The data is synchronised right before failover is broken"),
}
