"""Files that want to run code, to exhaust the machine, or that are broken: each is refused by name, in one line."""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from atlas.errors import AtlasError, NonFiniteWeights, TensorMismatch, UnreadableFile, UnsafeFile
from ingest.sources import check_weights, inspect, module_of_chain, read_exported, read_tensors

pytestmark = [pytest.mark.timeout(20), pytest.mark.filterwarnings("ignore")]

TENSORS = {"a.weight": torch.ones(3, 2), "a.bias": torch.ones(3)}
FORMATS = ("zip.pt", "legacy.pt", "n.safetensors", "n.pt2")


class Runs:
    """Makes the folder `ran` when it is unpickled."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self.mark),)


class Builds(Runs):
    """Asks for code when its state is set."""

    def __reduce__(self) -> tuple[object, ...]:
        return Runs, (self.mark,), {"mark": self.mark}


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """What a file would make if it were run."""
    return tmp_path / "ran"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one good file of each format."""
    folder = tmp_path_factory.mktemp("good")
    torch.save(TENSORS, folder / "zip.pt")
    torch.save(TENSORS, folder / "legacy.pt", _use_new_zipfile_serialization=False)
    save_file(TENSORS, folder / "n.safetensors")
    module = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.ReLU())
    sizes = ({0: torch.export.Dim("batch", min=2, max=99)},)
    torch.export.save(torch.export.export(module, (torch.ones(3, 4),), dynamic_shapes=sizes), folder / "n.pt2")
    return folder


def refused(path: Path, error: type[AtlasError] = AtlasError, *, names_file: bool = True) -> str:
    """Read a file, which must fail in one line that names it; give the line."""
    with pytest.raises(error) as caught:
        read_exported(path) if path.suffix == ".pt2" else read_tensors(path)
    message = str(caught.value)
    assert type(caught.value) is not AtlasError
    assert "\n" not in message
    assert not names_file or repr(str(path))[1:-1] in message
    assert not (path.parent / "ran").exists()
    return message


def code(mark: Path) -> str:
    """Python that would make the mark."""
    return f"__import__('os').mkdir({str(mark)!r})"


def inst(mark: Path) -> bytes:
    return b"(S'" + code(mark).encode().replace(b"'", b'"') + b"'\nibuiltins\neval\n."


def obj(mark: Path) -> bytes:
    return b"(cbuiltins\neval\nS'" + code(mark).encode().replace(b"'", b'"') + b"'\no."


def text_of(module: str, name: str) -> Callable[[Path], bytes]:
    """A pickle that calls a function with Python or a command."""
    argument: Callable[[Path], str] = (lambda mark: f"mkdir {mark}") if name in ("system", "popen") else code
    return lambda mark: f"c{module}\n{name}\n(V{argument(mark)}\ntR.".encode()


def new_object(mark: Path) -> bytes:
    return b"\x80\x02csubprocess\nPopen\nX\x05\0\0\0mkdir\x85\x81."


def new_object_ex(mark: Path) -> bytes:
    return b"\x80\x04\x8c\nsubprocess\x8c\x05Popen\x93X\x05\0\0\0mkdir\x85}\x92."


PICKLES: dict[str, Callable[[Path], bytes]] = {
    **{f"p{p}": (lambda mark, p=p: pickle.dumps(Runs(mark), protocol=p)) for p in range(6)},
    **{f"build{p}": (lambda mark, p=p: pickle.dumps(Builds(mark), protocol=p)) for p in (0, 2, 4)},
    "system": text_of("os", "system"),
    "posix": text_of("posix", "system"),
    "nt": text_of("nt", "system"),
    "eval": text_of("builtins", "eval"),
    "exec": text_of("builtins", "exec"),
    "eval2": text_of("__builtin__", "eval"),
    "import": text_of("builtins", "__import__"),
    "getattr": text_of("builtins", "getattr"),
    "popen": text_of("os", "popen"),
    "runpy": text_of("runpy", "_run_code"),
    "hub": text_of("torch.hub", "load"),
    "torch_os": text_of("torch", "os.system"),
    "inst": inst,
    "obj": obj,
    "newobj": new_object,
    "newobj_ex": new_object_ex,
    "ext": lambda mark: b"\x80\x02\x82\x01)R.",
    "ext2": lambda mark: b"\x80\x02\x83\x01\x00)R.",
    "ext4": lambda mark: b"\x80\x02\x84\x01\x00\x00\x00)R.",
    "persistent": lambda mark: b"\x80\x02X\x04\0\0\0evilQ.",
    "persistent_text": lambda mark: b"Pevil\n.",
}


