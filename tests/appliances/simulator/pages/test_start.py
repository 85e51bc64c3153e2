def test_the_first_page_leads_to_every_appliance(appliance, browse):
    one = appliance()

    page = browse(one).go("/")

    assert f"/at/{one.host}/appliance" in page.text
    assert f"/at/{one.host}/login" in page.text


def test_a_public_name_is_moved_as_dns_would(pair, browse):
    a, b = pair()
    browser = browse(a)
    form = {"public_name": a.made["public_name"], "behind": b.host}

    browser.go("/network", "POST", form=form)

    assert (a.truth()["serves"], b.truth()["serves"]) == (False, True)


def test_an_unknown_name_is_told_as_a_page(appliance, browse):
    browser = browse(appliance())

    page = browser.go("/at/nowhere.sim/appliance")

    assert (page.status, "no appliance" in page.text) == (404, True)


def test_the_style_sheet_is_found_with_and_without_prefix(appliance, browse):
    browser = browse(appliance())

    assert browser.go("/style.css").headers["Content-Type"].startswith("text/css")
    assert browser.open("/style.css").status == 200


def test_it_says_that_it_lives(appliance):
    assert appliance().call("/healthz", host="localhost").json()["status"] == "ok"
