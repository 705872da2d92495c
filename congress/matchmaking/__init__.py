"""Matchmaking: profiles, requests, meetings, messages, and the timetable that gives meetings their places.

Who registered may have a profile and opts in to being listed. A meeting is a request first, or a draft of the
organisers; `states` is the table of what may happen to it, `guards` says why somebody cannot be asked, `availability`
when people are free, `visibility` who sees what of a profile. Every write to a meeting holds the event's meetings
(`services.holding`) and goes through `services.transitions`. Where a meeting is, and where its people were told that
it is, are two things: others read `queries.shown` and hear `signals`, never the place that the timetable has in mind.
`timetable` and `suggestions` are arithmetic on plain data and know nothing of all this.
"""
