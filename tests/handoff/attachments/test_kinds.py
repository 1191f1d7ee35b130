import io
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handoff.attachments.kinds import Kind, label, recognise

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 32
PDF = b"%PDF-1.7\n" + b"x" * 32


def zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, "x")
    return packed.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("截图.png", PNG, Kind("image/png", "截图.png")),
        ("photo.JPEG", JPEG, Kind("image/jpeg", "photo.jpeg")),
        ("photo", JPEG, Kind("image/jpeg", "photo.jpg")),
        ("账单.pdf", PDF, Kind("application/pdf", "账单.pdf")),
        ("a.zip", zipped("a.txt"), Kind("application/zip", "a.zip")),
        ("记录.txt", "断网三次".encode(), Kind("text/plain", "记录.txt")),
        ("表.csv", "套餐,月租\n畅享,59".encode("gbk"), Kind("text/plain", "表.csv")),
        ("page.html", PNG, Kind("image/png", "page.png")),  # what it is decides, not what it is called
        ("../../etc/passwd.png", PNG, Kind("image/png", "passwd.png")),
        ("C:\\temp\\x.png", PNG, Kind("image/png", "x.png")),
        ("\u202egnp.exe", PNG, Kind("image/png", "gnp.png")),
    ],
)
def test_judged_by_content(name, content, kind):
    assert recognise(name, content) == kind


def test_an_office_file_keeps_its_ending():
    kind = recognise("表.xlsx", zipped("xl/workbook.xml"))
    assert kind is not None
    assert kind.content_type == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.html", b"<html><script>alert(1)</script>"),
        ("x.png", b"<html><script>alert(1)</script>"),
        ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.png", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("x.exe", b"MZ" + b"\x00" * 64),
        ("x.sh", b"#!/bin/sh\nrm -rf /"),
        ("x.js", b"alert(1)"),
        ("x.txt", b"\x00\x01\x02"),
        ("empty", b""),
    ],
)
def test_refused(name, content):
    assert recognise(name, content) is None


@given(name=st.text(max_size=300), content=st.sampled_from([PNG, JPEG, PDF, b"plain text"]))
def test_any_name_becomes_safe(name, content):
    kind = recognise(name, content)
    if kind is None:
        return
    assert 0 < len(kind.name) <= 100
    assert not set('\\/:*?"<>|\r\n') & set(kind.name)
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in kind.name)
    kind.name.encode()


def test_labels():
    assert label("image/png", "a.png") == "[图片]"
    assert label("application/pdf", "账单.pdf") == "[文件] 账单.pdf"
    assert label("audio/amr", "a.amr") == "[语音]"
