from celery import shared_task

from portal import clock
from portal.services import (
    cleaning,
    heartbeats,
    messages,
    outdated,
    own_letters_leaving,
    still_true,
)
from portal.services.erasing import carrying_out
from portal.services.exporting import making
from portal.services.webhooks import sending

still_true.judge_by(outdated.BY_ROW, row="asks_id")


@shared_task(name="portal.send_due_mail")
def send_due_mail(rung_by: str = "") -> None:
    """Send what is due; also how worker and beat show that they live."""
    heartbeats.beat(heartbeats.WORKER)
    if rung_by == heartbeats.BEAT:
        heartbeats.beat(heartbeats.BEAT)
    messages.send_due(clock.now())
    own_letters_leaving.send_due()


@shared_task(name="portal.clean_up")
def clean_up() -> None:
    """Once a day, however often it is rung for."""
    if heartbeats.is_due("cleaning"):
        cleaning.clean_up()


@shared_task(name="portal.send_due_webhooks")
def send_due_webhooks() -> None:
    """Deliver what is due; a queue of its own, since other people's servers may be slow."""
    sending.send_due()


@shared_task(name="portal.make_exports")
def make_exports() -> None:
    """Exports of everything that somebody asked for; and those whose day is over."""
    making.turn(clock.now())


@shared_task(name="portal.erase_customers")
def erase_customers() -> None:
    """Erasures whose day has come; the next bell goes on."""
    carrying_out.turn(clock.now())
