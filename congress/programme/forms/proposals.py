"""The forms of a proposal's people: made from the call's questions, lenient for a draft, strict when it is sent."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectField, SubmitField
from wtforms.validators import InputRequired

from congress.core.forms import AddressField, BaseForm, LineField, ParagraphsField, SelectChoice
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.core.languages import translated
from congress.events.forms.base import CheckboxesField, choices, complain
from congress.programme.answers import attachments
from congress.programme.call_queries import asked
from congress.programme.enums import CallKind, QuestionKind
from congress.programme.forms.answers import UploadsField, field_of, field_value, stored_value, typed_text
from congress.programme.models import TITLE_LENGTH, Call, Proposal, ProposalPerson, SessionFormat, Track
from congress.programme.services.proposals import Author, Content
from congress.programme.uploads import ACCEPT
from congress.programme.words import LANGUAGES

ABSTRACT = 5000
BIOGRAPHY = 3000
VERSION_LENGTH = 9
MAIL_LANGUAGES = (("fr", "Français"), ("en", "English"))


class OnceForm(BaseForm):
    """A form that can be sent again with other content, when it was refused as one that was sent before."""

    def start_again(self) -> None:
        """A fresh key for what was typed."""
        self.idempotency_key.data = uuid.uuid4().hex


class AuthorForm(OnceForm):
    """What one of the people says about themselves."""

    given_name = LineField(_l("First name"), required=True)
    family_name = LineField(_l("Last name"), required=True)
    organisation = LineField(_l("Organisation"))
    job_title = LineField(_l("Job title"))
    biography = ParagraphsField(_l("Biography"), max_length=BIOGRAPHY)
    mail_language = SelectField(_l("Language of your mails"), validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mail_language.choices = [SelectChoice(code, name) for code, name in MAIL_LANGUAGES]

    def author(self, email: str) -> Author:
        """What was typed."""
        names = ("given_name", "family_name", "organisation", "job_title", "biography")
        return Author(
            email=email, language=self.mail_language.data, **{name: self[name].data or "" for name in names}
        )

    @staticmethod
    def data_of(person: ProposalPerson) -> dict[str, Any]:
        """The initial values."""
        names = ("given_name", "family_name", "organisation", "job_title", "biography")
        return {name: getattr(person, name) for name in names} | {"mail_language": person.language}


class ContentForm(OnceForm):
    """What is proposed. Its fields for questions are added by `content_form` and `new_form`."""

    call: Call
    stored: Proposal | None = None
    title = LineField(_l("Title"), required=True, max_length=TITLE_LENGTH)
    abstract = ParagraphsField(_l("Abstract"), max_length=ABSTRACT)
    language = SelectField(_l("Language of the proposal"), validators=[InputRequired()])
    format = SelectField(_l("Format"), coerce=int, default=0)
    track = SelectField(_l("Track"), coerce=int, default=0)
    attachments = UploadsField(_l("Attachments"), render_kw={"accept": ACCEPT})
    remove_files = CheckboxesField(_l("Attachments to remove"), coerce=int)
    version = HiddenField()
    save_draft = SubmitField()
    send = SubmitField()

    def offer(self, tracks: Sequence[Track], formats: Sequence[SessionFormat]) -> None:
        """Fill the lists; only talks have formats and tracks, and only where the organiser made some."""
        is_talk = self.call.kind is CallKind.TALKS
        self.language.choices = choices((code, LANGUAGES[code]) for code in ("fr", "en"))
        none = [(0, _("No preference"))]
        self.format.choices = choices(none + [(one.id, translated(one.name)) for one in formats if is_talk])
        self.track.choices = choices(none + [(one.id, translated(one.name)) for one in tracks if is_talk])
        files = attachments(self.stored) if self.stored else []
        self.remove_files.choices = choices((one.id, one.file_name) for one in files)
        self.abstract.flags.required = True
        for question in asked(self.call):
            self[f"q{question.id}"].flags.required = question.is_required

    @property
    def is_final(self) -> bool:
        """Whether the button was pressed that sends the proposal, not the one that keeps a draft."""
        return bool(self.send.data) and not self.save_draft.data

    def validate(self, extra_validators: Any = None) -> bool:
        """What a sent proposal needs is not asked of a draft."""
        valid = bool(super().validate(extra_validators))
        return self._is_complete() and valid if self.must_be_complete else valid

    @property
    def must_be_complete(self) -> bool:
        """A proposal that was sent stays complete."""
        return self.is_final or (self.stored is not None and self.stored.submitted_at is not None)

    @property
    def seen_version(self) -> int:
        """The proposal's version when the page was opened; none that it ever had when the field was tampered with."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < VERSION_LENGTH else -1

    def content(self) -> Content:
        """What was typed."""
        questions = asked(self.call)
        plain = [one for one in questions if one.kind is not QuestionKind.FILE]
        fields = [(one.id, self[f"q{one.id}"]) for one in questions if one.kind is QuestionKind.FILE]
        uploads = [(question_id, field.upload) for question_id, field in fields if field.upload]
        return Content(
            title=self.title.data or "",
            abstract=self.abstract.data or "",
            language=self.language.data,
            format_id=self.format.data or None,
            track_id=self.track.data or None,
            answers={one.id: stored_value(one, self[f"q{one.id}"]) for one in plain},
            uploads=[*uploads, *((None, one) for one in self.attachments.uploads)],
            removed_files=frozenset(self.remove_files.data or ()),
        )

    def as_text(self) -> str:
        """Everything that was typed, to be copied."""
        hidden = {"csrf_token", "idempotency_key", "version", "save_draft", "send", "remove_files"}
        typed = [(field.label.text, typed_text(field)) for field in self if field.name not in hidden]
        return "\n\n".join(f"{label}\n{text}" for label, text in typed if text)

    def _is_complete(self) -> bool:
        missing = [] if self.abstract.data else [self.abstract]
        for question in asked(self.call):
            field = self[f"q{question.id}"]
            if question.is_required and not field.errors and not self._is_answered(question, field):
                missing.append(field)
        for field in missing:
            if not field.errors:
                complain(field, _("This is needed before the proposal can be sent."))
        return not missing

    def _is_answered(self, question: Any, field: Any) -> bool:
        if question.kind is not QuestionKind.FILE:
            return stored_value(question, field) not in (None, "", [])
        kept = self.stored.files if self.stored else []
        return field.upload is not None or any(one.question_id == question.id for one in kept)


