"""A tag, where it goes, and a table of tags."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, SelectField, ValidationError
from wtforms.validators import InputRequired

from congress.core.forms import ParagraphsField, translated_line
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l
from congress.events.forms.base import StaffForm, choices, text_pair
from congress.matchmaking.services.taxonomy import MAX_SYNONYMS, Synonyms
from congress.matchmaking.taxonomy import Taxonomy, Term
from congress.matchmaking.taxonomy_files import LABEL_LENGTH

SYNONYMS_LENGTH = 2000


def place_choices(tree: Taxonomy, first: object, without: Collection[int] = ()) -> list[Any]:
    """Every place of the tree, indented by its depth; 0 is the first one."""
    terms = ((term, depth) for term, depth in tree.walk() if term.id not in without)
    return choices([(0, first), *((term.id, "\u2003" * depth + term.name()) for term, depth in terms)])


class TagForm(StaffForm):
    """Labels and synonyms; one synonym per line."""

    label = translated_line(_l("Label"), max_length=LABEL_LENGTH)
    synonyms_fr = ParagraphsField(_l("Synonyms in French"), max_length=SYNONYMS_LENGTH)
    synonyms_en = ParagraphsField(_l("Synonyms in English"), max_length=SYNONYMS_LENGTH)

    def validate(self, extra_validators: Any = None) -> bool:
        valid = bool(super().validate(extra_validators))
        if not text_pair(self.label.data):
            field = self.label.form.fr
            field.errors = [*field.errors, _("Please give the label in at least one language.")]
            return False
        return valid

    def validate_synonyms_fr(self, field: ParagraphsField) -> None:
        """A few short ones."""
        self._check(field)

    def validate_synonyms_en(self, field: ParagraphsField) -> None:
        """A few short ones."""
        self._check(field)

    @property
    def labels(self) -> dict[str, str]:
        """What it is called."""
        return text_pair(self.label.data)

    @property
    def synonyms(self) -> Synonyms:
        """What else it is found by."""
        typed = {"fr": _lines(self.synonyms_fr.data), "en": _lines(self.synonyms_en.data)}
        return {language: words for language, words in typed.items() if words}

    @staticmethod
    def data_of(term: Term) -> dict[str, Any]:
        """The initial values."""
        synonyms = {f"synonyms_{language}": "\n".join(words) for language, words in term.synonyms.items()}
        return {"label": dict(term.label), **synonyms}

    def _check(self, field: ParagraphsField) -> None:
        words = _lines(field.data)
        if len(words) > MAX_SYNONYMS or any(len(word) > LABEL_LENGTH for word in words):
            raise ValidationError(_("Please give at most 30 synonyms, one per line, each of at most 120 characters."))


class NewTagForm(TagForm):
    """A tag and where it stands."""

    parent_id = SelectField(_l("Stands below"), coerce=int, default=0, validators=[InputRequired()])

    def offer(self, tree: Taxonomy) -> None:
        """Every tag, or the top."""
        self.parent_id.choices = place_choices(tree, _("Nothing: at the top"))


class PlaceForm(StaffForm):
    """Another place of a tag."""

    parent_id = SelectField(_l("Stands below"), coerce=int, validators=[InputRequired()])

    def offer(self, tree: Taxonomy) -> None:
        """Every tag, or the top; what cannot be is refused in words."""
        self.parent_id.choices = place_choices(tree, _("Nothing: at the top"))


class MergeForm(StaffForm):
    """The tag that takes over another one."""

    into_id = SelectField(_l("Merge into"), coerce=int, validators=[InputRequired()])

    def offer(self, tree: Taxonomy, tag_id: int) -> None:
        """Every other tag."""
        self.into_id.choices = place_choices(tree, _("Please choose"), without={tag_id})

    def validate_into_id(self, field: SelectField) -> None:
        """A tag has to be chosen."""
        if not field.data:
            raise ValidationError(_("Please choose the tag that stays."))


class UploadForm(StaffForm):
    """A table of tags."""

    file = FileField(_l("File"), validators=[FileRequired(_l("Please choose a file."))])


class ImportForm(StaffForm):
    """The preview's button: which file, and what was shown of it."""

    name = HiddenField()
    digest = HiddenField()


def _lines(text: str | None) -> list[str]:
    return [line for line in (text or "").split("\n") if line]
