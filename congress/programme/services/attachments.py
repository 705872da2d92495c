"""The files of proposals: kept with their rows, deleted with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from congress.core import clock, storage
from congress.core.languages import lazy_gettext as _l
from congress.core.transactions import after_commit
from congress.extensions import db
from congress.programme.errors import TooMany
from congress.programme.models import Proposal, ProposalFile
from congress.programme.uploads import FOLDER, Upload

MAX_FILES = 20


def change_files(
    proposal: Proposal, uploads: Sequence[tuple[int | None, Upload]], removed: Collection[int] = ()
) -> None:
    """Add files, and take away those of these ids; a new answer to a question for a file replaces the old one."""
    replaced = {question_id for question_id, _upload in uploads if question_id is not None}
    files = files_of(proposal.id)
    gone = [one for one in files if one.id in removed or one.question_id in replaced]
    if len(files) - len(gone) + len(uploads) > MAX_FILES:
        raise TooMany(_l("A proposal can hold 20 files at most."))
    delete_files(gone)
    for question_id, upload in uploads:
        name = storage.new_name(upload.extension)
        (storage.folder(FOLDER) / name).write_bytes(upload.content)
        row = ProposalFile(
            proposal_id=proposal.id,
            question_id=question_id,
            stored_name=name,
            file_name=upload.file_name,
            media_type=upload.media_type,
            bytes=len(upload.content),
            created_at=clock.now(),
        )
        db.session.add(row)
    db.session.flush()
    db.session.expire(proposal, ["files"])


def files_of(proposal_id: int) -> list[ProposalFile]:
    """The rows as they are now."""
    found = sa.select(ProposalFile).where(ProposalFile.proposal_id == proposal_id).order_by(ProposalFile.id)
    return list(db.session.scalars(found))


def delete_files(files: Sequence[ProposalFile]) -> None:
    """The rows now, the files after the commit."""
    for file in files:
        path = storage.folder(FOLDER) / file.stored_name
        after_commit(lambda path=path: path.unlink(missing_ok=True))  # type: ignore[misc]
        db.session.delete(file)
    db.session.flush()
