"""What people come for, from the first page to the last, as they do it: in a browser, by the words they read."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect

from congress.accounts import services
from congress.core.transactions import commit_on_success
from tests.support.browsing import Visitor, sticks_out
from tests.support.chromium import LAPTOP, PHONE, launch
from tests.support.desk import add_category, add_person
from tests.support.tour import Tour, make_tour
from tests.support.work import do_jobs, empty_mailbox, mailbox, part

PASSWORD = "correct horse battery staple"
FRENCH = ("Prénom", "Nom", "Adresse électronique")
ENGLISH = ("First name", "Last name", "E-mail address")
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    browser = launch()
    yield browser
    browser.close()


@pytest.fixture
def tour(app: Flask) -> Tour:
    empty_mailbox(app)
    return make_tour(app)


@pytest.fixture
def visit(chromium: Browser, base: str, tour: Tour) -> Iterator[Visit]:
    """Opens a browser in a language; at the end nothing may have broken, been refused or come from elsewhere."""
    visitors: list[Visitor] = []

    def open_(path: str, language: str, size: dict) -> Page:
        visitors.append(Visitor(chromium, base, language, **size))
        page = visitors[-1].page()
        page.goto(path)
        return page

    yield open_
    for visitor in visitors:
        visitor.context.close()
    assert [problem for visitor in visitors for problem in visitor.problems] == []


def introduce(page: Page, given: str, family: str, email: str, labels: tuple[str, str, str]) -> None:
    for label, text in zip(labels, (given, family, email), strict=True):
        page.get_by_role("textbox", name=label, exact=True).fill(text)


def choose_first(group: Locator) -> None:
    """The label covers its radio button, as people click it."""
    group.locator("input[type=radio] + label").first.click()


def heading(page: Page) -> str:
    return page.locator("h1").inner_text()


def test_a_visitor_registers_corrects_and_cancels_on_a_phone_in_french(visit: Visit, app: Flask) -> None:
    page = visit("/", "fr", PHONE)
    assert page.url.endswith("/fr/")
    page.locator("main a[href='/fr/events/grand-est/']").first.click()
    page.locator("main a[href='/fr/events/grand-est/register']").first.click()

    page.get_by_role("button", name="S’inscrire").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    introduce(page, "Zoé", "Nuñez-Łuczak", "zoe@example.org", FRENCH)
    choose_first(page.locator("main form"))
    page.get_by_role("button", name="S’inscrire").click()

    page.wait_for_url(re.compile(r"/fr/r/"))
    assert heading(page) == "Votre inscription est confirmée"
    expect(page.get_by_role("img", name=re.compile("QR"))).to_be_visible()
    assert not sticks_out(page)
    do_jobs(app)
    (mail,) = mailbox(app)
    page.goto(re.search(r"http\S+/fr/r/\S+", part(mail, "text/plain"))[0])

    page.locator("a[href$='/edit']").click()
    page.locator("#given_name").fill("Zoë")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator(".ticket")).to_contain_text("Zoë Nuñez-Łuczak")

    page.locator("a[href$='/cancel']").click()
    page.locator("main form button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("annulée")
    expect(page.locator(".ticket-code")).to_have_count(0)
    do_jobs(app)
    *_, last = mailbox(app)
    assert "annul" in last["Subject"]
    assert {mail["To"] for mail in mailbox(app)} == {"zoe@example.org"}


def test_one_form_registers_for_several_stages_in_english(visit: Visit, app: Flask) -> None:
    page = visit("/en/series/tour/", "en", LAPTOP)
    page.locator("main a[href='/en/series/tour/register']").first.click()
    for stage in ("Grand Est", "Île-de-France"):
        page.get_by_label(stage, exact=True).check()
        group = page.get_by_role("group", name=f"Category for {stage}")
        expect(group).to_be_visible()
        choose_first(group)
    introduce(page, "Sam", "Example", "sam@example.org", ENGLISH)
    page.get_by_role("button", name="Register").click()

    page.wait_for_url(re.compile(r"/en/r/"))
    assert heading(page) == "You are registered"
    expect(page.locator(".ticket")).to_have_count(2)
    expect(page.get_by_role("img", name=re.compile("QR"))).to_have_count(2)
    do_jobs(app)
    (mail,) = mailbox(app)
    assert page.url in part(mail, "text/plain")


@pytest.fixture
def organiser(tour: Tour) -> str:
    """The address of the organiser of Grand Est, who has a password."""
    with tour.app.app_context():
        hashed = services.hash_new_password(PASSWORD)
        with commit_on_success():
            services.set_password(tour.accounts["organiser"], hashed)
    return "organiser@example.org"


@pytest.fixture
def desk(visit: Visit, tour: Tour, organiser: str) -> Page:
    """The browser of the organiser, signed in with a password, with two people in the list."""
    category = add_category(tour, "Speaker")
    for name in ("Noor Haddad", "Ludovic Martin"):
        add_person(tour, name, category_id=category)
    page = visit("/en/manage/", "en", LAPTOP)
    page.locator("details summary").click()
    page.locator("#login").fill(organiser)
    page.locator("#password").fill(PASSWORD)
    page.locator("details button[type=submit]").click()
    page.wait_for_url("**/en/manage/")
    return page


def test_an_organiser_finds_people_and_registers_somebody(desk: Page) -> None:
    desk.locator("main a[href='/en/manage/events/grand-est/']").first.click()
    desk.locator("a[href='/en/manage/events/grand-est/registrations/']").first.click()
    expect(desk.get_by_role("link", name="Noor Haddad")).to_be_visible()
    desk.locator("#q").fill("martin")
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_role("link", name="Noor Haddad")).to_have_count(0)
    expect(desk.get_by_role("link", name="Ludovic Martin")).to_be_visible()

    desk.get_by_role("link", name="Register somebody").first.click()
    introduce(desk, "Guest", "Invited", "guest@example.org", ENGLISH)
    choose_first(desk.locator("main form"))
    desk.get_by_role("button", name="Register", exact=True).click()
    expect(desk.locator("h1")).to_contain_text("Guest Invited")


def test_badges_get_ready_while_the_page_is_left_and_opened_again(desk: Page, app: Flask) -> None:
    desk.goto("/en/manage/events/grand-est/badges/")
    desk.get_by_role("button", name="Prepare the PDF").click()
    desk.wait_for_url(re.compile(r"/badges/\d+/$"))
    desk.reload()
    expect(desk.get_by_role("progressbar")).to_be_visible()
    do_jobs(app)
    link = desk.get_by_role("link", name="Download the PDF")
    expect(link).to_be_visible()
    desk.reload()
    with desk.expect_download() as started:
        link.click()
    assert started.value.path().read_bytes().startswith(b"%PDF-")


def test_a_link_in_a_mail_signs_in_once(visit: Visit, app: Flask) -> None:
    page = visit("/fr/account/sign-in", "fr", PHONE)
    page.locator("#email").fill("organiser@example.org")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/sign-in/sent**")
    do_jobs(app)
    (mail,) = mailbox(app)
    link = re.search(r"http\S+/account/link/\S+", part(mail, "text/plain"))[0]
    page.goto(link)
    page.goto(link)  # a mail program looked first: nothing is used up
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/fr/manage/")
    again = visit(link, "fr", PHONE)
    expect(again.locator("main form button[type=submit]")).to_have_count(0)


def test_what_breaks_is_noticed(chromium: Browser, base: str, tour: Tour) -> None:
    visitor = Visitor(chromium, base, "en", **LAPTOP)
    page = visitor.page()
    page.goto("/en/")
    assert visitor.problems == []
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color:red\">x</p>')")
    page.wait_for_timeout(200)
    assert [problem for problem in visitor.problems if "Content Security Policy" in problem]
    visitor.context.close()
