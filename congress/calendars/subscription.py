"""The ways to subscribe to a feed: its address, the one that calendar programs open, Google's page, a QR code."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from congress.core.links import absolute
from congress.core.qr import QrDrawing, draw

GOOGLE = "https://calendar.google.com/calendar/r?cid="


@dataclass(frozen=True, slots=True)
class Subscription:
    """What templates/components/subscribe.html shows."""

    https: str
    webcal: str
    google: str

    @property
    def qr(self) -> QrDrawing:
        """The plain address as a QR code, which every phone can open; drawn when a page shows it."""
        return draw(self.https)


def subscription(path: str) -> Subscription:
    """The links to a feed on this site."""
    https = absolute(path)
    webcal = "webcal:" + https.partition(":")[2]
    return Subscription(https, webcal, GOOGLE + quote(webcal, safe=""))
