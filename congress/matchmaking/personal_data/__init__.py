"""What matchmaking knows of a person, and what an erasure leaves of it. Meetings are erased before profiles."""

from congress.matchmaking.personal_data.meetings import erase_meetings, export_meetings
from congress.matchmaking.personal_data.messages import erase_messages, erase_prints, export_messages, export_prints
from congress.matchmaking.personal_data.profiles import erase_profiles, export_profiles

__all__ = [
    "erase_meetings",
    "erase_messages",
    "erase_prints",
    "erase_profiles",
    "export_meetings",
    "export_messages",
    "export_prints",
    "export_profiles",
]
