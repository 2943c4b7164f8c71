"""What the record says of what reached us, of mailboxes and of customers: as it is stored."""

from __future__ import annotations

from helpdesk.web.language import N_

ENVELOPES = (
    N_("The same contact as envelope %(n)s."),
    N_("The same bytes as envelope %(n)s."),
    N_("The deny list names %(address)s."),
    N_("%(reason)s (about nothing that this desk sent)"),
    N_("News of a delivery: %(state)s."),
    N_("The desk stumbled over it: %(said)s"),
    N_("It is our own mail, come back (loop header)"),
    N_("The subject says so: %(subject)s"),
    N_("Null return path"),
    N_("clamd answered: %(said)s"),
    N_("The call began; its end tells what it was."),
    N_("The call goes on; its end tells what it was."),
    N_("It was our own call to a customer."),
    N_("Twilio could not make out what was said."),
    N_("The state %(state)s says nothing about the delivery."),
    N_("Calls have no webhook %(event)s."),
    N_("Text messages have no webhook %(event)s."),
    N_("The text message has no sender."),
    N_("%(name)s is not a web address."),
    N_("%(name)s is not a number from 0 to %(n)s."),
    N_("The form gives two values for %(name)s."),
    N_("The form has %(n)s bytes; Twilio sends %(most)s at most."),
    N_("The form has more than %(n)s fields."),
    N_("The form has no usable %(name)s."),
    N_("The form is not UTF-8 text in urlencoding."),
    N_("The chat message has neither words nor a file."),
    N_("Not a chat message of ours: %(said)s"),
    N_("The mail is empty."),
    N_("The mail cannot be read (%(said)s)."),
    N_("The mail has %(n)s bytes; %(most)s is the limit."),
    N_("The mail names no sender, neither in From nor in its envelope."),
    N_("The mail carries more than %(n)s files."),
    N_("The mail has more than %(n)s parts."),
    N_("The mail's parts are nested more than %(n)s deep."),
    N_("The mail's parts are nested too deeply for its size."),
    N_("The mail has more than %(n)s kB of headers."),
)

MAILBOXES = (
    N_("%(where)s refused the IMAP user name or password: %(said)s"),
    N_("%(where)s refused our access token for %(user)s: %(said)s "
       "Check the user name and the scopes, or connect the account again."),
    N_("There is no site %(site)s. Check how its name is written."),
    N_("The account is not connected yet. Connect it under Settings, Mail accounts."),
    N_("The account's tokens cannot be had here."),
    N_("The client id or the addresses of the provider are missing in the inbox's settings."),
    N_("The provider's answer holds no access token."),
    N_("The provider gave no refresh token: allow offline access, then connect again."),
    N_("The provider does not %(act)s: %(said)s. Connect the account again under Settings, "
       "Mail accounts."),
    N_("The provider cannot %(act)s now: %(said)s."),
    N_("The provider's token server cannot be used: %(said)s."),
)  # fmt: skip

RECORDS = (
    N_("The same number: %(number)s"),
    N_("The same name, and %(name)s@ elsewhere"),
    N_("The same name in the same organization"),
    N_("They gave %(address)s, which somebody else has proved"),
    N_("A visitor gave %(address)s"),
    N_("%(who)s gave %(address)s"),
    N_("A proved address of %(domain)s"),
    N_("Nothing happened for %(n)s days"),
)
