"""What the clock of the worker announces."""

from __future__ import annotations

from blinker import Signal

hour_began = Signal("Once an hour, inside a job's transaction: delete what is past its time. Takes no arguments.")
