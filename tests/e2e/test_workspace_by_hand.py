"""What an agent does by hand: keys, palette, saved replies, mentions, several tickets, views."""

from __future__ import annotations

import smtplib
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from helpdesk.seeds import DEMO_LOGINS, SUPPORT_ADDRESS
from tests.e2e import people
from tests.e2e.people import LOGIN, SOON
from tests.factories import Mail
from tests.servers.axe import violations
from tests.servers.desk_process import DeskProcess

MEI, JONAS = (email for email, _role in DEMO_LOGINS[:2])


@pytest.fixture
def sign_in(desk: DeskProcess, windows: Any) -> Any:
    return lambda email, path="/tickets?view=open": people.sign_in(windows, desk, email, path)


@pytest.fixture
def arrive(desk: DeskProcess, request: pytest.FixtureRequest) -> Any:
    """arrive() -> the subject of a new ticket."""
    made: list[str] = []

    def mail() -> str:
        made.append(f"Matter {len(made) + 1} of {request.node.name.removeprefix('test_')}")
        with smtplib.SMTP("127.0.0.1", desk.smtp_port) as client:
            sent = bytes(Mail(subject=made[-1]))
            client.sendmail("ann@fjell.example", [SUPPORT_ADDRESS], sent)
        return made[-1]

    return mail


def row(page: Page, subject: str) -> Locator:
    return page.locator("#rows > li", has_text=subject).first


def open_ticket(page: Page, subject: str) -> None:
    row(page, subject).locator(".row-link").click(timeout=SOON)
    expect(page.locator("#head h1")).to_have_text(subject, timeout=SOON)


