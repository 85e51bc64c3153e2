"""What stands in the way of an erasure. Each app says what of its own would be left in the middle.

An app has a module `services/leaving.py`, which gives its questions to `asks` and what is to be
forgotten outside the customer's own tables to `forgets`; it is found when the process starts.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

Question = Callable[[datetime], Iterable["Obstacle"]]
Forgetting = Callable[[uuid.UUID], None]
_questions: list[Question] = []
_forgettings: list[Forgetting] = []


@dataclass(frozen=True)
class Obstacle:
    """What stands there, as a sentence, and what to do about it."""

    sentence: object
    remedy: object


def asks(question: Question) -> Question:
    """Ask this, in the customer's transaction, before an erasure is asked for, confirmed, begun."""
    _questions.append(question)
    return question


def forgets(forgetting: Forgetting) -> Forgetting:
    """Call this while a customer is being erased, before its rows go. Must bear repetition."""
    _forgettings.append(forgetting)
    return forgetting


def found(at: datetime) -> list[Obstacle]:
    """Everything that stands in the way at the current customer."""
    return [obstacle for question in _questions for obstacle in question(at)]


def forget(customer_id: uuid.UUID) -> None:
    for forgetting in _forgettings:
        forgetting(customer_id)
