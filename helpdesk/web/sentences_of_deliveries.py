"""What the record says of calls, and of messages on their way: as it is stored, in English."""

from __future__ import annotations

from channels.twilio_refusal import SENTENCES as REFUSALS
from helpdesk.web.language import N_

CALLS = (
    N_("Missed call from a withheld number."),
    N_("Missed call from %(number)s: call back."),
    N_("Voicemail, %(length)s"),
    N_("(no subject)"),
)

_BY_THE_DESK = (
    N_("Given up after %(n)s tries: %(reason)s"),
    N_("%(reason)s It waits until they come back."),
    N_("%(reason)s It follows by email."),
    N_("The visitor has left the chat."),
    N_("The desk stumbled: %(kind)s."),
    N_("The desk was stopped while sending: it may or may not have arrived."),
    N_("Not sent: a person had taken over by then."),
    N_("Not sent: this address has had too many automatic mails within an hour."),
    N_("Not sent: this ticket has had too many automatic mails within an hour."),
    N_("A file of this message is missing on the disk. Ask an admin to restore it."),
)

_BY_MAIL = (
    N_("Captured in the local outbox: no SMTP server is set."),
    N_("The local outbox %(folder)s cannot be written: %(said)s."),
    N_("The mail server refused %(address)s: %(said)s"),
    N_("The mail server takes no addresses with such letters."),
    N_("%(where)s refused our user name or password: %(said)s"),
    N_("%(where)s refused our access token: %(said)s"),
    N_("%(where)s cannot do what the settings ask for: %(said)s"),
    N_("%(where)s has no valid certificate: %(said)s."),
    N_("%(where)s cannot be reached: %(said)s"),
    N_("%(where)s said: %(said)s"),
    N_("%(address)s is not an email address."),
    N_("%(key)s is not a Message-ID."),
    N_("%(domain)s is not a domain name."),
    N_("The mail could not be delivered."),
    N_("The mail could not be delivered: %(said)s"),
    N_("A mail came to its bounce address: %(said)s"),
    N_("A mail server sent the mail back: %(said)s"),
    N_("The mail is delayed; the server goes on trying."),
    N_("The mail is delayed; the server goes on trying: %(said)s"),
    N_("The mail server confirms delivery."),
    N_("The mail server confirms delivery: %(said)s"),
    N_("The mail was passed on to a server that confirms nothing."),
    N_("The mail was passed on to a server that confirms nothing: %(said)s"),
    N_("The mail was displayed to its reader."),
)

_BY_TELEPHONE = (
    *REFUSALS.values(),
    N_("%(reason)s (%(code)s)."),
    N_("Twilio says %(status)s"),
    N_("Twilio says %(status)s."),
    N_("Twilio gave no reason"),
    N_("Twilio gave no reason."),
    N_("Twilio refused it: HTTP %(code)s."),
    N_("Twilio is not able to answer: HTTP %(code)s."),
    N_("Twilio's gateway got no answer (HTTP %(code)s)."),
    N_("Twilio could not be reached."),
    N_("Twilio answered without naming the message."),
    N_("Twilio answered, but not in a way that could be read."),
    N_("The connection to Twilio was lost before it answered."),
    N_("%(file)s has no public address for Twilio to fetch it from."),
    N_("Calls are made by people: please ring the customer."),
    N_("Twilio's file is behind too many redirects."),
    N_("Twilio refused the file (HTTP %(code)s)."),
    N_("Twilio's file is not there yet (HTTP %(code)s)."),
    N_("Twilio's file could not be fetched: no connection."),
    N_("Twilio's file came too slowly."),
    N_("The file's address is not a web address."),
    N_("The file is not at Twilio, so it was not fetched."),
    N_("The file is larger than %(n)s MB."),
)

DELIVERIES = (*_BY_THE_DESK, *_BY_MAIL, *_BY_TELEPHONE)
