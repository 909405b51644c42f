"""Files as people bring them, good and hostile; each hostile one is really made, and holds what its name says."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import typst
from PIL import Image, ImageCms
from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    EncodedStreamObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

SCRIPT = b"<script>alert(document.domain)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
SHELL = b"#!/bin/sh\nrm -rf /\n"
PLACE_AND_CAMERA = (b"Exif", b"Camera of Kim", b"GPS")


# Pictures


def picture(form: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (60, 40), **noted: Any) -> bytes:
    """Red in its upper left, the rest white (or what of it the mode has)."""
    drawn = Image.new("RGB", size, "white")
    drawn.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    written = BytesIO()
    drawn.convert(mode).save(written, form, **noted)
    return written.getvalue()


def with_notes(form: str) -> bytes:
    """Camera, place, comment and author, and turned on its side: tag 274 says so."""
    exif = Image.Exif()
    exif[274] = 6
    exif[271] = "Camera of Kim"
    exif[34853] = {1: "N", 2: (53.0, 28.0, 0.0)}
    noted: dict[str, Any] = {"exif": exif.tobytes()}
    if form == "JPEG":
        noted["comment"] = b"Camera of Kim"
    return picture(form, **noted)


def with_profile(form: str) -> bytes:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    return picture(form, icc_profile=profile.tobytes())


def animated(form: str) -> bytes:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    written = BytesIO()
    frames[0].save(written, form, save_all=True, append_images=frames[1:], duration=100)
    return written.getvalue()


def png_of(width: int, height: int) -> bytes:
    """Any number of black pixels in few bytes, made without having them."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packing = zlib.compressobj(9)
    row = b"\0" * (width + 1)
    packed = b"".join(packing.compress(row) for _ in range(height)) + packing.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def zipped() -> bytes:
    written = BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("evil.html", SCRIPT)
    return written.getvalue()


# PDFs


def pdf(pages: int = 1, *, title: str = "Somerset: digital resources") -> bytes:
    """As typst makes it: tagged, with its structure in packed lists."""
    text = "\n#pagebreak()\n".join(
        f'= Page {number}\nWords, and a #link("https://example.org")[link].' for number in range(1, pages + 1)
    )
    source = f'#set document(title: "{title}", author: "Kim Author")\n#set page(width: 10cm, height: 10cm)\n{text}'
    return typst.compile(source.encode(), format="pdf")


def altered(change: Callable[[PdfWriter], object]) -> bytes:
    """A PDF with something more in it, written by pypdf."""
    writer = PdfWriter(clone_from=BytesIO(pdf()))
    change(writer)
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def thing(**entries: Any) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): entry for name, entry in entries.items()})


def name(word: str) -> NameObject:
    return NameObject(f"/{word}")


def stream(data: bytes, *filters: str, **entries: Any) -> EncodedStreamObject:
    made = EncodedStreamObject()
    made.update(thing(**entries))
    made._data = data
    if filters:
        made[NameObject("/Filter")] = ArrayObject([name(word) for word in filters])
    return made


def in_catalog(key: str, entry: Any) -> bytes:
    """Behind a reference, as real programs write it."""

    def change(writer: PdfWriter) -> None:
        writer.root_object[NameObject(f"/{key}")] = writer._add_object(entry)

    return altered(change)


def on_page(key: str, entry: Any) -> bytes:
    def change(writer: PdfWriter) -> None:
        writer.pages[0][NameObject(f"/{key}")] = writer._add_object(entry)

    return altered(change)


def annotation(kind: str, **entries: Any) -> bytes:
    box = ArrayObject([NumberObject(0), NumberObject(0), NumberObject(9), NumberObject(9)])

    def change(writer: PdfWriter) -> None:
        found = writer._add_object(thing(Type=name("Annot"), Subtype=name(kind), Rect=box, **entries))
        writer.pages[0][NameObject("/Annots")] = writer._add_object(ArrayObject([found]))

    return altered(change)


