"""Proves that no timetable has fewer breaks. Needs python-sat, the extra `exact`.

A count says from below how many breaks there have to be at least; from there on, solvers race in processes of their
own for a timetable with that many, then with one more, until one is found.
"""