def in_archive(data: bytes) -> bytes:
    """An archive of torch around a pickle."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("archive/data.pkl", data)
        archive.writestr("archive/version", b"3\n")
    return stream.getvalue()


def after_headers(data: bytes) -> bytes:
    """A file of an old torch around a pickle."""
    machine = {"protocol_version": 1001, "little_endian": True, "type_sizes": {}}
    headers = (0x1950A86A20F9469CFC6C, 1001, machine)
    return b"".join(pickle.dumps(part, protocol=2) for part in headers) + data


WRAPPERS = {"bare": bytes, "zip": in_archive, "legacy": after_headers}


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize("name", PICKLES)
def test_code(tmp_path: Path, mark: Path, name: str, wrapper: str) -> None:
    (tmp_path / "n.pt").write_bytes(WRAPPERS[wrapper](PICKLES[name](mark)))
    refused(tmp_path / "n.pt", UnreadableFile if name == "persistent" else UnsafeFile)


@pytest.mark.parametrize(("name", "asked"), [("p0", "mkdir"), ("p4", "mkdir"), ("eval", "builtins.eval"), ("ext", "1")])
def test_what_code(tmp_path: Path, mark: Path, name: str, asked: str) -> None:
    (tmp_path / "n.pt").write_bytes(PICKLES[name](mark))
    assert asked in refused(tmp_path / "n.pt").partition("asks for")[2]


@pytest.mark.parametrize("zipped", [True, False])
def test_code_among_tensors(tmp_path: Path, mark: Path, zipped: bool) -> None:
    torch.save({**TENSORS, "more": Runs(mark)}, tmp_path / "n.pt", _use_new_zipfile_serialization=zipped)
    assert "mkdir'" in refused(tmp_path / "n.pt", UnsafeFile)


def test_torchscript(tmp_path: Path) -> None:
    torch.jit.script(torch.nn.Linear(1, 1)).save(tmp_path / "n.pt")
    assert "TorchScript" in refused(tmp_path / "n.pt", UnsafeFile)


@pytest.mark.parametrize("share", [0.0, 0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
@pytest.mark.parametrize("name", FORMATS)
def test_truncated(good: Path, tmp_path: Path, name: str, share: float) -> None:
    content = (good / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(share * len(content))])
    refused(tmp_path / name, UnreadableFile)


@pytest.mark.parametrize("name", FORMATS)
def test_flipped(good: Path, tmp_path: Path, name: str) -> None:
    """Bits flipped at forty places: read, or refused by name; nothing else may happen."""
    content = (good / name).read_bytes()
    for place in range(0, len(content), max(1, len(content) // 40)):
        path = tmp_path / name
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x41]) + content[place + 1 :])
        try:
            read_exported(path) if path.suffix == ".pt2" else read_tensors(path)
        except AtlasError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".pt2", ".zip"])
@pytest.mark.parametrize(
    "content", [b"", b"hello\n", b"\x89PNG\r\n\x1a\n", b"{}", b"PK\3\4", b"\x80\x02}.", b"\0" * 64, b"\xff" * 64]
)
def test_other_format(tmp_path: Path, suffix: str, content: bytes) -> None:
    (tmp_path / f"n{suffix}").write_bytes(content)
    refused(tmp_path / f"n{suffix}", UnreadableFile)


@pytest.mark.parametrize("content", ["nested", "pickle"])
def test_archive_in_archive(good: Path, tmp_path: Path, mark: Path, content: str) -> None:
    inner = (good / "zip.pt").read_bytes() if content == "nested" else pickle.dumps(Runs(mark))
    with zipfile.ZipFile(tmp_path / "n.pt", "w") as archive:
        archive.writestr("inner/other.pt", inner)
    refused(tmp_path / "n.pt", UnreadableFile)


def test_bomb(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "n.pt", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}, protocol=2))
        archive.writestr("archive/data/0", bytes(64 << 20))
    assert "bytes unpacked. At most 20 times" in refused(tmp_path / "n.pt", UnreadableFile)


def test_storage_longer_than_held(good: Path, tmp_path: Path) -> None:
    """Such a file would make torch read beyond the end of its memory."""
    with zipfile.ZipFile(good / "zip.pt") as source, zipfile.ZipFile(tmp_path / "n.pt", "w") as target:
        for name in source.namelist():
            target.writestr(name, b"\0\0\0\0" if name.endswith("data/0") else source.read(name))
    assert "declares 24 bytes of values '0', but holds 4" in refused(tmp_path / "n.pt", UnreadableFile)


def test_declared_terabyte(tmp_path: Path) -> None:
    storage = b"X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\x000X\x03\0\0\0cpu\x8a\x06\0\0\0\0\0\x01Nt"
    (tmp_path / "n.pt").write_bytes(after_headers(b"\x80\x02(" + storage + b"Q."))
    assert "declares 4,398,046,511,104 bytes" in refused(tmp_path / "n.pt", UnreadableFile)


def test_expanded(tmp_path: Path) -> None:
    torch.save({"a.weight": torch.ones(1).expand(1 << 40)}, tmp_path / "n.pt")
    assert "more than the file holds" in refused(tmp_path / "n.pt", UnreadableFile)


@pytest.mark.parametrize("wrapper", ["zip", "legacy"])
def test_laughs(tmp_path: Path, wrapper: str) -> None:
    """A hundred tuples, each twice in the next: as a key, it would take for ever to hash."""
    nested = b"".join(b"h\0h\0\x86q\0" for _ in range(100))
    pickled = b"\x80\x02})q\0" + nested + b"K\x01s."
    (tmp_path / "n.pt").write_bytes(WRAPPERS[wrapper](pickled))
    assert "too nested" in refused(tmp_path / "n.pt", UnreadableFile)


def test_many_opcodes(tmp_path: Path) -> None:
    (tmp_path / "n.pt").write_bytes(in_archive(b"\x80\x02" + b"N" * 4_000_000 + b"."))
    assert "too large" in refused(tmp_path / "n.pt", UnreadableFile)


def test_deep(tmp_path: Path) -> None:
    content: object = TENSORS
    for _ in range(50):
        content = {"model": content}
    torch.save(content, tmp_path / "n.pt")
    refused(tmp_path / "n.pt", UnreadableFile)


@pytest.mark.parametrize(
    ("header", "length"),
    [
        (b"{}", 1 << 62),
        (b"{}", 3),
        (b"[" * 100_000, None),
        (b"[1]", None),
        (b'{"a": 1}', None),
        (b'{"a": {"dtype": "F32", "shape": [4611686018427387904], "data_offsets": [0, 4]}}', None),
        (b'{"a": {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]}}', None),
        (b'{"a": {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]}}', None),
        (b'{"a": {"dtype": "F32", "shape": [1], "data_offsets": [4, 0]}}', None),
        (b'{"\xff": 1}', None),
    ],
    ids=["huge", "beyond", "deep", "list", "number", "shape", "type", "negative", "backwards", "bytes"],
)
def test_header(tmp_path: Path, header: bytes, length: int | None) -> None:
    size = len(header) if length is None else length
    (tmp_path / "n.safetensors").write_bytes(struct.pack("<Q", size) + header + b"\0" * (4 if length is None else 0))
    refused(tmp_path / "n.safetensors", UnreadableFile)


@pytest.mark.parametrize("n", [150_000, 1_000_000])
def test_million_tensors(tmp_path: Path, n: int) -> None:
    entry = '"{}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    header = ("{" + ",".join(entry.format(number) for number in range(n)) + "}").encode()
    (tmp_path / "n.safetensors").write_bytes(struct.pack("<Q", len(header)) + header)
    assert "At most" in refused(tmp_path / "n.safetensors", UnreadableFile)


def test_million_members(tmp_path: Path) -> None:
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 60_000_000, 4, 0)
    (tmp_path / "n.pt").write_bytes(b"PK\3\4" + bytes(60_000_000) + end)
    assert "a list of members of 60,000,000 bytes" in refused(tmp_path / "n.pt", UnreadableFile)


@pytest.mark.parametrize("name", ["twice", "case", "before", "after"])
def test_two_readings(good: Path, tmp_path: Path, name: str) -> None:
    """Archives in which two readers could see different things."""
    content = (good / "zip.pt").read_bytes()
    if name in ("before", "after"):
        other = in_archive(b"\x80\x02}.")
        (tmp_path / "n.pt").write_bytes(other + content if name == "before" else content + b"more")
    else:
        with zipfile.ZipFile(tmp_path / "n.pt", "w") as archive:
            archive.writestr("archive/data.pkl", b"\x80\x02}.")
            archive.writestr("archive/data.pkl" if name == "twice" else "ARCHIVE/data.pkl", b"\x80\x02}.")
    refused(tmp_path / "n.pt", UnreadableFile)


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe", "loop", "dangling", "null", "/dev/null", "/dev/zero"])
@pytest.mark.parametrize("suffix", [".pt", ".pt2", ".safetensors"])
def test_no_file(tmp_path: Path, kind: str, suffix: str) -> None:
    path = tmp_path / f"n{suffix}"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path)
    elif kind == "dangling":
        path.symlink_to(tmp_path / "nowhere")
    elif kind == "null":
        path = tmp_path / f"a\0b{suffix}"
    elif kind.startswith("/dev"):
        path.symlink_to(kind)
    refused(path, UnreadableFile)


@pytest.mark.parametrize(
    "name", ["new\nline.pt", "it's.pt", "`quoted`.pt", "$(rm x).pt", "é😀.pt", "MATCH (n) DELETE n.pt"]
)
def test_name_of_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"hello")
    refused(tmp_path / name, UnreadableFile, names_file="'" not in name)


NAMES = ["a'b", 'a"b', "a`b", "a\nb", "a/b", "a b", "", "x' DETACH DELETE n //", "}) RETURN 1 //", "../a", "é", "a\0b"]


@pytest.mark.parametrize("name", NAMES)
def test_name_of_tensor(tmp_path: Path, name: str) -> None:
    """Any name is read; where a chain would make a layer of it, it is refused in one line."""
    torch.save({f"{name}.weight": torch.ones(2, 2)}, tmp_path / "n.pt")
    file = read_tensors(tmp_path / "n.pt")
    assert list(file.tensors) == [f"{name}.weight"]
    with pytest.raises(AtlasError) as caught:
        module_of_chain(file.tensors, name)
    assert "\n" not in str(caught.value)
    assert "--chain" not in inspect(tmp_path / "n.pt").command


@pytest.mark.parametrize(
    ("tensor", "kind"),
    [
        (lambda: torch.eye(3).to_sparse(), "sparse"),
        (lambda: torch.eye(3).to_sparse_csr(), "sparse"),
        (lambda: torch.quantize_per_tensor(torch.ones(2, 2), 0.1, 0, torch.qint8), "quantised"),
        (lambda: torch.ones(2, 2, device="meta"), "without values"),
    ],
    ids=["coo", "csr", "quantised", "meta"],
)
def test_no_plain_values(tmp_path: Path, tensor: Callable[[], torch.Tensor], kind: str) -> None:
    torch.save({"a.weight": tensor()}, tmp_path / "n.pt")
    assert f"'a.weight' is {kind}" in refused(tmp_path / "n.pt", TensorMismatch)


@pytest.mark.parametrize(
    ("tensor", "error", "what"),
    [
        (torch.tensor([[1.0, float("nan")]]), NonFiniteWeights, "has 1 NaN or infinite"),
        (torch.tensor([[float("inf"), -float("inf")]]), NonFiniteWeights, "has 2 NaN or infinite"),
        (torch.tensor([[float("nan")]], dtype=torch.bfloat16), NonFiniteWeights, "has 1 NaN"),
        (torch.tensor([[float("nan")]]).to(torch.float8_e4m3fn), NonFiniteWeights, "has 1 NaN"),
        (torch.ones(0, 2), TensorMismatch, "has no values"),
        (torch.ones(2, 2, dtype=torch.int64), TensorMismatch, "is int64"),
        (torch.ones(2, 2, dtype=torch.bool), TensorMismatch, "is bool"),
        (torch.ones(2, 2, dtype=torch.complex64), TensorMismatch, "is complex64"),
    ],
    ids=["nan", "inf", "bfloat16", "float8", "empty", "integers", "bool", "complex"],
)
def test_no_weights(tmp_path: Path, tensor: torch.Tensor, error: type[AtlasError], what: str) -> None:
    torch.save({"a.weight": tensor}, tmp_path / "n.pt")
    file = read_tensors(tmp_path / "n.pt")
    with pytest.raises(error, match=rf"n\.pt': the tensor 'a\.weight' {what}"):
        check_weights(file.tensors, source=repr(str(file.path)))


def changed(good: Path, path: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Copy the exported program with some of its members changed."""
    with zipfile.ZipFile(good / "n.pt2") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def member(members: dict[str, bytes], part: str) -> str:
    return next(name for name in members if part in name)


