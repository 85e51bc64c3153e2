import uuid


def test_without_signing_in_nothing_is_shown_or_done(appliance, browse):
    one = appliance(base="6.2.9")
    browser = browse(one)

    page = browser.open("/appliance/status/basics")
    browser.go(f"{browser.prefix}/appliance/press", "POST", form={"button": "shut_down"})

    assert "6.2.9" not in page.text
    assert one.truth()["powered"] is True


def test_a_wrong_password_is_told(appliance, browse):
    browser = browse(appliance())
    browser.open("/appliance")

    page = browser.press("Sign in", username="admin", password="guess")

    assert "the password is wrong" in page.text


def test_basics_shows_what_no_api_tells(appliance, browse):
    one = appliance(base="6.2.9", serial="SN42")

    page = browse(one).sign_in("/appliance").open("/appliance/status/basics")

    browser_sees = ("Base Software Version", "6.2.9", "SN42", one.made["guid"], "System Time")
    assert all(text in page.text for text in browser_sees)


def test_every_page_is_marked_and_keeps_the_prefix(appliance, browse):
    browser = browse(appliance(shared_ip="192.0.2.1")).sign_in("/appliance")
    links = browser.links()

    pages = [browser.go(link) for link in links]

    assert len(links) == 4
    assert all(link.startswith(browser.prefix) for link in links)
    assert all("Simulated appliance" in page.text for page in pages)
    assert [page.status for page in pages] == [200] * 4


def test_by_its_own_host_name_there_is_no_prefix(appliance, browse):
    one = appliance()
    browser = browse(one, host=one.host)
    browser.prefix = ""
    browser.sign_in("/appliance")

    links = browser.links()
    assert len(links) > 1
    assert all(link.startswith("/appliance/") for link in links)


def test_a_person_installs_a_base_and_then_a_product(appliance, browse):
    one = appliance(base="3.2.4", product="12.1.0")
    browser = browse(one).sign_in("/appliance")
    browser.open("/appliance/updates")
    listed = browser.press("Check for Updates")

    browser.press("Install This Update")
    one.simulator.settled(one.host)
    browser.open("/appliance/updates")
    product = [f for f in browser.forms() if f.fields.get("package") == "Bomgar-12.2.0"]
    browser.go(f"{product[0].action}?package=Bomgar-12.2.0")
    agreement = browser.page.text
    browser.press("Install This Update", eula="1")
    truth = one.simulator.settled(one.host)

    assert "3.2.4 does not satisfy the requirements of 12.2.0" in listed.text
    assert "End User License Agreement" in agreement
    assert (truth["base"], truth["product"]) == ("3.3.2", "12.2.0")


def test_a_blocked_package_is_greyed_out(appliance, browse):
    browser = browse(appliance(base="3.2.4", product="12.1.0")).sign_in("/appliance")
    browser.open("/appliance/updates")
    browser.press("Check for Updates")

    buttons = [form.disabled for form in browser.forms() if form.label == "Install This Update"]

    assert True in buttons
    assert False in buttons


def test_the_download_key_is_on_the_page_only_from_3_3_2_on(appliance, browse):
    old = browse(appliance(base="3.2.4", product="12.1.0")).sign_in("/appliance")
    new = browse(appliance(base="3.3.2", product="12.1.0")).sign_in("/appliance")

    old.open("/appliance/updates")
    new.open("/appliance/updates")

    assert "Appliance Download Key" not in [form.label for form in old.forms()]
    assert "Ask support" in old.page.text
    assert "Appliance Download Key" in [form.label for form in new.forms()]


def multipart(**parts: str | bytes) -> dict:
    """Arguments for a call that uploads; bytes become a file."""
    mark = uuid.uuid4().hex
    body = b""
    for name, value in parts.items():
        is_file = isinstance(value, bytes)
        more = '; filename="chosen"' if is_file else ""
        body += f'--{mark}\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode()
        body += (value if is_file else value.encode()) + b"\r\n"
    body += f"--{mark}--\r\n".encode()
    return {"body": body, "headers": {"Content-Type": f"multipart/form-data; boundary={mark}"}}


