"""The whole life of each object, as text. A move that is not here does not exist."""

import pytest

from appliances.models import Appliance, HardwareReturn, SupportQuestion
from portal.models import CompanyProvider, Message
from upgrades.models import (
    Booking,
    ClientExport,
    Enrolment,
    JobStep,
    Rehearsal,
    Rollout,
    RolloutReport,
    Settlement,
    UpgradeJob,
)
from upgrades.models.step import IN_FLIGHT, OPEN, OVER


def life(model):
    moves = {}
    field = "place" if model is Appliance else "state"
    for move in model._meta.get_field(field).get_all_transitions(model):
        moves.setdefault((move.name, move.target), []).append(move.source)
    return {f"{' '.join(sorted(s))} -{name}-> {target}" for (name, target), s in moves.items()}


LIVES = {
    RolloutReport: {
        "MAKING WAITING -begin-> MAKING",
        "MAKING -finish-> MADE",
        "MAKING WAITING -give_up-> FAILED",
        "MAKING -read_again-> WAITING",
    },
    CompanyProvider: {
        "DISABLED -enable-> ENABLED",
        "ENABLED -disable-> DISABLED",
    },
    ClientExport: {
        "READING WAITING -begin-> READING",
        "READING -finish-> READ",
        "READING WAITING -give_up-> REFUSED",
    },
    UpgradeJob: {
        "HALTED PAUSED -abandon-> ABANDONED",
        "PROPOSED -approve-> SCHEDULED",
        "DRAFT MISSED PROPOSED SCHEDULED -cancel-> CANCELLED",
        "PAUSED RUNNING -end_early-> RUNNING",
        "RUNNING -finish-> DONE",
        "PAUSED RUNNING -halt-> HALTED",
        "SCHEDULED -miss-> MISSED",
        "RUNNING -pause-> PAUSED",
        "MISSED SCHEDULED -propose_again-> PROPOSED",
        "MISSED -rebook-> SCHEDULED",
        "MISSED -find_begun-> RUNNING",
        "PROPOSED -reject-> DRAFT",
        "HALTED PAUSED -resume-> RUNNING",
        "SCHEDULED -revise-> DRAFT",
        "SCHEDULED -start-> RUNNING",
        "DRAFT -submit-> PROPOSED",
        "PROPOSED -withdraw-> DRAFT",
    },
    JobStep: {
        "HELD -accept-> DONE",
        "ASKING -accept_handover-> ASKING",
        "VERIFYING -again-> WATCHING",
        "CLAIMED -ask-> ASKING",
        "ASKING HELD PLANNED READY WAITING -cancel-> CANCELLED",
        "WAITING -begin_again-> READY",
        "READY -claim-> CLAIMED",
        "ASKING -give_back-> ASKING",
        "ASKING -hand_over-> ASKING",
        "ASKING CLAIMED VERIFYING WAITING WATCHING -hold-> HELD",
        "CLAIMED -lose-> VERIFYING",
        "ASKING -progress-> ASKING",
        "VERIFYING -prove-> DONE",
        "PLANNED -ready-> READY",
        "CLAIMED -release-> READY",
        "HELD VERIFYING -retry-> READY",
        "HELD -skip-> SKIPPED",
        "ASKING -take-> ASKING",
        "ASKING CLAIMED WAITING WATCHING -verify-> VERIFYING",
        "CLAIMED -wait-> WAITING",
        "CLAIMED -watch-> WATCHING",
    },
    Booking: {
        "BOOKED -begin-> IN_USE",
        "BOOKED HELD MISSED -cancel-> CANCELLED",
        "BOOKED -hold_back-> HELD",
        "HELD -confirm-> BOOKED",
        "IN_USE -end-> USED",
        "HELD -lapse-> LAPSED",
        "BOOKED -miss-> MISSED",
        "MISSED -find_used-> IN_USE",
        "BOOKED MISSED -move-> BOOKED",
        "HELD -move_held-> HELD",
    },
    Enrolment: {
        "READY -alert-> ALERTED",
        "BOOKED -begin-> UPGRADING",
        "ALERTED -book-> BOOKED",
        "UPGRADING -complete-> UPGRADED",
        "ALERTED BOOKED READY -decline-> DECLINED",
        "ALERTED BOOKED DECLINED FAILED LAPSED READY WAITING -exclude-> EXCLUDED",
        "UPGRADING -fail-> FAILED",
        "EXCLUDED -include-> WAITING",
        "ALERTED -lapse-> LAPSED",
        "BOOKED -move-> BOOKED",
        "WAITING -ready-> READY",
        "DECLINED LAPSED -reopen-> ALERTED",
        "FAILED -retry-> READY",
        "BOOKED -unbook-> ALERTED",
    },
    Rollout: {
        "DRAFT -cancel-> CANCELLED",
        "OPEN PAUSED STOPPED -close-> CLOSED",
        "STOPPED -lift-> OPEN",
        "DRAFT -open-> OPEN",
        "OPEN -pause-> PAUSED",
        "PAUSED -resume-> OPEN",
        "OPEN PAUSED -stop-> STOPPED",
    },
    Settlement: {
        "LOOKING -show-> SHOWN",
        "SHOWN -confirm-> SETTLING",
        "SETTLING -finish-> DONE",
        "LOOKING SHOWN -drop-> DROPPED",
        "SHOWN -look_again-> LOOKING",
        "DONE -settle_again-> SETTLING",
    },
    Rehearsal: {
        "WAITING -begin-> RUNNING",
        "RUNNING WAITING -break_off-> BROKEN_OFF",
        "RUNNING WAITING -cancel-> CANCELLED",
        "RUNNING -finish-> FINISHED",
    },
    Message: {
        "SENT -bounce-> BOUNCED",
        "QUEUED -fail-> FAILED",
        "FAILED -give_up-> DEAD",
        "DEAD FAILED -retry-> QUEUED",
        "QUEUED -send-> SENT",
        "QUEUED -withdraw-> WITHDRAWN",
    },
    # "delete" is Django's own word for a row: the move of a virtual one is called delete_virtual.
    HardwareReturn: {
        "DRAFT -request-> REQUESTED",
        "REQUESTED -refuse-> REFUSED",
        "REQUESTED -authorise-> AUTHORISED",
        "AUTHORISED -confirm_replacement-> REPLACED",
        "REPLACED -retain_drives-> REPLACED",
        "REPLACED -wipe-> WIPED",
        "REPLACED -waive_wipe-> WIPED",
        "REPLACED -delete_virtual-> DELETED",
        "WIPED -power_off-> POWERED_OFF",
        "POWERED_OFF -pack-> PACKED",
        "PACKED -label-> PACKED",
        "PACKED -book_pickup-> PICKUP_BOOKED",
        "PICKUP_BOOKED -hand_over-> IN_TRANSIT",
        "IN_TRANSIT -receive-> RECEIVED",
        "IN_TRANSIT -lose-> LOST",
        "DELETED LOST RECEIVED -close-> CLOSED",
        "AUTHORISED DRAFT REPLACED REQUESTED -cancel-> CANCELLED",
    },
    Appliance: {
        "WAITING -take_place-> IN_PLACE",
        "IN_PLACE WAITING -leave-> LEFT",
    },
    SupportQuestion: {
        "ASKED -give_answer-> ANSWERED",
        "ASKED -withdraw-> WITHDRAWN",
    },
}


@pytest.mark.parametrize(
    ("model", "moves"), LIVES.items(), ids=lambda value: getattr(value, "__name__", "")
)
def test_the_life_of(model, moves):
    assert life(model) == moves


def test_what_is_over_stays_over():
    leaving = {move.split(" -")[0] for move in LIVES[JobStep]}
    sources = {state for states in leaving for state in states.split()}
    assert sources.isdisjoint(OVER)
    assert set(OPEN) | set(OVER) | {"PLANNED"} == set(JobStep.State.values)
    assert set(IN_FLIGHT) < set(OPEN)