def saved(content: object, **options: bool) -> bytes:
    stream = io.BytesIO()
    torch.save(content, stream, **options)
    return stream.getvalue()


PLACES = [
    "n/data/sample_inputs/model.pt",
    "n/data/sample_inputs/other",
    "n/extra.bin",
    "n/data/weights/more",
    "new.pkl",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["zip", "legacy", "bare", "bare4"])
def test_exported_pickle(good: Path, tmp_path: Path, mark: Path, place: str, kind: str) -> None:
    bytes_of = {
        "zip": saved((Runs(mark),)),
        "legacy": saved((Runs(mark),), _use_new_zipfile_serialization=False),
        "bare": pickle.dumps(Runs(mark), protocol=2),
        "bare4": pickle.dumps(Runs(mark), protocol=4),
    }
    changed(good, tmp_path / "n.pt2", lambda members: members.update({place: bytes_of[kind]}))
    refused(tmp_path / "n.pt2", UnsafeFile)


@pytest.mark.parametrize("kind", ["zip", "bare"])
@pytest.mark.parametrize("is_declared", [True, False])
def test_exported_weight(good: Path, tmp_path: Path, mark: Path, kind: str, is_declared: bool) -> None:
    """A pickle in place of a weight, whether the list of weights says so or not."""

    def change(members: dict[str, bytes]) -> None:
        config = json.loads(members[member(members, "weights_config")])
        config["config"]["0.weight"]["use_pickle"] = is_declared
        members[member(members, "weights_config")] = json.dumps(config).encode()
        members[member(members, "weights/weight_0")] = (
            saved(Runs(mark)) if kind == "zip" else pickle.dumps(Runs(mark), protocol=2)
        )

    changed(good, tmp_path / "n.pt2", change)
    refused(tmp_path / "n.pt2", UnsafeFile)