class NewProposalForm(AuthorForm, ContentForm):
    """Everything at once, for a visitor."""

    email = AddressField(_l("E-mail address"))


class InvitationForm(OnceForm):
    """Somebody who is asked to join."""

    email = AddressField(_l("E-mail address"))
    language = SelectField(_l("Language of the invitation"), validators=[InputRequired()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.language.choices = [SelectChoice(code, name) for code, name in MAIL_LANGUAGES]


def new_form(call: Call, tracks: Sequence[Track], formats: Sequence[SessionFormat], **data: Any) -> NewProposalForm:
    """The form of a call for a visitor."""
    form: NewProposalForm = _with_questions(NewProposalForm, call)(data=data)
    form.call = call
    form.offer(tracks, formats)
    return form


def content_form(proposal: Proposal, tracks: Sequence[Track], formats: Sequence[SessionFormat]) -> ContentForm:
    """The form with what is there already."""
    call = proposal.call
    values = {one.question_id: one.value for one in proposal.answers}
    data: dict[str, Any] = {name: getattr(proposal, name) for name in ("title", "abstract", "language")}
    data |= {"version": proposal.version, "format": proposal.format_id or 0, "track": proposal.track_id or 0}
    data |= {f"q{one.id}": field_value(one, values.get(one.id)) for one in asked(call)}
    form: ContentForm = _with_questions(ContentForm, call)(data=data)
    form.call, form.stored = call, proposal
    form.offer(tracks, formats)
    return form


def _with_questions(base: type[Any], call: Call) -> Any:
    return type(base.__name__, (base,), {f"q{question.id}": field_of(question) for question in asked(call)})
