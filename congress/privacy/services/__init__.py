"""Writes of privacy: giving out, erasing, asking."""

from __future__ import annotations

from congress.privacy.services.people import confirm_erasure, erase, erase_speaker, export, reapply_erasures
from congress.privacy.services.texts import publish_text

__all__ = ["confirm_erasure", "erase", "erase_speaker", "export", "publish_text", "reapply_erasures"]