@pytest.mark.parametrize(
    "name",
    [
        "n/data/constants/custom_obj_0",
        "n/data/constants/opaque_obj_0",
        "n/data/aotinductor/model/model.so",
        "n/data/aotinductor/model/model.wrapper.cpp",
        "n/data/weights/kernel.cubin",
        "n/data/anything",
    ],
)
def test_exported_code(good: Path, tmp_path: Path, name: str) -> None:
    changed(good, tmp_path / "n.pt2", lambda members: members.update({name: b"\x7fELF\2\1\1" + bytes(64)}))
    refused(tmp_path / "n.pt2", UnsafeFile)


SYMBOL = "Symbol('s"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (SYMBOL, "{code} or Symbol('s"),
        (SYMBOL, "().__class__.__base__.__subclasses__() or Symbol('s"),
        (SYMBOL, "[x for x in (1,)] or Symbol('s"),
        (SYMBOL, "(lambda: 1)() or Symbol('s"),
        (SYMBOL, "sympify('1') + Symbol('s"),
        (SYMBOL, "Pow(Integer(9), Integer(999999999)) + Symbol('s"),
        (SYMBOL, "Integer(99999999999999999999999) + Symbol('s"),
        ('"p_0_weight"', '"p_0_weight, q={code}"'),
        ('"p_0_weight"', '"p_0_weight):\\n    {code}\\ndef f(x"'),
        ("torch.ops.aten.relu.default", "torch.os.system"),
        ("torch.ops.aten.relu.default", "torch.hub.load"),
        ("torch.ops.aten.relu.default", "_operator.methodcaller"),
        ("torch.ops.aten.relu.default", "torch.ops.load_library"),
        ("torch.ops.aten.relu.default", "torch.ops.aten.from_file.default"),
        ("torch.ops.aten.relu.default", "torch.ops.aten.save.default"),
        ("torch.ops.aten.relu.default", "torch.ops.mine.run.default"),
        ("torch.ops.aten.relu.default", "#evil:run"),
        ("builtins.dict", "collections.defaultdict"),
        (
            '"context\\": \\"[]\\"',
            '"context\\": \\"[{\\\\\\"__enum__\\\\\\": 1, \\\\\\"fqn\\\\\\": \\\\\\"evil:E\\\\\\"}]\\"',
        ),
        ('"guards_code": []', '"guards_code": ["{code} is None"]'),
        ('"guards_code": []', '"guards_code": ["L.__class__.__base__"]'),
    ],
)
def test_exported_text(good: Path, tmp_path: Path, mark: Path, before: str, after: str) -> None:
    """torch evaluates sizes, compiles names, and resolves operations: what a program says is checked."""

    def change(members: dict[str, bytes]) -> None:
        text = members[member(members, "models/")].decode()
        assert before in text
        members[member(members, "models/")] = text.replace(before, after.replace("{code}", code(mark))).encode()

    changed(good, tmp_path / "n.pt2", change)
    refused(tmp_path / "n.pt2", UnsafeFile)


