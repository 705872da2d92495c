"""When X happens, do Y: the one table. Receivers write rows in the same transaction and never do I/O."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blinker import Signal

from congress.accounts import signals as accounts
from congress.accounts.receivers import delete_old_rows
from congress.agenda import queries as agenda_queries
from congress.agenda import receivers as agenda_receivers
from congress.agenda import signals as agenda
from congress.agenda.busy import provides_busy
from congress.calendars import receivers as calendars
from congress.events import signals as events
from congress.jobs import signals as clock
from congress.mail.receivers import forget_unsent_mails
from congress.matchmaking import entrance as matchmaking_entrance
from congress.matchmaking import signals as matchmaking
from congress.matchmaking.busy import meetings_during
from congress.matchmaking.receivers import meetings as meeting_receivers
from congress.matchmaking.receivers import profiles as profile_receivers
from congress.matchmaking.receivers import suggestions as suggestion_receivers
from congress.notifications import receivers as notifications
from congress.notifications.receivers import meetings as meeting_notices
from congress.notifications.receivers import messages as message_notices
from congress.privacy.receivers import look_for_ended_retention
from congress.programme import demand
from congress.programme import receivers as programme_receivers
from congress.programme import signals as programme
from congress.registration import entrances
from congress.registration import signals as registration

SUBSCRIPTIONS: dict[Signal, tuple[Callable[..., Any], ...]] = {
    registration.registration_confirmed: (notifications.send_confirmation,),
    registration.confirmation_requested: (notifications.send_confirmation_again,),
    registration.registration_changed: (
        notifications.tell_of_change,
        agenda_receivers.end_what_is_closed_to,
        meeting_receivers.end_what_is_missed,
        profile_receivers.renew_profile,
    ),
    registration.address_changed: (notifications.warn_old_address, meeting_notices.withdraw_answer_links),
    registration.registration_cancelled: (
        notifications.send_cancellation,
        agenda_receivers.end_sign_ups,
        meeting_receivers.end_meetings,
    ),
    events.entries_changed: (calendars.renew_calendars_of_events,),
    programme.programme_released: (
        agenda_receivers.follow_release,
        notifications.tell_of_moves,
        calendars.renew_calendars_of_programme,
        notifications.tell_speakers,
        programme_receivers.have_programme_drawn,
        programme_receivers.delete_unseen_files,
    ),
    programme.proposal_saved_as_draft: (notifications.send_draft,),
    programme.proposal_received: (notifications.confirm_proposal,),
    programme.proposal_withdrawn: (notifications.tell_of_withdrawal,),
    programme.co_submitter_invited: (notifications.invite_co_submitter,),
    programme.speaker_link_requested: (notifications.send_speaker_link,),
    programme.decisions_applied: (notifications.tell_decisions,),
    programme.session_changed: (agenda_receivers.fill_places,),
    agenda.signed_up: (notifications.tell_of_sign_up,),
    agenda.promoted: (notifications.tell_of_promotion,),
    agenda.left: (notifications.tell_of_leaving,),
    matchmaking.meetings_changed: (meeting_notices.tell_of_meetings, suggestion_receivers.follow_meetings),
    matchmaking.profile_changed: (suggestion_receivers.follow_profile,),
    matchmaking.reminder_due: (meeting_notices.remind_of_request,),
    matchmaking.timetable_published: (meeting_notices.tell_timetable,),
    matchmaking.message_sent: (message_notices.announce_message,),
    matchmaking.delegation_invited: (meeting_notices.invite_to_delegation,),
    events.event_rescheduled: (notifications.tell_of_new_schedule,),
    events.event_cancelled: (notifications.tell_of_cancelled_event, meeting_receivers.end_all_meetings),
    events.rooms_changed: (programme_receivers.renew_draft,),
    events.member_invited: (notifications.send_invitation,),
    accounts.sign_in_link_requested: (notifications.send_sign_in_link,),
    clock.hour_began: (
        forget_unsent_mails,
        delete_old_rows,
        look_for_ended_retention,
        notifications.remind_of_drafts,
        message_notices.announce_digests,
        programme_receivers.forget_previewed_files,
        profile_receivers.forget_previewed_people,
        meeting_receivers.follow_the_clock,
    ),
}


def connect() -> None:
    """Connect every receiver, and what layers ask of those above them; doing so twice is harmless."""
    for signal, receivers in SUBSCRIPTIONS.items():
        for receiver in receivers:
            signal.connect(receiver, weak=False)
    demand.count_with(agenda_queries.sign_up_counts)
    entrances.lead_to(matchmaking_entrance.entrances_of)
    provides_busy(meetings_during)
