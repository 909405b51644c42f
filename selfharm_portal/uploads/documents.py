"""A PDF looked through and written anew: its pages, and nothing that does something or hides something (pure).

What is looked through is what is written: the new file is opened again and looked through like the first. So neither
old versions of a page nor what stands before, between or behind the objects of the file is carried on, and every
reader finds the same objects at the same places.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

from pypdf import PdfReader, PdfWriter, apply_configuration
from pypdf.filters import ASCII85Decode, ASCIIHexDecode
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
)

from .pictures import MOST_PIXELS
from .vetting import Kind, Reason, Refused, Vetted

MOST_PAGES = 20  # and Reason.TOO_MANY_PAGES says it
MOST_OBJECTS = 500_000  # numbers and names among them
#: Bytes of all streams together. A page of photographs for print unpacks to some 30 million.
MOST_UNPACKED = 150_000_000
#: What pypdf unpacks by itself: the lists of objects, which are small.
MOST_UNPACKED_LIST = 20_000_000

#: Keys that give away what a PDF does or carries, wherever they stand.
KEYS = {
    **dict.fromkeys(("/JS", "/JavaScript"), Reason.SCRIPT),
    **dict.fromkeys(("/XFA",), Reason.FORM),
    **dict.fromkeys(("/EF", "/EmbeddedFiles", "/AF", "/Collection"), Reason.ATTACHMENT),
    **dict.fromkeys(("/RichMediaContent", "/RichMediaSettings", "/3DD"), Reason.MEDIA),
    **dict.fromkeys(("/AA", "/Requirements", "/URI"), Reason.ACTION),  # /URI of the catalog; of a link: below
}
#: Kinds of action, by /S. GoTo (a place in the same file) and URI (a link) are the others.
ACTIONS = {
    **dict.fromkeys(("/JavaScript", "/ECMAScript"), Reason.SCRIPT),
    **dict.fromkeys(("/SubmitForm", "/ResetForm", "/ImportData"), Reason.FORM),
    **dict.fromkeys(("/GoToE",), Reason.ATTACHMENT),
    **dict.fromkeys(("/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/GoTo3DView"), Reason.MEDIA),
    **dict.fromkeys(("/Launch", "/GoToR", "/GoToDp", "/Hide", "/SetOCGState", "/Named", "/Trans"), Reason.ACTION),
}
#: What may lie on a page beside links, by /Subtype: all of it is refused.
ON_PAGES = {
    "/Widget": Reason.FORM,
    "/FileAttachment": Reason.ATTACHMENT,
    **dict.fromkeys(("/Screen", "/Movie", "/Sound", "/RichMedia", "/3D"), Reason.MEDIA),
}
LINKS = ("http://", "https://", "mailto:")
#: Where a link on a page may lead: to a place in the file, or to an address.
LEADS = ("/GoTo", "/URI")
#: Who wrote it, with what, and whole documents of drawing programs: left behind.
NOTES = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")
#: The ways to pack that today's programs use. /DCTDecode and /JPXDecode are pictures.
TEXTUAL: dict[str, Callable[[bytes], bytes]] = {
    "/ASCII85Decode": ASCII85Decode.decode,
    "/ASCIIHexDecode": ASCIIHexDecode.decode,
}
PICTURES = ("/DCTDecode", "/JPXDecode")


def written_anew(data: bytes) -> Vetted:
    """Raises Refused, or whatever pypdf raises of a file that is broken."""
    if not data.rstrip(b"\0\t\n\f\r ").endswith(b"%%EOF"):
        raise Refused(Reason.BROKEN_PDF)
    with apply_configuration(
        zlib_maximum_output_length=MOST_UNPACKED_LIST,
        stream_decoding_work_maximum_length=4 * MOST_UNPACKED_LIST,
        page_tree_maximum_entries=1000,
        jbig2dec_binary=None,
        disable_legacy_handling=True,
    ):
        reader = opened(data)
        examine(reader)
        written = BytesIO()
        writer = PdfWriter(clone_from=reader, strict=True)
        writer.pdf_header = "%PDF-1.7"
        writer.metadata = title(reader)
        writer.write(written)
        reader = opened(written.getvalue())
        examine(reader)
        return Vetted(Kind.PDF, written.getvalue(), pages=len(reader.pages))


def opened(data: bytes) -> PdfReader:
    reader = PdfReader(BytesIO(data), strict=True)
    if reader.is_encrypted:
        raise Refused(Reason.ENCRYPTED)
    return reader


def title(reader: PdfReader) -> dict[str, str] | None:
    """Of what was noted about the file, the title alone: screen readers say it."""
    found = reader.metadata.title if reader.metadata else None
    return {"/Title": found} if isinstance(found, str) and found.strip() else None


def examine(reader: PdfReader) -> None:
    """Everything that can be reached from the root. Raises Refused; takes notes out of the objects that it passes."""
    pages = len(reader.pages)
    if pages > MOST_PAGES:
        raise Refused(Reason.TOO_MANY_PAGES, str(pages))
    if not pages:
        raise Refused(Reason.BROKEN_PDF)
    root = reader.root_object
    drop_empty_form(root)
    unpacked = 0
    for found in reached(root):
        if isinstance(found, DictionaryObject):
            for name in NOTES:
                found.pop(NameObject(name), None)
            check_dictionary(found)
            if isinstance(found, StreamObject):
                unpacked += unpacked_size(found, room=MOST_UNPACKED - unpacked)
    check_opening(root)


def reached(root: DictionaryObject) -> Iterator[Any]:
    """Every object once; what is taken out of one when it is given is not looked at. Raises Refused at too many."""
    seen: set[tuple[int, int]] = set()
    waiting: list[Any] = [root]
    count = 0
    while waiting:
        found = waiting.pop()
        if isinstance(found, IndirectObject):
            if (found.idnum, found.generation) in seen:
                continue
            seen.add((found.idnum, found.generation))
            waiting.append(found.get_object())
            continue
        count += 1
        if count > MOST_OBJECTS:
            raise Refused(Reason.TOO_HARD)
        yield found
        if isinstance(found, DictionaryObject):
            waiting.extend(found.values())
        elif isinstance(found, ArrayObject):
            waiting.extend(found)


def the(found: Any) -> Any:
    """What a reference leads to; a chain of them is not followed for ever."""
    for _ in range(8):
        if not isinstance(found, IndirectObject):
            return found
        found = found.get_object()
    raise Refused(Reason.BROKEN_PDF)


def value(of: DictionaryObject, key: str) -> Any:
    """None where there is none. (`get` of pypdf's dictionaries gives the reference.)"""
    return the(of.raw_get(key)) if key in of else None


def check_dictionary(found: DictionaryObject) -> None:
    action, kind = value(found, "/S"), value(found, "/Type")
    for key in found:
        if key in KEYS and not (key == "/URI" and action == "/URI"):
            raise Refused(KEYS[key], key.lstrip("/"))
    if isinstance(action, str) and action in ACTIONS:
        raise Refused(ACTIONS[action], action.lstrip("/"))
    if action == "/URI" and not is_address(value(found, "/URI")):
        raise Refused(Reason.LINK)
    if kind in ("/EmbeddedFile", "/Filespec"):
        raise Refused(Reason.ATTACHMENT)
    if "/FT" in found:
        raise Refused(Reason.FORM)
    annotations = value(found, "/Annots")
    for annotation in annotations if isinstance(annotations, ArrayObject) else []:
        check_annotation(the(annotation))


def is_address(found: Any) -> bool:
    text = found.decode("latin-1") if isinstance(found, bytes) else str(found)
    return text.strip().lower().startswith(LINKS)


def check_annotation(found: Any) -> None:
    if not isinstance(found, DictionaryObject):
        return
    kind = value(found, "/Subtype")
    if kind != "/Link":
        raise Refused(ON_PAGES.get(str(kind), Reason.COMMENTS))
    for key in ("/A", "/PA"):
        action = value(found, key)
        kind = value(action, "/S") if isinstance(action, DictionaryObject) else action
        if kind is not None and kind not in LEADS:
            raise Refused(ACTIONS.get(str(kind), Reason.ACTION), str(kind).lstrip("/"))


def check_opening(root: DictionaryObject) -> None:
    """A file may say at which place it opens, and do nothing else then."""
    action = value(root, "/OpenAction")
    if isinstance(action, DictionaryObject) and value(action, "/S") != "/GoTo":
        raise Refused(Reason.ACTION, "OpenAction")
    if "/AcroForm" in root:
        raise Refused(Reason.FORM)


def drop_empty_form(root: DictionaryObject) -> None:
    """Some programs leave a form without a field behind."""
    form = value(root, "/AcroForm")
    if isinstance(form, DictionaryObject) and not value(form, "/Fields") and "/XFA" not in form:
        del root["/AcroForm"]


def unpacked_size(stream: StreamObject, *, room: int) -> int:
    """Bytes that a reader would unpack, found without keeping them. Raises Refused beyond `room`."""
    if "/F" in stream:  # what it holds would be fetched from elsewhere
        raise Refused(Reason.ATTACHMENT)
    if value(stream, "/Subtype") == "/Image":
        check_pixels(value(stream, "/Width"), value(stream, "/Height"))
    filters = value(stream, "/Filter")
    named = filters if isinstance(filters, ArrayObject) else [] if filters is None else [filters]
    names = [str(the(name)) for name in named]
    data: bytes = stream._data  # as it is in the file: pypdf's own ways to it unpack
    while names and names[0] in TEXTUAL:
        data = TEXTUAL[names.pop(0)](data)
    size = len(data)
    if names and names[0] == "/FlateDecode":
        names.pop(0)
        size = inflated_size(data, room=room)
    if size > room:
        raise Refused(Reason.TOO_BIG_UNPACKED)
    if names and names not in [[name] for name in PICTURES]:
        raise Refused(Reason.PACKED, names[0].lstrip("/"))
    return size


def check_pixels(width: Any, height: Any) -> None:
    if not isinstance(width, int) or not isinstance(height, int):
        raise Refused(Reason.BROKEN_PDF)
    if width * height > MOST_PIXELS:
        raise Refused(Reason.TOO_MANY_PIXELS)


def inflated_size(data: bytes, *, room: int) -> int:
    size, unpacking = 0, zlib.decompressobj()
    while data and not unpacking.eof:
        size += len(unpacking.decompress(data, 1_000_000))
        data = unpacking.unconsumed_tail
        if size > room:
            raise Refused(Reason.TOO_BIG_UNPACKED)
    return size