def test_the_keys_are_told_and_can_be_turned_off(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.locator("#transcript").focus()
    mei.keyboard.press("?")
    expect(mei.locator("#keys")).to_contain_text("Resolve")
    mei.keyboard.press("Escape")
    mei.keyboard.press("c")
    expect(mei.locator("input[name=mode][value=note]")).to_be_checked()
    token = mei.locator("meta[name=csrf-token]").get_attribute("content") or ""
    for switch in ("0", "1"):
        form = {"csrf_token": token, "single_keys": switch, "next": "/tickets"}
        mei.context.request.post("/".join(mei.url.split("/")[:3]) + "/preferences", form=form)
        mei.reload()
        mei.locator("#transcript").focus()
        mei.keyboard.press("c")
        noted = mei.locator("input[name=mode][value=note]")
        (expect(noted).to_be_checked if switch == "1" else expect(noted).not_to_be_checked)()


def test_every_key_does_what_it_says(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    first, second = arrive(), arrive()
    open_ticket(mei, first)
    menus = {"p": "priority-menu", "w": "team-menu", ".": "more-menu", "a": "assign-menu",
             "z": "snooze", "s": "later-menu", "b": "told", "f": "filter"}  # fmt: skip
    for key, menu in menus.items():
        press(mei, key)
        expect(mei.locator(f"#{menu}:popover-open")).to_be_visible(timeout=SOON)
        mei.keyboard.press("Escape")
        expect(mei.locator(f"#{menu}:popover-open")).to_have_count(0)
    for key, field in {"l": "#tags", "/": "#q"}.items():
        press(mei, key)
        expect(mei.locator(field)).to_be_focused()
    for key, mode in {"c": "note", "r": "reply"}.items():
        press(mei, key)
        expect(mei.locator(f"input[name=mode][value={mode}]")).to_be_checked()
    with mei.expect_file_chooser() as chooser:
        press(mei, "d")
    chooser.value.set_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"})
    expect(mei.locator("#composer")).to_contain_text("a.txt")
    press(mei, "i")
    expect(mei.locator("#head [data-key=i]")).to_have_count(0, timeout=SOON)
    press(mei, "x")
    expect(row(mei, first).locator(".pick input")).to_be_checked()
    press(mei, "x")
    opened = row(mei, first).locator(".row-link[aria-current]")
    above = mei.locator("#rows > li:has(.row-link[aria-current]) + li").count() == 0
    press(mei, "k" if above else "j")
    expect(opened).to_have_count(0, timeout=SOON)
    press(mei, "j" if above else "k")
    expect(opened).to_have_count(1, timeout=SOON)
    press(mei, "e")
    expect(mei.locator("#head h1")).not_to_have_text(first, timeout=SOON)  # the next one opens
    open_ticket(mei, second)
    press(mei, "n")
    expect(mei.locator("#head h1")).not_to_have_text(second, timeout=SOON)
    press(mei, "g")
    mei.keyboard.press("3")
    expect(mei.locator("#views .view").nth(2)).to_have_attribute("aria-current", "page")
    press(mei, "F6")
    press(mei, "?")
    expect(mei.locator("#keys .of-page").first).to_be_visible(timeout=SOON)
    keys = mei.evaluate("[...document.querySelectorAll('[data-key]')].map(b => b.dataset.key)")
    told = mei.locator("#keys kbd").all_text_contents()
    assert set(keys) <= set(told)


def press(page: Page, key: str) -> None:
    """A single key, pressed where nothing is typed."""
    page.locator("#transcript, #list").first.evaluate("() => document.activeElement?.blur()")
    page.keyboard.press(key)


def test_the_palette_leads_to_customers_and_articles(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    expect(row(mei, arrive())).to_be_visible(timeout=SOON)
    mei.keyboard.press("Control+k")
    mei.keyboard.type("ann@fjell")
    ann = mei.locator("#palette [role=option]", has_text="ann@fjell.example")
    ann.click(timeout=SOON)
    mei.wait_for_url("**/customers/*")
    mei.go_back()
    mei.keyboard.press("Control+k")
    mei.keyboard.type("return")
    mei.locator("#palette [role=option][href*=articles]").first.click(timeout=SOON)
    mei.wait_for_url("**/articles/**")


def test_the_palette_finds_tickets_and_does_things(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    subject = arrive()
    expect(row(mei, subject)).to_be_visible(timeout=SOON)
    mei.keyboard.press("Control+k")
    expect(mei.locator("#palette input")).to_be_focused(timeout=SOON)
    mei.keyboard.type(subject)
    expect(mei.locator("#palette [role=option]", has_text=subject)).to_be_visible(timeout=SOON)
    mei.keyboard.press("Enter")
    expect(mei.locator("#head h1")).to_have_text(subject, timeout=SOON)
    mei.keyboard.press("Control+k")
    expect(mei.locator("#palette input")).to_be_focused(timeout=SOON)
    mei.keyboard.type("assign to me")
    mei.keyboard.press("Enter")
    expect(mei.locator("#head")).not_to_contain_text("Unassigned", timeout=SOON)


def keep_a_macro(page: Page, name: str, **steps: str) -> None:
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    site = "/".join(page.url.split("/")[:3])
    form = {"csrf_token": token, "name": name, **steps}
    assert page.context.request.post(f"{site}/macros", form=form).ok


def test_the_palette_opens_by_a_click_and_uses_macros(sign_in: Any, arrive: Any) -> None:
    boss = sign_in(LOGIN["supervisor"])
    keep_a_macro(boss, "Poles are recalled", add_tags="recall", priority="high")
    open_ticket(boss, arrive())
    boss.get_by_role("button", name="Search or do").click()
    expect(boss.locator("#palette input")).to_be_focused(timeout=SOON)
    boss.keyboard.type("recalled")
    macro = boss.locator("#palette [role=option][data-macro]")
    expect(macro).to_contain_text("Poles are recalled", timeout=SOON)
    macro.click()
    expect(boss.locator("#palette")).to_be_hidden()
    expect(boss.locator("#head .props")).to_contain_text("recall", timeout=SOON)
    expect(boss.locator("#head [data-priority=high]")).to_be_visible(timeout=SOON)


def test_a_macro_by_slash_changes_the_ticket_and_writes(sign_in: Any, arrive: Any) -> None:
    boss = sign_in(LOGIN["supervisor"])
    keep_a_macro(boss, "Offer a refund", add_tags="refund", assignee="me",
                 reply="Dear {{customer.name}}, your money is on its way.")  # fmt: skip
    open_ticket(boss, arrive())
    boss.locator("#text").press_sequentially("/offer a")
    expect(boss.locator("#canned [data-macro]")).to_contain_text("Offer a refund", timeout=SOON)
    boss.locator("#text").press("Enter")
    sent = boss.locator("#thread .turn.outbound[data-version]", has_text="Dear Ann, your money")
    expect(sent).to_have_count(1, timeout=SOON)
    expect(boss.locator("#head .props")).to_contain_text("refund", timeout=SOON)
    expect(boss.locator("#head .props")).not_to_contain_text("Unassigned")
    expect(boss.locator("#text")).to_have_value("")


def test_a_saved_reply_by_slash_and_a_colleague_by_at(sign_in: Any, arrive: Any) -> None:
    mei, jonas = sign_in(MEI, "/saved-replies"), sign_in(JONAS)
    new = mei.locator("form.canned").first
    new.get_by_label("Name").fill("Thanks")
    new.get_by_label("Text").fill("Dear {{customer.name}}, thanks.")
    new.get_by_role("button", name="Save").click()
    kept = mei.locator(".canned-list li").filter(has_text="Thanks")
    kept.locator("summary").click()
    kept.get_by_label("Text").fill("Dear {{customer.name}}, thank you.")
    kept.get_by_role("button", name="Save").click()
    expect(mei.locator(".canned-list li").filter(has_text="thank you")).to_have_count(1)
    subject = arrive()
    mei.goto("/".join(mei.url.split("/")[:3]) + "/tickets?view=open")
    open_ticket(mei, subject)
    mei.locator("#text").press_sequentially("/tha")
    expect(mei.locator("#canned [role=option]")).to_contain_text("Thanks", timeout=SOON)
    mei.locator("#text").press("Enter")
    expect(mei.locator("#text")).to_have_value("Dear Ann, thank you.")
    mei.locator("input[name=mode][value=note]").check(force=True)
    mei.locator("#text").press_sequentially("@jon")
    expect(mei.locator("#canned [role=option]").first).to_contain_text("Jonas", timeout=SOON)
    mei.locator("#text").press("Enter")
    mei.locator("#text").press_sequentially("please look")
    before = int(jonas.locator("#bell-count").text_content() or 0)
    mei.locator("#text").press("Control+Enter")
    expect(jonas.locator("#bell-count")).to_have_text(str(before + 1), timeout=SOON)
    jonas.locator("#bell").click()
    jonas.locator("#told .told").first.click()
    expect(jonas.locator("#head h1")).to_have_text(subject, timeout=SOON)


def test_several_tickets_and_a_view(sign_in: Any, arrive: Any) -> None:
    boss = sign_in(LOGIN["supervisor"])
    first, second = arrive(), arrive()
    for subject in (first, second):
        row(boss, subject).hover(timeout=SOON)
        row(boss, subject).locator(".pick input").check(timeout=SOON)
    expect(boss.locator("#bulk b")).to_have_text("2 selected")
    boss.locator("#bulk [popovertarget]").click()
    boss.locator("#bulk-tags").fill("pilot")
    boss.locator("#bulk-menu").get_by_role("button", name="Add", exact=True).click()
    expect(boss.locator(".toast")).to_contain_text("2 tickets changed", timeout=SOON)
    boss.locator("[data-key=f]").click()
    boss.locator(".filter-form [name=tag]").fill("pilot")
    boss.locator(".filter-form").get_by_role("button", name="Show").click()
    expect(boss.locator("#rows > li")).to_have_count(2, timeout=SOON)
    boss.locator("[data-key=f]").click()
    boss.locator("#view-name").fill("The pilot")
    boss.get_by_role("button", name="Keep as a view").click()
    expect(boss.locator("#saved-views")).to_contain_text("The pilot2", timeout=SOON)


def test_files_are_dropped_and_words_quoted(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    mei.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "photo.png", { type: "image/png" }));
            const fire = (type) => document.getElementById("ticket").dispatchEvent(
                new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: data }));
            fire("dragover");
            fire("drop");
        }"""
    )
    expect(mei.locator("#chosen")).to_contain_text("photo.png")
    mei.evaluate("getSelection().selectAllChildren(document.querySelector('#thread .said'))")
    mei.keyboard.press("Escape")
    mei.evaluate("document.activeElement.blur()")
    mei.keyboard.press("r")
    expect(mei.locator("#text")).to_have_value("> The tent pole snapped.\n\n")


PASTE = """(with_words) => {
    const data = new DataTransfer();
    data.items.add(new File(["x"], "image.png", { type: "image/png" }));
    if (with_words) data.setData("text/plain", "A table of cells");
    const paste = new ClipboardEvent("paste", {
        bubbles: true, cancelable: true, clipboardData: data });
    document.getElementById("text").dispatchEvent(paste);
    return paste.defaultPrevented;
}"""


def test_an_image_is_pasted_and_a_text_stays_one(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    assert not mei.evaluate(PASTE, True)  # a spreadsheet copies its cells as a picture, too
    expect(mei.locator("#chosen .chip")).to_have_count(0)
    assert mei.evaluate(PASTE, False)
    expect(mei.locator("#chosen .chip")).to_have_text("image.png")
    mei.locator("#text").fill("See the picture.")
    mei.locator("#text").press("Control+Enter")
    sent = mei.locator("#thread .turn.outbound[data-version]", has_text="See the picture.")
    expect(sent.locator(".file")).to_contain_text("image.png", timeout=SOON)


def test_what_is_marked_bold_arrives_bold(sign_in: Any, arrive: Any, desk: DeskProcess) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    text = mei.locator("#text")
    text.fill("This pole is stronger.")
    text.evaluate("(field) => field.setSelectionRange(5, 9)")
    text.press("Control+b")
    expect(text).to_have_value("This **pole** is stronger.")
    text.press("Control+Enter")
    bubble = mei.locator("#thread .turn.outbound[data-version]", has_text="is stronger.")
    expect(bubble.locator(".delivery")).to_have_attribute("data-state", "sent", timeout=SOON)
    files = sorted((desk.data_dir / "outbox").iterdir())
    mails = [BytesParser(policy=policy.default).parsebytes(file.read_bytes()) for file in files]
    bodies = [mail.get_body(("html",)) for mail in mails]
    written = [body.get_content() for body in bodies if body is not None]
    assert [True for words in written if "This <strong>pole</strong> is stronger." in words]


def test_what_is_selected_is_quoted_by_a_click_in_either_mode(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    quote, words = mei.locator("#quote"), mei.locator("#thread .said").first
    expect(quote).to_be_hidden()
    mei.locator("#text").fill("As you say:")
    words.click(click_count=3)
    assert violations(mei) == []
    quote.click()
    expect(mei.locator("#text")).to_have_value("As you say:\n> The tent pole snapped.\n\n")
    expect(mei.locator("#text")).to_be_focused()
    expect(quote).to_be_hidden()
    mei.locator("input[name=mode][value=note]").check(force=True)
    expect(mei.locator("#text")).to_have_value("")
    words.click(click_count=3)
    mei.keyboard.press("q")
    expect(mei.locator("#text")).to_have_value("> The tent pole snapped.\n\n")
    mei.locator("#text").press_sequentially("q")
    expect(mei.locator("#text")).to_have_value("> The tent pole snapped.\n\nq")
    mei.locator("#head h1").click(click_count=3)
    expect(quote).to_be_hidden()


def test_tags_are_completed_with_the_keys(sign_in: Any, arrive: Any) -> None:
    mei = sign_in(MEI)
    open_ticket(mei, arrive())
    field = mei.locator("#tags")
    field.press_sequentially("tents, grou")
    option = mei.locator("#tags-known [role=option]")
    expect(option).to_have_text("group order", timeout=SOON)
    field.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    field.press("Enter")
    expect(field).to_have_value("tents, group order")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("Enter")
    expect(mei.locator("#head .props")).to_contain_text("group order", timeout=SOON)


def test_the_desktop_notifies_only_where_the_browser_lets_it(sign_in: Any) -> None:
    mei = sign_in(MEI)
    mei.evaluate("Notification.requestPermission = async () => 'denied'")
    mei.locator("[popovertarget=me-menu]").click()
    switch = mei.get_by_role("switch", name="Notifications on the desktop")
    switch.click()
    expect(mei.locator(".toast")).to_contain_text("The browser does not let this page notify you")
    expect(switch).to_have_attribute("aria-checked", "false")
