"""Words for what happened to appliances themselves, and on their way back to the vendor."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OF_BOXES: dict[str, str | Promise] = {
    "appliance.replaced": _("Appliance replaced by new hardware"),
    "appliance.changed": _("Appliance changed"),
    "appliance.identified": _("Appliance identified"),
    "appliance.drifted": _("Appliance is not as recorded"),
    "return.opened": _("Hardware return opened"),
    "return.described": _("Hardware return described"),
    "return.moved": _("Hardware return moved on"),
    "return.waiver_asked": _("Waiver of the wipe asked for"),
    "appliance.photographed": _("Photograph of an appliance"),
    "return.photographed": _("Photograph of a hardware return"),
    "return.let_go": _("Hardware return goes on without its job"),
}