def launching() -> DictionaryObject:
    return thing(S=name("Launch"), F=TextStringObject("cmd.exe"))


def script() -> DictionaryObject:
    return thing(S=name("JavaScript"), JS=TextStringObject("app.alert(1)"))


def form(*, fields: bool) -> bytes:
    field = thing(FT=name("Tx"), T=TextStringObject("Name"))
    return in_catalog("AcroForm", thing(Fields=ArrayObject([field] if fields else [])))


def attached() -> bytes:
    return altered(lambda writer: writer.add_attachment("evil.exe", b"MZ"))


def encrypted(password: str) -> bytes:
    return altered(lambda writer: writer.encrypt(password, owner_password="owner", algorithm="RC4-128"))


@cache
def zeros(size: int) -> bytes:
    """So many of them, packed without having them all."""
    packing, block = zlib.compressobj(9), b"\0" * 1_000_000
    return b"".join(packing.compress(block) for _ in range(size // len(block))) + packing.flush()


def bomb_on_page(size: int) -> bytes:
    return on_page("Contents", stream(zeros(size), "FlateDecode"))


def bomb_in_picture(size: int) -> bytes:
    return on_page("Bomb", image(9, 9, zeros(size), "FlateDecode"))


def picture_of(width: int, height: int) -> bytes:
    return on_page("Wide", image(width, height, b"", "DCTDecode"))


def image(width: int, height: int, data: bytes, packed: str) -> EncodedStreamObject:
    size = {"Width": NumberObject(width), "Height": NumberObject(height)}
    return stream(data, packed, Type=name("XObject"), Subtype=name("Image"), **size)


def packed_twice() -> bytes:
    return on_page("Twice", stream(zlib.compress(zeros(200_000_000)), "FlateDecode", "FlateDecode"))


def bomb_of_objects(size: int, more_of_catalog: bytes = b"") -> bytes:
    """The catalog itself is in a packed list of objects, and behind it are so many spaces."""
    catalog, pages, page = (
        b"<</Type/Catalog/Pages 2 0 R%b>>" % more_of_catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
    )
    starts = b"1 0 2 %d 3 %d " % (len(catalog) + 1, len(catalog) + len(pages) + 2)
    packing, block = zlib.compressobj(9), b" " * 1_000_000
    packed = packing.compress(starts + b" ".join([catalog, pages, page]))
    packed += b"".join(packing.compress(block) for _ in range(size // len(block))) + packing.flush()
    head = b"%PDF-1.7\n"
    objects = b"4 0 obj\n<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n%b\nendstream\nendobj\n" % (
        len(starts), len(packed), packed
    )  # fmt: skip
    entries = [(0, 0, 65535), (2, 4, 0), (2, 4, 1), (2, 4, 2), (1, len(head), 0), (1, len(head) + len(objects), 0)]
    table = b"".join(struct.pack(">BIH", *entry) for entry in entries)
    where = len(head) + len(objects)
    xref = b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length %d>>stream\n%b\nendstream\nendobj\n" % (
        len(table), table
    )  # fmt: skip
    return head + objects + xref + b"startxref\n%d\n%%%%EOF\n" % where


def hidden_name() -> bytes:
    """/JavaScript and /JS in the other way to write names, in a file written by hand."""
    return by_hand(b"/OpenAction<</S/J#61vaScript/#4aS(app.alert\\(1\\))>>")


def by_hand(more_of_catalog: bytes = b"", *, before: bytes = b"", behind: bytes = b"") -> bytes:
    objects = [
        b"<</Type/Catalog/Pages 2 0 R%b>>" % more_of_catalog,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
    ]
    written, starts = before + b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        starts.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    where = len(written)
    written += b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % start for start in starts)
    return written + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % where + behind


def byte_string(text: bytes) -> ByteStringObject:
    return ByteStringObject(text)
