"""What people say of a session after its end. Nobody is named, so that nothing leads back to who said it."""

from __future__ import annotations

from congress.core import clock
from congress.core.errors import Missing
from congress.events.models import Event
from congress.extensions import db
from congress.programme import queries, releases
from congress.programme.errors import FeedbackClosed
from congress.programme.feedback import takes_feedback
from congress.programme.models import SessionFeedback


def give_feedback(event: Event, code: str, rating: int, comment: str) -> SessionFeedback:
    """Add a rating from 1 to 5. Raises `FeedbackClosed` before the end of the session and long after the event."""
    programme = releases.latest(event.id)
    session = programme.session_by_code.get(code) if programme else None
    if programme is None or session is None or not queries.has_session(event, session.id):
        raise Missing
    if not takes_feedback(event, programme, session, clock.now()):
        raise FeedbackClosed
    made = SessionFeedback(session_id=session.id, rating=rating, comment=comment, created_at=clock.now())
    db.session.add(made)
    db.session.flush()
    return made
