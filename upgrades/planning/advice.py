"""Which method a pair should take, and why (G-PAIR-1, G-PAIR-2; G-PREP-13).

Values in, values out.
"""

from dataclasses import dataclass

from upgrades.planning.vocabulary import Sentence, _

SAVES_LITTLE = 30  # minutes at worst: less than that is not worth a failover


@dataclass(frozen=True)
class Offer:
    """What one method comes to on this very site. `fits`: it can be planned and has its windows.

    `downtime` is expected and worst, in minutes; `network` the changes that network people make;
    `down_on` names the appliances on which a failed base update leaves the site down.
    """

    name: str
    fits: bool
    downtime: tuple[int, int] = (0, 0)
    unserved: int = 0
    network: int = 0
    moves: bool = False
    down_on: tuple[str, ...] = ()


@dataclass(frozen=True)
class Advice:
    name: str
    reasons: tuple[Sentence, ...]


def advise(offers: list[Offer]) -> Advice | None:
    """The method to be recommended; None where there is nothing to choose between.

    A method that moves production saves downtime and costs a failover: it is worth that unless it
    saves little and nothing is at risk. One that leaves people without clients is never the advice.
    """
    offers = [offer for offer in offers if not offer.unserved]
    moving = next((offer for offer in offers if offer.moves), None)
    staying = next((offer for offer in offers if not offer.moves), None)
    if moving is None or staying is None or not (moving.fits or staying.fits):
        return None
    if not moving.fits:
        return Advice(staying.name, (Sentence(_("The other method does not fit this site now.")),))
    if not staying.fits:
        return Advice(moving.name, (Sentence(_("The other method does not fit this site now.")),))
    if staying.downtime[1] - moving.downtime[1] < SAVES_LITTLE and not staying.down_on:
        return Advice(staying.name, (*_stay(staying, moving), _little(staying, moving)))
    return Advice(moving.name, tuple(_move(staying, moving)))


def _stay(staying: Offer, moving: Offer) -> list[Sentence]:
    reasons = [Sentence(_("No failover is made: the roles stay as they are."))]
    if moving.network:
        reasons.append(Sentence(_("Nobody has to change the network.")))
    return reasons


def _little(staying: Offer, moving: Offer) -> Sentence:
    saved = max(0, staying.downtime[1] - moving.downtime[1])
    return Sentence(
        _("The other method would save users only %(minutes)s minutes at worst."),
        {"minutes": saved},
    )


def _move(staying: Offer, moving: Offer) -> list[Sentence]:
    reasons = []
    if moving.downtime[1] < staying.downtime[1]:
        reasons.append(
            Sentence(
                _("Users are away for %(less)s minutes at worst instead of %(more)s."),
                {"less": moving.downtime[1], "more": staying.downtime[1]},
            )
        )
    if staying.down_on and not moving.down_on:
        reasons.append(
            Sentence(
                _("If a base update fails, the site stays up; with the other method it is down."),
            )
        )
    if moving.network:
        reasons.append(
            Sentence(_("It costs a change in the network and an exchange of the roles."))
        )
    else:
        reasons.append(Sentence(_("It costs an exchange of the roles.")))
    return reasons
