from appliances.drivers.pace import Pace


class Time:
    def __init__(self) -> None:
        self.now, self.slept = 100.0, []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def test_an_account_stays_under_twenty_calls_a_second():
    time = Time()
    pace = Pace(time.clock, time.sleep)
    began = time.now

    for _ in range(41):
        pace.wait("a.sim", "client")

    assert time.now - began > 2


def test_the_first_call_and_other_accounts_do_not_wait():
    time = Time()
    pace = Pace(time.clock, time.sleep)

    for number in range(10):
        pace.wait("a.sim", f"client {number}")
        pace.wait(f"{number}.sim", "client")

    assert time.slept == []


def test_the_simulators_limit_is_not_met(park):
    driver = park().driver()

    assert [driver.health().healthy for _ in range(30)] == [True] * 30
