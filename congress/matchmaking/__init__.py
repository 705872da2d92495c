"""Matchmaking: profiles, requests, meetings and the timetable that makes them work."""
