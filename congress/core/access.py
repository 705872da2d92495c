"""Default deny: every view declares who may, per method, and the application does not start otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, request
from werkzeug.routing import Rule as Route

View = TypeVar("View", bound=Callable[..., object])
ANY_METHOD = "*"
_ATTRIBUTE = "__access_rules__"


@dataclass(frozen=True, slots=True)
class Rule:
    """A named condition. `check` raises `SignInRequired`, `NotAllowed`, `Missing` or `InvalidCredential`."""

    name: str
    check: Callable[[], None]


def _anyone() -> None:
    return None


PUBLIC = Rule("public", _anyone)


def access(rule: Rule | None = None, **by_method: Rule) -> Callable[[View], View]:
    """Declare the rule of a view: one for all methods, or one per method (`GET=..., POST=...`)."""
    rules = {method.upper(): one for method, one in by_method.items()}
    if rule is not None:
        rules[ANY_METHOD] = rule
    if not rules:
        msg = "access() needs a rule"
        raise TypeError(msg)

    def declare(view: View) -> View:
        setattr(view, _ATTRIBUTE, rules)
        return view

    return declare


def rule_for(view: Callable[..., object], method: str) -> Rule | None:
    """The rule that guards `method` of `view`; HEAD is guarded as GET."""
    rules: dict[str, Rule] = getattr(view, _ATTRIBUTE, {})
    method = "GET" if method == "HEAD" else method
    return rules.get(method) or rules.get(ANY_METHOD)


def declared(app: Flask) -> Iterator[tuple[Route, str, Rule | None]]:
    """Every route and method of the application with its rule."""
    for route in app.url_map.iter_rules():
        view = app.view_functions[route.endpoint]
        for method in sorted((route.methods or set()) - {"HEAD", "OPTIONS"}):
            yield route, method, rule_for(view, method)


def require_declarations(app: Flask) -> None:
    """Stop the start when a view has no rule."""
    missing = [f"{method} {route.rule} ({route.endpoint})" for route, method, rule in declared(app) if rule is None]
    if missing:
        msg = "views without an access rule: " + ", ".join(missing)
        raise RuntimeError(msg)


def enforce() -> None:
    """Check the rule of the view that is about to run."""
    if request.endpoint is None:
        return
    rule = rule_for(current_app.view_functions[request.endpoint], request.method)
    if rule is not None:
        rule.check()