def upload(browser, path: str, **parts: str | bytes):
    sent = multipart(**parts)
    sent["headers"]["Cookie"] = "; ".join(f"{k}={v}" for k, v in browser.cookies.items())
    one = browser.appliance
    answer = one.call(browser.prefix + path, "POST", host=browser.host, **sent)
    return browser.go(answer.headers["Location"])


def test_a_file_from_the_update_server_is_chosen_and_installed(appliance, browse):
    one = appliance(base="3.3.2", product="12.1.0")
    browser = browse(one).sign_in("/appliance")
    browser.open("/appliance/updates")
    browser.press("Appliance Download Key")
    key = one.truth()["download_key"]
    form = {"key": key, "package": "Bomgar-12.2.0"}
    file = one.call("/update-server/", "POST", form=form, host="127.0.0.1").body

    damaged = upload(browser, "/appliance/upload", file=b"something else", eula="1")
    upload(browser, "/appliance/upload", file=file, eula="1")

    assert "no update package" in damaged.text
    assert one.simulator.settled(one.host)["product"] == "12.2.0"


def test_a_file_made_for_another_appliance_is_refused(appliance, browse):
    first = appliance(base="3.3.2", product="12.1.0")
    other = appliance(base="3.3.2", product="12.1.0")
    form = {"key": first.press("make_key")["key"], "package": "Bomgar-12.2.0"}
    file = first.call("/update-server/", "POST", form=form, host="127.0.0.1").body

    page = upload(browse(other).sign_in("/appliance"), "/appliance/upload", file=file, eula="1")

    assert "another appliance" in page.text
    assert other.truth()["effect_counts"] == {}


def test_while_it_installs_a_browser_sees_a_page_that_asks_again(appliance, browse):
    one = appliance(base="3.2.4", product="12.1.0")
    one.press("install", package="3.3.2")

    page = browse(one).open("/appliance")

    assert page.status == 503
    assert 'http-equiv="refresh"' in page.text


def test_the_shared_address_is_switched_on_its_page(appliance, browse):
    one = appliance(shared_ip="192.0.2.5")
    browser = browse(one).sign_in("/appliance")
    browser.open("/appliance/networking/ip")

    browser.press("Save Changes")

    assert one.truth()["shared_ip_enabled"] is False


def test_the_certificate_is_exported(appliance, browse):
    one = appliance()
    browser = browse(one).sign_in("/appliance")
    browser.open("/appliance/security/certificates")

    file = browser.press("Export")

    assert file.headers["Content-Type"] == "application/octet-stream"
    assert one.truth()["effect_counts"] == {"export_certificates": 1}


def test_reset_and_shut_down_end_an_appliances_life(appliance, browse):
    one = appliance()
    browser = browse(one).sign_in("/appliance")
    browser.open("/appliance/status/basics")
    browser.press("Reset Appliance to Factory Defaults", sure="1")
    truth = one.simulator.settled(one.host)
    browser.sign_in("/appliance").open("/appliance/status/basics")
    browser.press("Shut Down This Appliance", sure="1")

    assert (truth["was_reset"], truth["product"]) == (True, "")
    assert one.truth()["away"] == "drop"


def test_a_form_from_another_sites_page_is_refused(appliance, browse):
    one = appliance()
    browser = browse(one).sign_in("/appliance")
    headers = {
        "Cookie": "; ".join(f"{k}={v}" for k, v in browser.cookies.items()),
        "Origin": "http://evil.example",
    }

    answer = one.call(
        f"{browser.prefix}/appliance/press",
        "POST",
        host="127.0.0.1",
        headers=headers,
        form={"button": "shut_down"},
    )

    assert (answer.status, one.truth()["powered"]) == (403, True)


def test_a_sentence_that_the_simulator_did_not_write_is_not_shown(appliance, browse):
    browser = browse(appliance()).sign_in("/appliance")

    page = browser.open("/appliance/updates?note=Call+this+number&kind=done&mark=0")

    assert "Call this number" not in page.text


def test_names_are_escaped(appliance, browse):
    one = appliance(model="<script>alert(1)</script>")

    page = browse(one).sign_in("/appliance").open("/appliance/status/basics")

    assert "<script>" not in page.text
