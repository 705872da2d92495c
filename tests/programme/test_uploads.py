"""Files from outside: what they are is read from their content; who may fetch them, and how they are served."""

from __future__ import annotations

import io
import zipfile

import pytest
import sqlalchemy as sa
from PIL import Image

from congress.core import storage
from congress.core.transactions import commit_on_success
from congress.events.errors import PictureRefused
from congress.events.models import Event
from congress.extensions import db
from congress.programme import photos, uploads
from congress.programme.errors import FileRefused
from congress.programme.models import Material, Session
from congress.programme.services import materials
from tests.factories.programme import make_release, make_room, make_session, make_slot

BASE = "/en/manage/events/grand-est/programme/sessions/"
PDF = b"%PDF-1.7\n1 0 obj\n"


def picture(size=(40, 30), kind="PNG", **options):
    stream = io.BytesIO()
    Image.new("RGB", size).save(stream, kind, **options)
    return stream.getvalue()


def archive(*names, **contents):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as opened:
        for name in names:
            opened.writestr(name, contents.get(name, "x"))
    return stream.getvalue()


def open_document(media_type):
    return archive("mimetype", "content.xml", mimetype=media_type)


@pytest.mark.parametrize(
    ("content", "name", "kept_as"),
    [
        (PDF, "Slides.PDF", "Slides.pdf"),
        (PDF, "C:\\Users\\me\\..\\slides.exe", "slides.pdf"),
        (PDF, '../../etc/"passwd"', "passwd.pdf"),
        (PDF, "", "file.pdf"),
        (picture(), "photo.jpeg", "photo.png"),
        (picture(kind="JPEG"), "photo.jpeg", "photo.jpg"),
        (picture(kind="WEBP"), "photo", "photo.webp"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "deck.pptx", "deck.pptx"),
        (archive("[Content_Types].xml", "word/document.xml"), "text.zip", "text.docx"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "table.xlsx", "table.xlsx"),
        (open_document("application/vnd.oasis.opendocument.presentation"), "deck.odp", "deck.odp"),
        ("Des mots, accentués\n".encode(), "notes.txt", "notes.txt"),
        ("a;b\n1;2\n".encode("utf-8-sig"), "data.csv", "data.csv"),
        (b"<script>alert(1)</script>", "page.md", "page.md"),
    ],
)
def test_kinds_that_people_exchange_are_kept(app, content, name, kept_as):
    kept = uploads.checked(content, name)
    assert kept.file_name == kept_as
    assert kept.media_type == uploads.MEDIA_TYPES[kept.extension]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.pdf"),
        (b"MZ\x90\x00", "setup.exe"),
        (b"MZ\x90\x00", "slides.pdf"),
        (b"<html><script>alert(1)</script></html>", "page.html"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg"),
        (b"\x00\x01", "notes.txt"),
        (b"\xff\xfe\xfa", "notes.txt"),
        (picture(kind="GIF"), "moving.gif"),
        (picture()[:60], "cut.png"),
        (archive("readme.txt"), "things.zip"),
        (archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macro.docm"),
        (open_document("application/epub+zip"), "book.epub"),
        (b"PK\x03\x04broken", "deck.pptx"),
        (PDF + b"0" * uploads.MAX_BYTES, "huge.pdf"),
        (picture((12_001, 1)), "wide.png"),
    ],
)
def test_everything_else_is_refused_in_words(app, content, name):
    with app.test_request_context("/en/"), pytest.raises(FileRefused) as refused:
        uploads.checked(content, name)
    with app.test_request_context("/en/"):
        assert len(str(refused.value.sentence)) > 10


@pytest.mark.parametrize("size", [(30_000, 1), (1, 30_000)])
def test_a_photo_of_30000_pixels_is_refused_in_words(app, size):
    with app.test_request_context("/en/"), pytest.raises(PictureRefused) as refused:
        photos.redraw(picture(size))
    with app.test_request_context("/en/"):
        assert "8,200 pixels" in str(refused.value.sentence)


def test_a_photo_from_a_telephone_becomes_small_and_loses_its_metadata():
    exif = Image.Exif()
    exif[0x010F] = "Somebody's telephone"
    drawn = photos.redraw(picture((8064, 6048), "JPEG", exif=exif))
    assert max(drawn.width, drawn.height) == 800
    assert b"telephone" not in drawn.content
    assert len(drawn.content) < 100_000


@pytest.fixture
def made(tour):
    """A session in the public programme with a file and a link, and a draft beside it."""
    with tour.app.test_request_context("/fr/"), commit_on_success():
        event = db.session.scalars(sa.select(Event).where(Event.slug == "grand-est")).one()
        session, draft = make_session(event), make_session(event)
        make_slot(event, session, make_room(event))
        upload = uploads.checked(PDF, "Mes diapos – été.pdf")
        file = materials.add_file(event, session, upload, "Slides")
        materials.add_link(event, session, "https://example.org/paper", "")
        hidden = materials.add_file(event, draft, upload, "Slides")
        make_release(event)
        return {"code": session.code, "id": file.id, "draft": draft.code, "hidden": hidden.id}


def public(made, code="code", material="id", event="grand-est"):
    return f"/en/events/{event}/programme/sessions/{made[code]}/material/{made[material]}"


def test_public_material_is_saved_and_never_shown(tour, made):
    answer = tour.client().get(public(made), buffered=True)
    assert (answer.status_code, answer.data, answer.mimetype) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "filename*=UTF-8''Mes%20diapos%20" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert (
        tour.client().get(public(made), headers={"If-None-Match": answer.headers["ETag"]}, buffered=True).status_code
        == 304
    )


