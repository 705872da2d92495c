"""Registering: the form of one event and the form of several stages of a series."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from congress.accounts.attempts import MINUTE
from congress.accounts.views.visitors import limit_visitor
from congress.core import transactions
from congress.core.access import PUBLIC, access
from congress.core.errors import DomainError, Malformed, Missing
from congress.core.http import see_other
from congress.core.idempotency import KeyReused
from congress.core.languages import LANGUAGES, current_language
from congress.core.languages import lazy_gettext as _l
from congress.events.models import Series
from congress.registration import services
from congress.registration.enums import ConsentKind, RegistrationSource
from congress.registration.forms.public import (
    EventRegistrationForm,
    RegistrationForm,
    SeriesRegistrationForm,
    series_form,
)
from congress.registration.links import manage_token, token_if_not_renewed
from congress.registration.models import RegistrationGroup
from congress.registration.offers import (
    EventOffer,
    OfferState,
    distinct_texts,
    event_offer,
    public_event_id,
    series_offers,
    shape_of,
)
from congress.registration.services import Choice
from congress.registration.views.kept_form import kept_form, marked

ALREADY_SENT = _l("This form was already sent with other content. To register somebody else, send it once more.")
MOVED = _l(
    "This form was already sent, and its registration has moved to another address. "
    "To register somebody else, send it once more."
)
PER_MINUTE = 120
blueprint = Blueprint("register", __name__, url_prefix="/<lang:lang_code>")


@blueprint.get("/events/<event_slug>/register")
@access(PUBLIC)
def event(event_slug: str) -> ResponseReturnValue:
    """The form of one event, or why there is none."""
    shape = shape_of(event_slug)
    if shape is None:
        raise Missing
    if shape.state is not OfferState.OPEN:
        return _event_page(_event_offer(event_slug), EventRegistrationForm())
    return kept_form(event_slug, shape, lambda: _fresh_form(event_slug))


@blueprint.post("/events/<event_slug>/register")
@access(PUBLIC)
def send_event(event_slug: str) -> ResponseReturnValue:
    """Register for one event. What is offered is read again only to show the form again."""
    event_id = public_event_id(event_slug)
    if event_id is None:
        raise Missing
    form = EventRegistrationForm()
    if not form.validate_on_submit():
        return _event_page(_event_offer(event_slug), form), 422
    limit_visitor("registration", PER_MINUTE, MINUTE)
    try:
        return _registered(form, lambda: form.choices(event_id))
    except DomainError as refusal:
        _prepare_again(form, refusal)
        return _event_page(_event_offer(event_slug), form, refusal), 422


@blueprint.get("/series/<series_slug>/register")
@access(PUBLIC)
def series(series_slug: str) -> ResponseReturnValue:
    """The form of all stages of a series that are open."""
    found, offers = _series_offers(series_slug)
    return _series_page(found, offers, series_form(offers))


@blueprint.post("/series/<series_slug>/register")
@access(PUBLIC)
def send_series(series_slug: str) -> ResponseReturnValue:
    """Register for the ticked stages: for all of them, or for none."""
    found, offers = _series_offers(series_slug)
    form = series_form(offers)
    if not form.validate_on_submit():
        return _series_page(found, offers, form), 422
    limit_visitor("registration", PER_MINUTE, MINUTE)
    try:
        return _registered(form, form.choices)
    except DomainError as refusal:
        _prepare_again(form, refusal)
        return _series_page(*_series_offers(series_slug), form, refusal), 422


def _registered(form: RegistrationForm, choices: Callable[[], Sequence[Choice]]) -> ResponseReturnValue:
    """Register once however often the form is sent, and show the result."""
    made: list[RegistrationGroup] = []

    def produce() -> dict[str, Any]:
        person = form.person(current_language())
        made.append(services.register(choices(), person, form.answers(), source=RegistrationSource.ONLINE))
        return {"group": made[0].id, "link": made[0].link_hash.hex()}

    result = form.once(produce)
    if made:
        token: str | None = manage_token(made[0])
    else:
        token = token_if_not_renewed(result["group"], bytes.fromhex(result["link"]))
    if token is None:
        raise KeyReused(MOVED)
    return see_other(url_for("self_service.show", token=token))


def _prepare_again(form: RegistrationForm, refusal: DomainError) -> None:
    """Undo what the refused attempt wrote; raises on what no form of ours sends."""
    transactions.rollback()
    if isinstance(refusal, Malformed):
        raise refusal
    if isinstance(refusal, KeyReused):
        refusal.sentence = MOVED if refusal.sentence is MOVED else ALREADY_SENT
        form.start_again()


def _event_offer(slug: str) -> EventOffer:
    offer = event_offer(slug)
    if offer is None:
        raise Missing
    return offer


def _series_offers(slug: str) -> tuple[Series, list[EventOffer]]:
    found = series_offers(slug)
    if found is None:
        raise Missing
    return found


def _fresh_form(slug: str) -> tuple[str, str, str]:
    """The form with marks for the numbers of places, and the token and key in it."""
    offer = _event_offer(slug)
    offer = replace(offer, categories=[marked(one) for one in offer.categories])
    form = EventRegistrationForm()
    form.preselect(offer)
    return _event_page(offer, form), generate_csrf(), str(form.idempotency_key.data)


def _event_page(offer: EventOffer, form: EventRegistrationForm, refusal: DomainError | None = None) -> str:
    template = "event" if offer.is_open else "event_closed"
    return render_template(
        f"registration/public/{template}.html",
        offer=offer,
        event=offer.event,
        series=offer.event.series,
        form=form,
        refusal=refusal,
        for_everybody=True,
        current_user=None,
        other_language_url=url_for("register.event", event_slug=offer.event.slug, lang_code=_other_language()),
    )


def _other_language() -> str:
    return next(code for code in LANGUAGES if code != current_language())


def _series_page(
    found: Series,
    offers: Sequence[EventOffer],
    form: SeriesRegistrationForm,
    refusal: DomainError | None = None,
) -> str:
    open_offers = [offer for offer in offers if offer.is_open]
    asked = [(offer.event, offer.texts) for offer in open_offers]
    return render_template(
        "registration/public/series.html",
        series=found,
        offers=offers,
        open_offers=open_offers,
        texts={kind.value: distinct_texts(asked, kind) for kind in ConsentKind},
        form=form,
        refusal=refusal,
    )
