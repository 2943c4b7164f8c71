"""Where providers call us: verified, kept as an envelope, acknowledged. Nothing is parsed here."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request, send_file

from channels.base import WebhookChannel, WebhookRequest
from helpdesk.actions import intake
from helpdesk.actions.outbound_files import attachment_of
from helpdesk.extensions import csrf
from helpdesk.models import Attachment, Inbox
from helpdesk.web.current import desk

MAX_BODY = 1_000_000  # bytes; a provider's form is a few kilobytes

blueprint = Blueprint("webhooks", __name__)
csrf.exempt(blueprint)


@blueprint.post("/webhooks/<channel_name>/<int:inbox_id>/<event>")
def receive(channel_name: str, inbox_id: int, event: str) -> Response:
    """One call by a provider. 403 unless its signature holds."""
    if (request.content_length or 0) > MAX_BODY:
        abort(413)
    channel, inbox = _inbox(channel_name, inbox_id)
    body = request.get_data(cache=True)
    call = _call(body, event)
    settings = desk().settings_of(inbox)
    if not channel.verify(call, settings):
        abort(403)
    key = channel.envelope_key(call)
    if key is not None:
        kept = intake.accept(
            desk(), inbox.id, body, key=key, meta={"event": event, "url": call.url}
        )
        intake.attach(desk(), kept.envelope_id)
    answer = channel.reply(call, settings)
    return Response(answer.body, status=answer.status, content_type=answer.content_type)


def _inbox(channel_name: str, inbox_id: int) -> tuple[WebhookChannel, Inbox]:  # type: ignore[type-arg]
    channel = desk().channels[channel_name] if channel_name in desk().channels else None  # noqa: SIM401
    with desk().read() as session:
        inbox = session.get(Inbox, inbox_id) if inbox_id < 2**31 else None
    if not isinstance(channel, WebhookChannel) or inbox is None:
        abort(404)
    if inbox.channel != channel_name or not inbox.active:
        abort(404)
    return channel, inbox


def _call(body: bytes, event: str) -> WebhookRequest:
    """The request as the provider signed it: under our public address, behind any proxy."""
    query = f"?{request.query_string.decode('ascii', 'replace')}" if request.query_string else ""
    return WebhookRequest(
        url=desk().settings.url + request.path + query,
        event=event,
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
    )


@blueprint.get("/media/<token>/<int:attachment_id>")
def media(token: str, attachment_id: int) -> Response:
    """A file of an outgoing message, for the provider that sends it on. An hour long."""
    if attachment_of(desk(), token) != attachment_id:
        abort(403)
    with desk().read() as session:
        attachment = session.get(Attachment, attachment_id)
    if attachment is None or attachment.state != "stored":
        abort(404)
    answer = send_file(
        desk().files.path(attachment.sha256),
        mimetype=attachment.content_type,
        as_attachment=True,
        download_name=attachment.name,
    )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
