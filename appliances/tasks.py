from celery import shared_task

from appliances.services import checking, reminders, return_reminders
from portal import clock


@shared_task(name="appliances.back_up")
def back_up(*, customer_id: str, appliance_id: str, by_id: str | None = None) -> None:
    checking.back_up(customer_id, appliance_id, by_id=by_id)


@shared_task(name="appliances.ask_for_base_versions")
def ask_for_base_versions() -> None:
    reminders.ask_for_base_versions(at=clock.now())


@shared_task(name="appliances.remind_of_returns")
def remind_of_returns() -> None:
    return_reminders.remind(at=clock.now())
