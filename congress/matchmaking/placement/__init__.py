"""Between the tables and the timetable engine: the problem as it stands, what speaks against it, and the way back."""

from congress.matchmaking.placement.building import Placement, build

__all__ = ["Placement", "build"]
