"""A film for Chromium's fake camera: QR codes held in front of it one after the other, as badges are at a door."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import qrcode
from PIL import Image, ImageFilter
from qrcode.constants import ERROR_CORRECT_M

SIZE = (640, 480)
TILT = 7  # degrees: nobody holds a badge straight


def picture(text: str | None, *, blur: float = 0.8, module: int = 5) -> Image.Image:
    """What the camera sees while `text` is held in front of it; an empty hall for None."""
    hall = Image.new("RGB", SIZE, (96, 96, 96))
    if text is not None:
        code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, box_size=module, border=4)
        code.add_data(text)
        badge = code.make_image().get_image().convert("RGB")
        held = badge.rotate(TILT, expand=True, fillcolor=(255, 255, 255), resample=Image.Resampling.BICUBIC)
        hall.paste(held, ((SIZE[0] - held.width) // 2, (SIZE[1] - held.height) // 2))
    return hall.filter(ImageFilter.GaussianBlur(blur))


def film(path: Path, texts: Iterable[str | None], *, frames: int = 15) -> Path:
    """Write an .mjpeg that shows each text for `frames` pictures (Chromium plays 30 a second, again and again)."""
    with path.open("wb") as stream:
        for text in texts:
            jpeg = io.BytesIO()
            picture(text).save(jpeg, "JPEG", quality=85)
            stream.write(jpeg.getvalue() * frames)
    return path


def camera_flags(clip: Path | None = None) -> list[str]:
    """The switches that give Chromium a camera (or, without a clip, its own test picture) and the permission."""
    flags = ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    return flags if clip is None else [*flags, f"--use-file-for-fake-video-capture={clip}"]
