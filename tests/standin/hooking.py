"""setWebhook, deleteWebhook and getWebhookInfo."""

import re
from typing import Any
from urllib.parse import urlsplit

from tests.standin.chats import Json
from tests.standin.parameters import Parameters
from tests.standin.receiving import Polling
from tests.standin.refusal import bad_request, too_many_requests
from tests.standin.webhook import DEFAULT_CONNECTIONS, MOST_CONNECTIONS, Target, Webhook
from tests.standin.world import World

LONGEST_SECRET = 256  # https://core.telegram.org/bots/api#setwebhook


class Hooking:
    """The three methods; turns polling off and on."""

    def __init__(self, world: World, polling: Polling, webhook: Webhook) -> None:
        self.world = world
        self.polling = polling
        self.webhook = webhook
        self._next_allowed_at = 0.0

    def set_webhook(self, asked: Parameters) -> tuple[bool, str]:
        url = asked.text("url")
        if not url:
            return self.delete_webhook(asked)
        self._check_is_not_too_soon()
        target = Target(url, _secret(asked), _connections(asked))
        _check_url(url)
        self.world.updates.allow(asked.structure("allowed_updates", "allowed updates"))
        self._drop_pending(asked)
        was_same = self.webhook.target == target
        self.polling.webhook_is_set = True
        self.polling.end_for_webhook()
        self.webhook.start(target)
        return True, "Webhook is already set" if was_same else "Webhook was set"

    def _check_is_not_too_soon(self) -> None:
        """One setWebhook a second, as processes that start together find out: bot4s/telegram#79."""
        now = self.world.clock.monotonic()
        if self.world.flood.limits and now < self._next_allowed_at:
            raise too_many_requests(1)
        self._next_allowed_at = now + 1

    def delete_webhook(self, asked: Parameters) -> tuple[bool, str]:
        was_set = bool(self.webhook.target.url)
        self._drop_pending(asked)
        self.webhook.stop()
        self.polling.webhook_is_set = False
        return True, "Webhook was deleted" if was_set else "Webhook is already deleted"

    def _drop_pending(self, asked: Parameters) -> None:
        if asked.flag("drop_pending_updates"):
            self.world.updates.clear()

    def get_webhook_info(self, asked: Parameters) -> Json:
        target = self.webhook.target
        told: dict[str, Any] = {
            "url": target.url,
            "has_custom_certificate": False,
            "pending_update_count": len(self.world.updates.waiting),
        }
        if target.url:
            told["max_connections"] = target.max_connections
            told["ip_address"] = "127.0.0.1"
        if self.webhook.last_error:
            told["last_error_date"] = self.webhook.last_error_at
            told["last_error_message"] = self.webhook.last_error
        if self.world.updates.allowed is not None:
            told["allowed_updates"] = self.world.updates.allowed
        return told


def _secret(asked: Parameters) -> str:
    secret = asked.text("secret_token")
    if len(secret) > LONGEST_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", secret):
        raise bad_request("secret token contains unallowed characters")
    return secret


def _connections(asked: Parameters) -> int:
    return min(max(asked.integer("max_connections", DEFAULT_CONNECTIONS), 1), MOST_CONNECTIONS)


def _check_url(url: str) -> None:
    parts = urlsplit(url)
    is_here = parts.hostname in ("127.0.0.1", "localhost")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here):
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not parts.hostname:
        raise bad_request("bad webhook: URL host is empty")
