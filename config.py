"""Settings: read from the environment once, checked before anything starts. Every variable is listed here."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click

ROOT = Path(__file__).parent
SAMPLE_SECRETS = frozenset({"change-me", "changeme", "secret", "dev", "sample", "development", "your-secret-key"})
MIN_SECRET_LENGTH = 32
MIN_DIFFERENT_CHARACTERS = 10


class SettingsError(click.ClickException):
    """The application must not start with these settings; the text says which and what to do."""

    exit_code = 2


def load(environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The Flask configuration for `CONGRESS_ENV` = production (default), demo or test."""
    env = os.environ if environ is None else environ
    mode = env.get("CONGRESS_ENV", "production")
    if mode not in {"production", "demo", "test"}:
        msg = f"CONGRESS_ENV is {mode!r}; it must be production, demo or test."
        raise SettingsError(msg)
    data_dir = Path(env.get("CONGRESS_DATA_DIR") or ROOT / "instance").resolve()
    port = _integer(env, "PORT", 8000)
    base_url = env.get("CONGRESS_BASE_URL") or f"http://127.0.0.1:{port}"
    settings = {
        "MODE": mode,
        "DEMO": mode == "demo",
        "TESTING": mode == "test",
        "DEBUG": _flag(env, "FLASK_DEBUG"),
        "DATA_DIR": data_dir,
        "PORT": port,
        "HOST": env.get("CONGRESS_HOST", "127.0.0.1"),
        "SECRET_KEY": env.get("CONGRESS_SECRET_KEY") or _secret_file(data_dir, mode),
        "BASE_URL": base_url.rstrip("/"),
        "SQLALCHEMY_DATABASE_URI": env.get("CONGRESS_DATABASE_URL") or f"sqlite:///{data_dir / 'congress.db'}",
        "MAIL_FROM": env.get("CONGRESS_MAIL_FROM", "Congress <no-reply@congress.example>"),
        "SMTP_URL": env.get("CONGRESS_SMTP_URL", ""),
        "METRICS_TOKEN": env.get("CONGRESS_METRICS_TOKEN", ""),
        "SECURITY_CONTACT": env.get("CONGRESS_SECURITY_CONTACT", "mailto:security@congress.example"),
        "PROXY_COUNT": _integer(env, "CONGRESS_PROXY_COUNT", 0),
        "THREADS": _integer(env, "CONGRESS_THREADS", 8),
        "WORKER_THREADS": max(1, _integer(env, "CONGRESS_WORKER_THREADS", 4)),
        "EXTRA_HOSTS": [host for host in env.get("CONGRESS_EXTRA_HOSTS", "").split(",") if host],
    }
    settings |= _derived(settings)
    if mode == "production":
        _refuse_unsafe(settings)
    return settings


def _derived(settings: dict[str, Any]) -> dict[str, Any]:
    base = urlsplit(settings["BASE_URL"])
    secure = base.scheme == "https"
    hosts = {base.netloc, *settings["EXTRA_HOSTS"]}
    if base.hostname in {"127.0.0.1", "localhost"}:
        hosts |= {f"127.0.0.1:{settings['PORT']}", f"localhost:{settings['PORT']}"}
    return {
        "PREFERRED_URL_SCHEME": base.scheme,
        "TRUSTED_HOSTS": sorted(hosts),
        "SESSION_COOKIE_NAME": "__Host-congress" if secure else "congress",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_PATH": "/",
        "MAX_CONTENT_LENGTH": 6 * 1024 * 1024,
        "MAX_UPLOAD_LENGTH": 21 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 512 * 1024,
        "MAX_FORM_PARTS": 1000,
        "WTF_CSRF_TIME_LIMIT": 12 * 3600,
        "WTF_CSRF_SSL_STRICT": secure,
        "BABEL_DEFAULT_LOCALE": "en",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "congress" / "translations"),
        "PROVIDE_AUTOMATIC_OPTIONS": False,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(settings["SQLALCHEMY_DATABASE_URI"]),
        "PROPAGATE_UNEXPECTED": settings["TESTING"],
    }


def _engine_options(uri: str) -> dict[str, Any]:
    options: dict[str, Any] = {"pool_size": 16, "max_overflow": 8}
    if uri.startswith("sqlite"):
        return options | {"connect_args": {"timeout": 15, "check_same_thread": False, "cached_statements": 512}}
    return options | {
        "pool_pre_ping": True,
        "connect_args": {"options": "-c timezone=utc -c statement_timeout=30000"},
    }


def _secret_file(data_dir: Path, mode: str) -> str:
    path = data_dir / "secret_key"
    if mode != "test" and path.is_file():
        return path.read_text(encoding="ascii").strip()
    return ""


def _refuse_unsafe(settings: dict[str, Any]) -> None:
    secret = settings["SECRET_KEY"]
    if not secret:
        msg = "CONGRESS_SECRET_KEY is not set. Make one: python3 -c 'import secrets; print(secrets.token_hex(32))'"
        raise SettingsError(msg)
    if (
        len(secret) < MIN_SECRET_LENGTH
        or secret.lower() in SAMPLE_SECRETS
        or len(set(secret)) < MIN_DIFFERENT_CHARACTERS
    ):
        msg = "CONGRESS_SECRET_KEY is a sample or too short; it needs 32 random characters or more."
        raise SettingsError(msg)
    if settings["DEBUG"]:
        msg = "FLASK_DEBUG is on; it must be off in production."
        raise SettingsError(msg)
    if settings["SMTP_URL"] and urlsplit(settings["SMTP_URL"]).scheme not in {"smtp", "smtps"}:
        msg = "CONGRESS_SMTP_URL must look like smtp://user:password@host:587 or smtps://user:password@host."
        raise SettingsError(msg)
    if urlsplit(settings["BASE_URL"]).scheme not in {"http", "https"}:
        msg = "CONGRESS_BASE_URL must start with https:// (or http:// on a closed network)."
        raise SettingsError(msg)


def _integer(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name) or str(default)
    if not value.isdigit():
        msg = f"{name} is {value!r}; it must be a whole number."
        raise SettingsError(msg)
    return int(value)


def _flag(env: Mapping[str, str], name: str) -> bool:
    return env.get(name, "").lower() in {"1", "true", "yes", "on"}