def test_what_no_release_shows_is_for_the_team(tour, made):
    assert tour.client("organiser").get(public(made, "draft", "hidden"), buffered=True).status_code == 404
    assert tour.client("organiser").get(public(made, "code", "hidden"), buffered=True).status_code == 404
    assert tour.client("organiser").get(public(made, event="ile-de-france"), buffered=True).status_code == 404
    staff = f"{BASE}{made['draft']}/material/{made['hidden']}"
    assert tour.client("viewer").get(staff, buffered=True).data == PDF
    assert tour.client("door").get(staff, buffered=True).status_code == 403
    assert tour.client("neighbour").get(staff, buffered=True).status_code == 404
    assert (
        tour.client("viewer").get(f"{BASE}{made['code']}/material/{made['hidden']}", buffered=True).status_code == 404
    )


def test_a_draft_event_shows_no_material(tour, made):
    tour.change(Event, "grand-est", published_at=None, status="draft")
    assert tour.client().get(public(made), buffered=True).status_code == 404


def stored_names(tour):
    return tour.read_all(sa.select(Material.stored_name).where(Material.stored_name.is_not(None)))


def files(tour):
    with tour.app.app_context():
        return {path.name for path in storage.folder(uploads.FOLDER).iterdir()} & set(tour.kept)


def test_removed_material_stays_public_until_the_next_release(tour, made):
    tour.kept = stored_names(tour)
    client, page = tour.client("organiser"), f"{BASE}{made['code']}/"
    assert client.submit(f"{page}material/{made['id']}/remove", {}, page).status_code == 303
    assert "Mes diapos" not in client.get(page).get_data(as_text=True).split("What the public sees")[0]
    assert tour.client().get(public(made), buffered=True).status_code == 200
    with tour.app.test_request_context("/fr/"), commit_on_success():
        make_release(db.session.scalars(sa.select(Event).where(Event.slug == "grand-est")).one())
    assert tour.client().get(public(made), buffered=True).status_code == 404
    assert len(files(tour)) == 1
    client.submit(f"{BASE}{made['draft']}/material/{made['hidden']}/remove", {}, f"{BASE}{made['draft']}/")
    assert files(tour) == set()


def test_a_file_comes_by_the_form_and_a_wrong_one_does_not(tour, made, monkeypatch):
    monkeypatch.setattr(uploads, "MAX_BYTES", 1000)
    client, page = tour.client("organiser"), f"{BASE}{made['code']}/"
    before = len(stored_names(tour))
    for content, name, sentence in (
        (b"MZ", "virus.exe", "not of a kind that we keep"),
        (b"", "nothing.pdf", "empty"),
        (PDF + b"0" * 1000, "large.pdf", "larger than 20 MB"),
    ):
        data = {"file": (io.BytesIO(content), name), "file_label": "Kept label"}
        answer = client.submit(page + "files", data, page, content_type="multipart/form-data")
        assert answer.status_code == 422
        assert sentence in answer.get_data(as_text=True)
        assert "Kept label" in answer.get_data(as_text=True)
    assert client.submit(page + "files", {"file_label": "x"}, page).status_code == 422
    assert len(stored_names(tour)) == before
    data = {"file": (io.BytesIO(PDF), "ten.pdf")}
    assert client.submit(page + "files", data, page, content_type="multipart/form-data").status_code == 303
    stored = tour.read(sa.select(Material).order_by(Material.id.desc()))
    assert (stored.label, stored.file_name) == ("ten.pdf", "ten.pdf")
    assert stored.stored_name != "ten.pdf"


def test_only_forms_for_files_take_more_than_others(tour, made, monkeypatch):
    monkeypatch.setitem(tour.app.config, "MAX_CONTENT_LENGTH", 50_000)
    client, page = tour.client("organiser"), f"{BASE}{made['code']}/"
    for path, name, status in (("files", "file", 303), ("speakers", "speaker", 413)):
        data = {name: (io.BytesIO(PDF + b"0" * 200_000), "slides.pdf")}
        answer = client.submit(page + path, data, page, content_type="multipart/form-data")
        assert answer.status_code == status


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "ftp://example.org/x", "//x", "x", ""])
def test_links_are_web_addresses(tour, made, url):
    client, page = tour.client("organiser"), f"{BASE}{made['code']}/"
    assert client.submit(page + "links", {"url": url}, page).status_code == 422


def test_a_link_is_added(tour, made):
    client, page = tour.client("organiser"), f"{BASE}{made['code']}/"
    assert client.submit(page + "links", {"url": "https://example.org/a?b=c"}, page).status_code == 303
    assert tour.read(sa.select(Material.label).order_by(Material.id.desc())) == "https://example.org/a?b=c"


def test_material_has_an_order(tour, made):
    client, page = tour.client("organiser"), f"{BASE}{made['code']}/"
    order = sa.select(Material.id).join(Session).where(Session.code == made["code"]).order_by(Material.position)
    first, second = tour.read_all(order)
    client.submit(f"{page}material/{second}/move/up", {}, page)
    assert tour.read_all(order) == [second, first]
    assert client.submit(f"{page}material/{made['hidden']}/move/up", {}, page).status_code == 404
    assert client.submit(f"{page}material/{made['hidden']}/remove", {}, page).status_code == 404
