"""A picture drawn anew from its pixels: nothing else of the file is kept (pure).

Gone are place, camera, author, thumbnails, comments, and whatever else was hung before, between or behind the pixels.
The way up that a camera noted, and the colours that a profile means, are in the new pixels.
"""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageCms, ImageOps

from .vetting import Kind, Reason, Refused, Vetted

MOST_PIXELS = 30_000_000  # A3 at 300 dots per inch has 17 million; Reason.TOO_MANY_PIXELS says the number
FORMATS = {Kind.PNG: "PNG", Kind.JPEG: "JPEG", Kind.WEBP: "WEBP"}
#: How each is written. Text in a picture suffers first from a low quality.
WRITTEN: dict[Kind, dict[str, object]] = {
    Kind.PNG: {"optimize": False},
    Kind.JPEG: {"quality": 92, "subsampling": 0},
    Kind.WEBP: {"quality": 92},
}


def drawn_anew(data: bytes, kind: Kind) -> Vetted:
    """Raises Refused, or whatever Pillow raises of a file that is broken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is wrong beside the pixels; their number is asked here
        clean = copied(pixels_of(data, kind))
    written = BytesIO()
    clean.save(written, FORMATS[kind], **WRITTEN[kind])
    return Vetted(kind, written.getvalue(), width=clean.width, height=clean.height)


def pixels_of(data: bytes, kind: Kind) -> Image.Image:
    with opened(data, kind) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Refused(Reason.TOO_MANY_PIXELS)
        if getattr(picture, "is_animated", False):
            raise Refused(Reason.MOVES)
        picture.load()
    ImageOps.exif_transpose(picture, in_place=True)
    return plain(in_srgb(picture))


def copied(pixels: Image.Image) -> Image.Image:
    """With nothing of what the file noted about its picture, which Pillow would write again."""
    clean = Image.new(pixels.mode, pixels.size)
    clean.paste(pixels)
    return clean


def opened(data: bytes, kind: Kind) -> Image.Image:
    """Its first lines are read, and no pixel is unpacked yet."""
    try:
        return Image.open(BytesIO(data), formats=[FORMATS[kind]])
    except Image.DecompressionBombError as problem:  # a limit of Pillow's own, higher than ours
        raise Refused(Reason.TOO_MANY_PIXELS) from problem


def in_srgb(picture: Image.Image) -> Image.Image:
    """The same colours without a profile. One that is broken, or of other colours, is ignored."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    try:
        found = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if picture.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return found or picture


def plain(picture: Image.Image) -> Image.Image:
    """In one of three modes: L, RGB or RGBA."""
    if picture.mode in ("L", "RGB", "RGBA"):
        return picture
    if picture.mode.startswith("I"):  # 16 bits of grey, of which 8 are kept
        return picture.point(lambda level: level * (1 / 256)).convert("L")
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")
