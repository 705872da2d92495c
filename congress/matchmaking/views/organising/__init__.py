"""The organisers' screens of requests, meetings and the timetable."""
