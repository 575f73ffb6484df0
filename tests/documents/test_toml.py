"""The reader of TOML for old Pythons says what the library's own says where there is one."""

from __future__ import annotations

import sys
from datetime import date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.documents.toml import loads

CONTAINERD = """\
version = 3
root = '/var/lib/containerd' # a comment
disabled_plugins = ["io.containerd.grpc.v1.cri"]
oom_score = -999

[grpc]
  address = "/run/containerd/containerd.sock"
  max_recv_message_size = 16_777_216

[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
  [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
    SystemdCgroup = true
[timeouts]
  "io.containerd.timeout.bolt.open" = "0s"
[stream_processors."x"]
  accepts = [
    "a", # one
    'b',
  ]
[[proxy]]
name = "a"
[[proxy]]
name = "b"
[proxy.inner]
x = { y.z = 1, w = [{}, {a = 1.5e3}] }
"""
GOOD = (
    "", "\n", "# only", "a=1", "a = 1\r\nb = 2\r\n", 'a="\\u00e9\\U0001F600\\t\\\\"', "a=''",
    "a=''''x''''", 'a="""\nx\\\n   y"""', 'a="""""x"""""',
    "a=inf", "a=-nan", "a=0xf_f", "a=0b11", "a=0o17", "a=1_000", "a=+1.5", "a=1e06", "a=[]", "a=[1,[2,],]", "a={}",
    "[a]\n[a.b]\n[c]",
    "[a.b]\n[a]", "a.b=1\na.c=2", "[a]\nb.c=1\n[a.d]", "'a b'.\"c\"=1", "a=1979-05-27", "a=1979-05-27T07:32:00Z",
    "a=07:32:00.5", "[[a]]\n[[a.b]]\n[[a]]",
    "a=1979-05-27 07:32:00+01:00", "a = true# c",
)  # fmt: skip
BAD = (
    "a", "a=", "a=1 b=2", "a=01", "a=1__0", "a=_1", "a=1.", "a=.5", "a=tru", "[a", "[a]b=1", "[a]\n[a]", "a=1\na=2",
    "a=1\n[a]", "a=[1", "a={b=1,}",
    "a={\nb=1}", "a='\n'", 'a="\\x"', 'a="\\ud800"', "a={b=1}\na.c=2", "a={b=1}\n[a.c]", "a.b=1\n[a]",
    "[a]\nb.c=1\n[a.b]", "a=[]\n[[a]]", "[[a]]\n[a]",
    "[a]\n[[a]]", "a=\x00", "# \x01", "a=1979-13-01", "a=25:00:00", "=1", "a..b=1", 'a="\\\n"', "a=[1 2]", "a=0x",
    "a = 1 \r", "a={b.c=1, b={}}", '"""a"""=1',
    "[a.b]\nc=1\n[a]\nb.d=1", "a=++1", "a='''x",
)  # fmt: skip


def library(text: str) -> Any:
    tomllib = pytest.importorskip("tomllib")
    try:
        return plain(tomllib.loads(text))
    except ValueError:
        return ValueError


def plain(value: Any) -> Any:
    """*value* with a moment as text that can be compared, not-a-number too."""
    if isinstance(value, dict):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, (date, time, datetime)):
        return "a moment"
    return repr(value)


def ours(text: str) -> Any:
    try:
        return plain(loads(text))
    except ValueError:
        return ValueError


def test_the_configuration_of_containerd_is_read() -> None:
    found = loads(CONTAINERD)
    assert found["grpc"] == {"address": "/run/containerd/containerd.sock", "max_recv_message_size": 16_777_216}
    assert (found["root"], found["oom_score"]) == ("/var/lib/containerd", -999)
    runtimes = found["plugins"]["io.containerd.cri.v1.runtime"]["containerd"]["runtimes"]
    assert runtimes == {"runc": {"runtime_type": "io.containerd.runc.v2", "options": {"SystemdCgroup": True}}}
    assert found["stream_processors"]["x"]["accepts"] == ["a", "b"]
    assert found["proxy"] == [{"name": "a"}, {"name": "b", "inner": {"x": {"y": {"z": 1}, "w": [{}, {"a": 1500.0}]}}}]


@pytest.mark.parametrize("text", GOOD)
def test_what_is_toml_is_read(text: str) -> None:
    assert ours(text) is not ValueError


@pytest.mark.parametrize("text", BAD)
def test_what_is_no_toml_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(ValueError, match=r"\(line [0-9]+\)$"):
        loads(text)


def test_depth_ends_in_a_sentence() -> None:
    with pytest.raises(ValueError, match="too deep"):
        loads("a=" + "[" * 5000)


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python has no reader of its own")
@pytest.mark.parametrize("text", [CONTAINERD, *(text for text in GOOD if "-05-" not in text and "07:" not in text), *BAD])
def test_the_library_says_the_same(text: str) -> None:
    assert ours(text) == library(text)


PIECES = st.sampled_from([
    "a", "b", ".", "=", " ", "\n", "1", "-1", "1.5", '"x"', "'y'", "[", "]", "[[", "]]", "{", "}", ",", "true", '"""',
    "'''", "\\", "#", "\\n", "_", "e3", "0",
    "[a]\n", "[[b]]\n", "a.b=1\n", "b={a=1}\n", "\t", "\r\n", '"',
])  # fmt: skip


@pytest.mark.skipif(sys.version_info < (3, 11), reason="this Python has no reader of its own")
@given(st.lists(PIECES, max_size=14).map("".join))
def test_the_library_says_the_same_of_whatever_comes(text: str) -> None:
    assert ours(text) == library(text)