def test_torch_runs_it(good: Path, tmp_path: Path, mark: Path) -> None:
    """The files of this test are no straw men: torch itself runs the code in them."""

    def change(members: dict[str, bytes]) -> None:
        members[member(members, "sample_inputs")] = saved(((Runs(mark),), {}))

    changed(good, tmp_path / "n.pt2", change)
    with contextlib.suppress(Exception):
        torch.export.load(tmp_path / "n.pt2")
    assert mark.exists()


def test_exported_without_values(good: Path, tmp_path: Path) -> None:
    """An empty member that declares a million million values."""

    def change(members: dict[str, bytes]) -> None:
        config = json.loads(members[member(members, "weights_config")])
        config["config"]["0.weight"]["tensor_meta"]["sizes"] = [{"as_int": 1 << 40}]
        members[member(members, "weights_config")] = json.dumps(config).encode()
        members[member(members, "weights/weight_0")] = b""

    changed(good, tmp_path / "n.pt2", change)
    assert "'0.weight' is larger than the file" in refused(tmp_path / "n.pt2", UnreadableFile)


@pytest.mark.parametrize("name", ["data", "pytorch_variables.pth", "policy.optimizer.pth"])
def test_stable_baselines(good: Path, tmp_path: Path, mark: Path, name: str) -> None:
    """Only the policy is read, whatever the other members are."""
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        archive.writestr("policy.pth", (good / "zip.pt").read_bytes())
        archive.writestr("_stable_baselines3_version", "2.0.0")
        archive.writestr(name, pickle.dumps(Runs(mark)))
    file = read_tensors(tmp_path / "n.zip")
    assert file.tensors["a.weight"].tolist() == [[1, 1]] * 3
    assert file.notes == ("took the member 'policy.pth'; the others were not opened",)
    assert not mark.exists()


def test_stable_baselines_policy(tmp_path: Path, mark: Path) -> None:
    with zipfile.ZipFile(tmp_path / "n.zip", "w") as archive:
        archive.writestr("policy.pth", saved({"a": Runs(mark)}))
        archive.writestr("_stable_baselines3_version", "2.0.0")
    refused(tmp_path / "n.zip", UnsafeFile)
