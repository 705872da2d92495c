"""What people type to sign in and about their account."""

from __future__ import annotations

from wtforms import PasswordField, RadioField, ValidationError
from wtforms.validators import InputRequired, Length

from congress.accounts.hashing import MAX_LENGTH, MIN_LENGTH
from congress.core.forms import AddressField, BaseForm, LineField, SelectChoice
from congress.core.languages import gettext as _
from congress.core.languages import lazy_gettext as _l


class LinkForm(BaseForm):
    """Ask for a sign-in link."""

    email = AddressField(_l("E-mail address"))


class PasswordSignInForm(BaseForm):
    """Sign in with a password; the length is checked before anything is computed."""

    login = AddressField(_l("E-mail address"))
    password = PasswordField(_l("Password"), validators=[InputRequired(), Length(max=MAX_LENGTH)])


class ConfirmForm(BaseForm):
    """A button."""


class ProfileForm(BaseForm):
    """Name and language."""

    name = LineField(_l("Name"), required=True)
    language = RadioField(
        _l("Language of your mails"),
        choices=[SelectChoice("fr", "Français"), SelectChoice("en", "English")],
        validators=[InputRequired()],
    )


class OldPasswordForm(BaseForm):
    """Proves again who is there; the field is left out for somebody whom a link has just proved."""

    old_password = PasswordField(_l("Present password"), validators=[InputRequired(), Length(max=MAX_LENGTH)])


class NewPasswordForm(OldPasswordForm):
    """Set or change the password."""

    new_password = PasswordField(
        _l("New password"),
        description=_l("15 characters or more; a few words that only you would put together are best."),
        validators=[
            InputRequired(),
            Length(
                min=MIN_LENGTH,
                max=MAX_LENGTH,
                message=_l("Please use between %(min)d and %(max)d characters."),
            ),
        ],
    )
    repeat = PasswordField(_l("New password again"), validators=[InputRequired(), Length(max=MAX_LENGTH)])

    def validate_repeat(self, field: PasswordField) -> None:
        if field.data != self.new_password.data:
            raise ValidationError(_("The two new passwords differ."))
