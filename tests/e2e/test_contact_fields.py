"""An admin asks for more, a customer answers in the form, an agent finds it: in real browsers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.people import SOON, speak
from tests.servers.axe import violations_in_every_look
from tests.servers.desk_process import DeskProcess

FIELDS = (
    ("order_number", "text", "Order number", "订单号", True),
    ("people", "number", "People", "人数", False),
    ("bought_on", "date", "Bought on", "购买日期", False),
    ("size", "choice", "Size", "尺码", True),
    ("call", "checkbox", "You may call me", "可以来电", False),
)


def ask(page: Page, key: str, kind: str, english: str, chinese: str, needed: bool) -> None:
    form = page.locator("form.fresh")
    form.locator("[name=kind]").select_option(kind)
    form.locator("[name=key]").fill(key)
    form.locator("[name=name_en]").fill(english)
    form.locator("[name=name_zh]").fill(chinese)
    form.locator("[name=choices]").fill("Small\nLarge" if kind == "choice" else "")
    form.get_by_label("Ask customers in the contact form").check()
    form.get_by_label("They must answer").set_checked(needed)
    form.get_by_role("button", name="Add the field").click()
    expect(page.locator("code", has_text=key)).to_be_visible()


def test_customers_answer_what_the_form_asks_and_agents_find_it(
    desk: DeskProcess, windows: Any, as_role: Callable[[str, str], Page]
) -> None:
    admin = as_role("admin", "/tickets")
    speak(admin, desk, "en")
    admin.goto(f"{desk.url}/settings/fields")
    for field in FIELDS:
        ask(admin, *field)
    admin.get_by_text("Rename a choice").click()
    admin.get_by_label("New name, wherever it was chosen").fill("XL")
    admin.locator(".renaming select").select_option("Large")
    admin.get_by_role("button", name="Rename").click()
    expect(admin.locator(".renaming option")).to_have_text(["Small", "XL"])
    assert violations_in_every_look(admin) == [], "settings"

    page = windows.open(f"{desk.url}/help/contact?lang=en")
    page.get_by_label("Your email").fill("lin@yushan.example")
    page.get_by_label("What is it about?").fill("Zip")
    page.get_by_label("Your message").fill("The zip of my jacket broke.")
    page.get_by_label("People").fill("two")
    page.get_by_role("button", name="Send").click()
    for name in ("order_number", "size", "people"):
        expect(page.locator(f"#field-{name}-error")).to_be_visible(timeout=SOON)
        expect(page.locator(f"#field-{name}")).to_have_attribute("aria-invalid", "true")
    assert violations_in_every_look(page) == [], "form with errors"
    page.get_by_label("Order number").fill("TF-90210")
    page.get_by_label("People").fill("2")
    page.get_by_label("Bought on").fill("2026-11-20")
    page.get_by_label("Size").select_option("XL")
    page.get_by_label("You may call me").check()
    page.get_by_role("button", name="Send").click()
    anyway = page.get_by_role("button", name="None of them helps: send it")
    sent = page.get_by_text("We have your message")
    expect(anyway.or_(sent)).to_be_visible(timeout=SOON)
    if anyway.is_visible():
        expect(page.get_by_label("Order number")).to_have_value("TF-90210")
        expect(page.get_by_label("You may call me")).to_be_checked()
        anyway.click()
    expect(sent).to_be_visible(timeout=SOON)

    agent = as_role("agent", "/tickets?q=tf-90210")
    agent.get_by_text("Zip", exact=True).first.click()
    card = agent.locator("#cards")
    expect(card.locator("[name=field-order_number]")).to_have_value("TF-90210", timeout=SOON)
    expect(card.locator("[name=field-people]")).to_have_value("2")
    expect(card.locator("[name=field-bought_on]")).to_have_value("2026-11-20")
    expect(card.locator("[name=field-size]")).to_have_value("XL")
    expect(card.locator("[type=checkbox][name=field-call]")).to_be_checked()

    for tag, label, told in (
        ("zh-hans", "订单号", "请填写此项。"),
        ("zh-hant", "訂單號", "請填寫此項。"),
    ):
        page.goto(f"{desk.url}/help/contact?lang={tag}")
        expect(page.get_by_label(label)).to_be_visible()
        page.locator("form.write button.primary").click()
        expect(page.locator("#field-order_number-error")).to_have_text(told, timeout=SOON)
        assert violations_in_every_look(page) == [], tag
    assert [fault for fault in windows.faults if "status of 400" not in fault] == []
