from upgrades.planning.advice import Offer, advise

STAY = Offer("stay", fits=True, downtime=(40, 180), down_on=("Alpha",))
MOVE = Offer("move", fits=True, downtime=(5, 60), network=1, moves=True)


def said(advice):
    return [reason.message for reason in advice.reasons]


def test_what_saves_downtime_and_keeps_the_site_up_is_recommended_with_its_price():
    found = advise([STAY, MOVE])

    assert found.name == "move"
    assert found.reasons[0].values == {"less": 60, "more": 180}
    assert "stays up" in said(found)[1]
    assert "change in the network" in said(found)[2]


def test_little_to_save_and_nothing_at_risk_is_no_reason_for_a_failover():
    stay = Offer("stay", fits=True, downtime=(30, 80))

    found = advise([stay, MOVE])

    assert found.name == "stay"
    assert any("Nobody has to change the network" in each for each in said(found))


def test_little_to_save_is_still_worth_it_where_a_base_update_could_take_the_site_down():
    stay = Offer("stay", fits=True, downtime=(30, 80), down_on=("Alpha",))

    assert advise([stay, MOVE]).name == "move"


def test_what_does_not_fit_is_not_recommended():
    assert advise([STAY, Offer("move", fits=False, moves=True)]).name == "stay"
    assert advise([Offer("stay", fits=False), MOVE]).name == "move"
    assert advise([Offer("stay", fits=False), Offer("move", fits=False, moves=True)]) is None


def test_a_method_without_clients_is_never_the_advice_and_one_alone_needs_none():
    bare = Offer("bare", fits=True, downtime=(1, 2), unserved=900)

    assert advise([STAY, MOVE, bare]).name == "move"
    assert advise([STAY, bare]) is None
