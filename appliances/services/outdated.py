"""Which mails about appliances are not true any more when they are to leave (portal's
`still_true`)."""

from datetime import datetime

from django.utils.translation import gettext_noop

from appliances.models import Appliance, HardwareReturn, SupportQuestion
from appliances.services import return_reminders
from portal.models import Message
from portal.services.still_true import Judge

READ = gettext_noop("The versions were read meanwhile.")
ANSWERED = gettext_noop("The question was answered meanwhile.")
BACK = gettext_noop("The return is not waited for any more, or a later reminder says so.")


def base(message: Message, at: datetime) -> str:
    box = Appliance.objects.filter(pk=message.asks_id).first()
    return "" if box is not None and str(box.base_at or "") == message.asks_mark else READ


def question(message: Message, at: datetime) -> str:
    asked = SupportQuestion.objects.filter(pk=message.about_id, state="ASKED")
    return "" if asked.exists() else ANSWERED


def due_back(message: Message, at: datetime) -> str:
    row = HardwareReturn.objects.select_related("site").filter(pk=message.asks_id).first()
    now = f"{row.due_back_on}:{return_reminders.rung_at(row, at)}" if row else ""
    return "" if now == message.asks_mark else BACK


BY_ROW: dict[str, Judge] = {"base_version_asked": base, "return_due": due_back}
BY_QUESTION: dict[str, Judge] = {"question_asked": question}
