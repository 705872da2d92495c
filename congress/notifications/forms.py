"""What people type to have their link sent again."""

from __future__ import annotations

from congress.core.forms import AddressField, BaseForm
from congress.core.languages import lazy_gettext as _l


class ResendForm(BaseForm):
    """The address with which somebody registered."""

    email = AddressField(_l("E-mail address with which you registered"))
