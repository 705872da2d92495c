"""Calendars: what a calendar client subscribes to and what an invitation mail carries.

This feature owns no state: a feed is a function of events, sessions and registrations. Others may call
`ics.feed` for a subscription and `ics.invitation` for a mail; `components` and
`vtimezone` build both with icalendar.
"""
