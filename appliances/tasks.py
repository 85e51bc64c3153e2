from celery import shared_task

from appliances.services import checking, outdated, reminders, return_reminders
from portal import clock
from portal.services import heartbeats, still_true

still_true.judge_by(outdated.BY_ROW, row="asks_id")
still_true.judge_by(outdated.BY_QUESTION, row="about_id")


@shared_task(name="appliances.back_up")
def back_up(*, customer_id: str, appliance_id: str, by_id: str | None = None) -> None:
    checking.back_up(customer_id, appliance_id, by_id=by_id)


@shared_task(name="appliances.ask_for_base_versions")
def ask_for_base_versions() -> None:
    """Once a day, however often it is rung for."""
    if heartbeats.is_due("base versions"):
        reminders.ask_for_base_versions(at=clock.now())


@shared_task(name="appliances.remind_of_returns")
def remind_of_returns() -> None:
    return_reminders.remind(at=clock.now())
