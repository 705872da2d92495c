"""All routes of the API, on the blueprint."""

from __future__ import annotations

from congress.api.v1 import door, openapi, scans
from congress.api.v1.blueprint import blueprint

__all__ = ["blueprint", "door", "openapi", "scans"]
