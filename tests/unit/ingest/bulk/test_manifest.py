"""Manifests: what rows say, what options add, and which are refused as a whole."""

import pytest

from atlas.errors import BadKey, BadParameter, UnknownName, UnreadableFile
from ingest import Opening, Origin
from ingest.bulk import read_entries

CSV = """file,key,chain,family,seed,step,data,part,norm
runs/a.pt,first,"h:relu,o",mine,3,100,trials.npz,,frobenius
"runs/step_7.pt",,,,,,,ema,
"""
TOML = """
[[network]]
file = "runs/a.pt"
key = "first"
chain = "h:relu,o"
family = "mine"
seed = 3
step = 100
data = "trials.npz"
norm = "frobenius"

[[network]]
file = "runs/step_7.pt"
part = "ema"
"""


@pytest.mark.parametrize(("name", "text"), [("m.csv", CSV), ("m.toml", TOML)])
def test_rows_and_options(name, text, tmp_path):
    (tmp_path / name).write_text(text)
    first, second = read_entries(
        tmp_path / name, opening=Opening(chain="x,y", norm="spectral"), origin=Origin(seed=9), data="digits"
    )
    assert (first.file, first.key, first.data) == (tmp_path / "runs/a.pt", "first", str(tmp_path / "trials.npz"))
    assert first.opening == Opening(chain="h:relu,o", norm="frobenius")
    assert first.origin == Origin(family="mine", seed=3, training_step=100)
    assert (second.file, second.key, second.data) == (tmp_path / "runs/step_7.pt", "runs-step_7", "digits")
    assert second.opening == Opening(chain="x,y", norm="spectral", part="ema")
    assert second.origin == Origin(seed=9, training_step=7)


def test_data_beside_the_manifest(tmp_path):
    (tmp_path / "m.csv").write_text("file,data\na.pt,mnist:pixels:test\nb.pt,digits\nc.pt,package.module:trials\n")
    said = [entry.data for entry in read_entries(tmp_path / "m.csv")]
    assert said == [f"mnist:{tmp_path / 'pixels:test'}", "digits", "package.module:trials"]


@pytest.mark.parametrize(
    ("text", "error", "culprit"),
    [
        ("", UnreadableFile, "is empty"),
        ("file\n", BadParameter, "names no network"),
        ("file,chian\na.pt,x\n", UnknownName, "column 'chian' of 'm.csv'. Did you mean 'chain'?"),
        ("file,file\na.pt,b.pt\n", BadParameter, "the column 'file' twice"),
        ("key\na\n", BadParameter, "In line 2 of"),
        ("file,key\na.pt,x\nb.pt,x\n", BadParameter, "key 'x': "),
        ("file\na.pt\na.pt\n", BadParameter, "key 'a': "),
        ("file,key\na.pt,not a key\n", BadKey, "'not a key' cannot be a key"),
        ("file,key\na.pt,`) DETACH DELETE n //\n", BadKey, "DETACH DELETE n"),
        ("file,seed\na.pt,three\n", BadParameter, "seed 'three' is no whole number"),
        ("file,seed\na.pt,1.5\n", BadParameter, "seed '1.5' is no whole number"),
        (f"file,step\na.pt,{'9' * 30}\n", BadParameter, "more than 64 bits"),
        (f"file,step\na.pt,{'9' * 5000}\n", BadParameter, "no whole number"),
        ("file,chain\na.pt,fc1:relu,fc2\n", BadParameter, "3 cells stand in 2 columns"),
        ("file\n../a.pt\n", BadParameter, "outside the folder"),
        ("file\n/etc/passwd\n", BadParameter, "'/etc/passwd' lies outside the folder"),
        ('file\n"a.pt\n', UnreadableFile, "no CSV file"),
        ("file\na\0.pt\n", (BadParameter, UnreadableFile), "UTF-8"),
    ],
)
def test_bad_csv(text, error, culprit, tmp_path):
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(error) as raised:
        read_entries(tmp_path / "m.csv")
    assert culprit in str(raised.value)


@pytest.mark.parametrize(
    ("text", "error", "culprit"),
    [
        ("x = ", UnreadableFile, "no TOML file"),
        ("a = " + "[" * 100_000, UnreadableFile, "no TOML file"),
        ("x = 1", UnknownName, "entry 'x' of 'm.toml'"),
        ("network = 3", BadParameter, "'network' as a int"),
        ("[network]\nfile = 'a.pt'", BadParameter, "[[network]]"),
        ("[[network]]\nfile = 3", BadParameter, "file is a int. Write a text"),
        ("[[network]]\nfile = 'a.pt'\nseed = true", BadParameter, "seed is a bool. Write a whole number"),
        ("[[network]]\nfile = 'a.pt'\nstep = 1.5", BadParameter, "step is a float. Write a whole number"),
        ("[[network]]\nfile = 'a.pt'\nsteps = 1", UnknownName, "Did you mean 'step'?"),
        ("[[network]]\nkey = 'a'", BadParameter, "In network 1 of"),
    ],
)
def test_bad_toml(text, error, culprit, tmp_path):
    (tmp_path / "m.toml").write_text(text)
    with pytest.raises(error) as raised:
        read_entries(tmp_path / "m.toml")
    assert culprit in str(raised.value)


def test_no_text(tmp_path):
    (tmp_path / "m.csv").write_bytes(b"file\n\xff\xfe.pt\n")
    with pytest.raises(UnreadableFile, match="no CSV file in UTF-8"):
        read_entries(tmp_path / "m.csv")


def test_link_out_of_the_manifests_folder(save, tmp_path):
    secret = save("outside/secret.pt")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/a.pt").symlink_to(secret)
    (tmp_path / "folder/m.csv").write_text("file\na.pt\n")
    with pytest.raises(BadParameter, match=r"In line 2 of .*a\.pt' leads outside the folder .*secret\.pt'"):
        read_entries(tmp_path / "folder/m.csv")


def test_long_paths_keep_their_file_names(tmp_path):
    folder = tmp_path / ("f" * 100)
    folder.mkdir()
    (folder / "m.csv").write_text("file\n")
    with pytest.raises(BadParameter, match=r"^The manifest '.{20}….{60}' names no network"):
        read_entries(folder / "m.csv")
    with pytest.raises(BadParameter, match=r"f/m\.csv' names no network"):
        read_entries(folder / "m.csv")


def test_pattern_is_for_folders(tmp_path):
    (tmp_path / "m.csv").write_text("file\na.pt\n")
    with pytest.raises(BadParameter, match="is for a folder"):
        read_entries(tmp_path / "m.csv", pattern="*.pt")
