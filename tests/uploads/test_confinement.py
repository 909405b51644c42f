"""The process that looks through a file: how much it may use, and what follows when it does not end well."""

import resource
import subprocess
import sys
from textwrap import dedent

import pytest
from django.conf import settings

from selfharm_portal.uploads import confinement
from selfharm_portal.uploads.vetting import Kind, Reason, Refused
from tests.uploads import brought

pytestmark = pytest.mark.requirement("C2")

#: Peak of the whole process, with Python, Pillow and pypdf, which take some 60 MB.
MOST_FOR_A_BOMB = 250 * 1024  # kilobytes


def in_a_process(program: str, data: bytes) -> str:
    done = subprocess.run(
        [sys.executable, "-c", dedent(program)], input=data, capture_output=True, cwd=settings.BASE_DIR, check=True
    )
    return done.stdout.decode().strip()


def test_a_good_file_comes_back_as_vetting_gives_it():
    found = confinement.vet_apart(brought.pdf())
    assert (found.kind, found.pages) == (Kind.PDF, 1)
    assert found.data.startswith(b"%PDF-1.7")
    assert confinement.vet_apart(brought.picture("WEBP"))[2:4] == (60, 40)


def test_a_refusal_comes_back_with_its_words():
    with pytest.raises(Refused, match="TOO_MANY_PAGES") as found:
        confinement.vet_apart(brought.pdf(pages=21))
    assert found.value.message.startswith("This PDF has 21 pages")


@pytest.mark.parametrize(
    ("bomb", "reason"),
    [
        (brought.bomb_on_page, Reason.TOO_BIG_UNPACKED),
        (brought.bomb_in_picture, Reason.TOO_BIG_UNPACKED),
        (brought.bomb_of_objects, Reason.BROKEN_PDF),
    ],
)
def test_a_gigabyte_of_zeros_is_refused_in_little_memory(bomb, reason):
    data = bomb(1_000_000_000)
    assert len(data) < 1_200_000
    said = in_a_process(
        """
        import resource, sys
        from selfharm_portal.uploads import confinement
        from selfharm_portal.uploads.vetting import Refused
        try:
            confinement.vet_apart(sys.stdin.buffer.read())
        except Refused as refused:
            print(refused.reason.name, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        """,
        data,
    )
    name, peak = said.split()
    print(f"{bomb.__name__}: {int(peak) // 1024} MB at most")
    assert (name, int(peak) < MOST_FOR_A_BOMB) == (reason.name, True)


def test_100_megapixels_are_refused_in_little_memory():
    data = brought.png_of(10_000, 10_000)
    with pytest.raises(Refused, match="TOO_MANY_PIXELS"):
        confinement.vet_apart(data)


def test_the_kernel_keeps_the_limit_that_libraries_might_not():
    """The largest picture that is taken, in a process with a quarter of the memory."""
    said = in_a_process(
        """
        import sys
        from selfharm_portal.uploads import confinement, vetting
        confinement.MOST_MEMORY //= 4
        confinement._limit_ourselves()
        try:
            vetting.vet(sys.stdin.buffer.read())
        except vetting.Refused as refused:
            print(refused.reason.name)
        """,
        brought.picture("PNG", "RGBA", (6_000, 5_000)),
    )
    assert said in (Reason.TOO_HARD.name, Reason.BROKEN_PICTURE.name)


def test_the_largest_picture_fits():
    found = confinement.vet_apart(brought.png_of(6_000, 5_000))
    assert (found.width, found.height) == (6_000, 5_000)


def test_what_takes_too_long_is_ended_and_refused(monkeypatch):
    monkeypatch.setattr(confinement, "PATIENCE", 0.01)
    with pytest.raises(Refused, match="TOO_HARD"):
        confinement.vet_apart(brought.pdf())


def test_a_process_that_ends_badly_refuses(monkeypatch):
    monkeypatch.setattr(confinement, "ROOT", confinement.ROOT / "docs")  # where no such program is
    with pytest.raises(Refused, match="TOO_HARD"):
        confinement.vet_apart(brought.pdf())


def test_the_limits_are_on_that_process_and_not_on_ours():
    confinement.vet_apart(brought.pdf())
    assert resource.getrlimit(resource.RLIMIT_CPU)[0] == resource.RLIM_INFINITY
