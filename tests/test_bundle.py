"""The bundle: how a trained model lies on disk."""

import dataclasses
import hashlib
import io
import json
import re
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from zhgen.bundle import FORMAT, Bundle, check_bundle_output, load, save
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.ngrams.kneser_ney import KneserNey
from zhgen.vectors.table import Table

PARTS = ("dictionary.txt", "ngrams.npz", "vectors.bin", "vocabulary.txt", "weights.npz")
PIECES = ("</s>", "宝玉", "▁", "黛")
V, D, H = 4, 3, 2


def numbers(*shape, start=0):
    """Return 0, 1, 2, … in a shape."""
    return np.arange(start, start + np.prod(shape), dtype=np.float32).reshape(shape)


def weights(start=0):
    """Return the weights of a network of one layer."""
    return {
        "lstm_1/kernel": numbers(D, 4 * H, start=start),
        "lstm_1/recurrent_kernel": numbers(H, 4 * H),
        "lstm_1/bias": numbers(4 * H),
        "output/kernel": numbers(H, D),
        "output/bias": numbers(D),
        "input/scale": np.array(2, np.float32),
        "decoder/table": np.eye(V, D, dtype=np.float32),
        "decoder/scale": np.array(10, np.float32),
        "decoder/bias": numbers(V),
    }


CONFIG = {
    "zhgen": "0.1.0",
    "timesteps": 20,
    "state": "carried",
    "vector_size": D,
    "units": H,
    "layers": 1,
    "segmenter": {"engine": "jieba", "hmm": True},
    "corpus": {"name": "红楼梦.seg.txt"},
}


def counted(*ids, size=V, end=0):
    """Return the n-grams of a text."""
    return KneserNey.fit(np.array(ids, dtype=np.int32), size, end)


def model(**changes):
    """Return a bundle with a user dictionary, two epochs of history and the n-grams of a text."""
    history = [{"epoch": 1, "loss": 2.5}, {"epoch": 2, "loss": 1.25}]
    made = Bundle(dict(CONFIG), Vocabulary(PIECES), weights(), parse_dictionary(["贾宝玉 5 nr"], "own.txt"), history=history)
    return dataclasses.replace(made, **{"counted": counted(1, 3, 1, 0), **changes})


TABLE = Table(PIECES, numbers(V, D, start=1))


@pytest.fixture
def saved(tmp_path):
    """Return the directory of a saved bundle."""
    save(tmp_path / "novel", model(), TABLE, "# novel\n")
    return tmp_path / "novel"


def edit(path, **changes):
    """Change entries of a bundle's config.json; None takes one out."""
    config = json.loads((path / "config.json").read_text("utf-8"))
    config = {key: value for key, value in {**config, **changes}.items() if value is not None}
    (path / "config.json").write_text(json.dumps(config), "utf-8")


def exchange(path, name, content):
    """Give a part another content and its right hash, as a faulty writer would."""
    (path / name).write_bytes(content)
    parts = json.loads((path / "config.json").read_text("utf-8"))["parts"]
    parts[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    edit(path, parts=parts)


def archive(arrays):
    """Return the bytes of weights.npz."""
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


class TestRoundTrip:
    """What is saved is loaded."""

    def test_everything_comes_back(self, saved):
        """Pieces, ids, weights, dictionary, table and settings are as they were, and the hash of each part is in the config."""
        bundle = load(saved)
        assert bundle.vocabulary.pieces == PIECES
        assert bundle.vocabulary.end == 0
        assert {name: array.tolist() for name, array in bundle.weights.items()} == {
            name: array.tolist() for name, array in weights().items()
        }
        assert {array.dtype for array in bundle.weights.values()} == {np.dtype(np.float32)}
        assert bundle.dictionary == model().dictionary
        assert (bundle.layers, bundle.path) == (1, saved)
        assert bundle.table().words == PIECES
        assert bundle.table().vectors.tolist() == TABLE.vectors.tolist()
        parts = bundle.config.pop("parts")
        assert bundle.config == {"format": FORMAT, **CONFIG, "vocabulary_size": V}
        assert parts == {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name in PARTS
            for content in [(saved / name).read_bytes()]
        }

    def test_the_files(self, saved):
        """The directory holds the files of the contract and no other; those that are text can be read by eye."""
        assert sorted(path.name for path in saved.iterdir()) == sorted(("README.md", "config.json", "history.csv", *PARTS))
        assert (saved / "vocabulary.txt").read_bytes() == "</s>\n宝玉\n▁\n黛\n".encode()
        assert (saved / "history.csv").read_bytes() == b"epoch,loss\n1,2.5\n2,1.25\n"
        assert (saved / "dictionary.txt").read_bytes() == "贾宝玉 5 nr\n".encode()
        assert (saved / "README.md").read_bytes() == b"# novel\n"
        assert "红楼梦" in (saved / "config.json").read_text("utf-8")

    def test_a_curve_is_kept_beside_the_history(self, tmp_path):
        """The picture that is given is curve.svg, no part that must be there; without one there is none."""
        save(tmp_path / "m", model(), TABLE, "", "<svg/>\n")
        assert (tmp_path / "m" / "curve.svg").read_bytes() == b"<svg/>\n"
        (tmp_path / "m" / "curve.svg").unlink()
        assert load(tmp_path / "m").vocabulary.pieces == PIECES

    def test_without_dictionary_and_history(self, tmp_path):
        """A model without a user dictionary has no such part, and comes back without one."""
        save(tmp_path / "m", model(dictionary=None, history=()), TABLE, "")
        assert load(tmp_path / "m").dictionary is None
        assert not (tmp_path / "m" / "dictionary.txt").exists()
        assert (tmp_path / "m" / "history.csv").read_bytes() == b""

    def test_the_same_model_is_the_same_bytes(self, saved, tmp_path):
        """Saving twice writes the same bytes, so that hashes of models can be compared."""
        save(tmp_path / "again", model(), TABLE, "# novel\n")
        assert [(path.name, path.read_bytes()) for path in sorted(saved.iterdir())] == [
            (path.name, path.read_bytes()) for path in sorted((tmp_path / "again").iterdir())
        ]

    def test_several_layers_are_counted(self):
        """Ten layers are ten, though `lstm_10` sorts before `lstm_2`."""
        names = [f"lstm_{number}/{part}" for number in range(1, 11) for part in ("kernel", "recurrent_kernel", "bias")]
        assert model(weights=dict.fromkeys(names)).layers == 10

    def test_a_copied_directory_is_the_model(self, saved, tmp_path):
        """Nothing in a bundle says where it lies."""
        shutil.copytree(saved, tmp_path / "copy")
        shutil.rmtree(saved)
        assert load(tmp_path / "copy").table().words == PIECES


class TestCounts:
    """The n-grams of the training part."""

    def test_they_come_back(self, saved):
        """What was counted says the same after it was saved, and is read when asked for."""
        found, expected = load(saved).ngrams(), model().ngrams()
        assert found.after([0, 1]).tolist() == expected.after([0, 1]).tolist()
        assert (found.counts.tolist(), found.end, found.order) == ([1, 2, 0, 1], 0, 5)

    def test_a_model_without_them(self, tmp_path):
        """A model that counted nothing, as an older zhgen made it, is loaded as before and has none."""
        save(tmp_path / "m", model(counted=None), TABLE, "")
        assert not (tmp_path / "m" / "ngrams.npz").exists()
        assert load(tmp_path / "m").ngrams() is None

    @pytest.mark.parametrize(
        "other",
        [counted(1, 3, 0, size=V + 1), counted(1, 3, 0, end=2), counted(1, 3, 0, end=None)],
        ids=["size", "end", "none"],
    )
    def test_those_of_another_vocabulary(self, saved, other):
        """N-grams of more pieces, or with another paragraph end, are refused with what disagrees, once they are asked for."""
        save(saved, model(counted=other), TABLE, "")
        bundle = load(saved)
        with pytest.raises(RefusedError, match=r"do not fit \(vocabulary\.txt: 4 pieces, </s> is 0; ngrams\.npz: ") as caught:
            bundle.ngrams()
        assert f"ngrams.npz: {len(other.counts)}, {other.end})" in str(caught.value)

    @pytest.mark.parametrize(
        ("change", "said"),
        [
            ({"3/followers": np.arange(2)}, r"is damaged \(3/followers has 2 entries"),
            ({"2/counts": np.ones(1, int)}, r"is damaged \(4 pieces, 1 counts, 4 followers"),
            ({"begin": np.arange(2)}, "is damaged"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_a_faulty_writer(self, saved, change, said):
        """Arrays that do not belong together are refused, with which."""
        arrays = {**counted(1, 3, 1, 0).arrays(), **change}
        save(saved, model(counted=SimpleNamespace(arrays=lambda: arrays)), TABLE, "")
        with pytest.raises(RefusedError, match=said):
            load(saved).ngrams()


class TestOverwriting:
    """What stands there already."""

    def test_saving_again_replaces(self, saved):
        """The older model goes, with the parts that the newer does not have."""
        save(saved, model(weights=weights(start=100), dictionary=None), TABLE, "new")
        assert load(saved).weights["lstm_1/kernel"][0, 0] == 100
        assert not (saved / "dictionary.txt").exists()
        assert [path.name for path in saved.parent.iterdir()] == ["novel"]

    @pytest.mark.parametrize("name", ["README.md", "diary.txt", "config.json"])
    def test_a_directory_that_is_no_model_is_not_overwritten(self, tmp_path, name):
        """A directory with something else in it is refused and left alone; a config.json of another program makes no model."""
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / name).write_text('{"architectures": ["Other"]}')
        with pytest.raises(RefusedError, match=r"mine holds something that is not a model\. .*nothing was changed"):
            check_bundle_output(tmp_path / "mine")
        with pytest.raises(RefusedError):
            save(tmp_path / "mine", model(), TABLE, "")
        assert [path.name for path in tmp_path.rglob("*")] == ["mine", name]

    def test_a_damaged_model_is_overwritten(self, saved):
        """Training again is the way out of a damaged model, so that one may be replaced."""
        (saved / "weights.npz").unlink()
        (saved / "config.json").write_text("{")
        save(saved, model(), TABLE, "")
        assert load(saved).layers == 1

    def test_a_model_without_its_config_is_overwritten(self, saved):
        """`make` deletes what it makes, the config, when the training is interrupted: the rest is known for a model."""
        (saved / "config.json").unlink()
        save(saved, model(), TABLE, "")
        assert load(saved).layers == 1

    def test_an_empty_directory_is_used(self, tmp_path):
        """A directory that was made for the model becomes it."""
        (tmp_path / "novel").mkdir()
        save(tmp_path / "novel", model(), TABLE, "")
        assert load(tmp_path / "novel").layers == 1

    def test_a_file_is_not_overwritten(self, tmp_path):
        """Where a file stands the name is refused."""
        (tmp_path / "novel").write_text("once upon a time")
        with pytest.raises(RefusedError, match=r"novel is a file\. Give -o the name of a directory"):
            check_bundle_output(tmp_path / "novel")

    def test_a_failed_save_leaves_the_older_model(self, saved):
        """A table that cannot be written leaves the old model whole and nothing beside it."""
        before = (saved / "config.json").read_bytes()
        with pytest.raises(ValueError, match="twice"):
            save(saved, model(), Table(("a", "a"), numbers(2, D)), "")
        assert (saved / "config.json").read_bytes() == before
        assert load(saved).layers == 1
        assert [path.name for path in saved.parent.iterdir()] == ["novel"]


class TestDamaged:
    """What does not belong together is refused, and named."""

    @pytest.mark.parametrize("name", PARTS)
    @pytest.mark.parametrize("place", [0, -1])
    def test_a_flipped_bit(self, saved, name, place):
        """One bit changed in a part is refused by the part's name, with the hash that was written and the one found."""
        content = bytearray((saved / name).read_bytes())
        expected = hashlib.sha256(content).hexdigest()[:12]
        content[place] ^= 1
        (saved / name).write_bytes(content)
        found = hashlib.sha256(content).hexdigest()[:12]
        with pytest.raises(RefusedError) as caught:
            load(saved)
        size = f"{len(content):,} bytes, sha256"
        assert str(caught.value).startswith(f"{saved / name} is not the file that belongs to this model")
        assert f"config.json says {size} {expected}…, and it has {size} {found}…." in str(caught.value)

    @pytest.mark.parametrize("name", PARTS)
    def test_a_part_of_another_model(self, saved, tmp_path, name):
        """A part taken from another model, itself in order, is refused by name with both sizes."""
        other = model(
            vocabulary=Vocabulary(PIECES[::-1]),
            weights=weights(start=1),
            dictionary=parse_dictionary(["林黛玉"], "own.txt"),
            counted=counted(3, 3, 1, 0, end=3),
        )
        save(tmp_path / "other", other, Table(PIECES[::-1], TABLE.vectors), "")
        sizes = [(path / name).stat().st_size for path in (saved, tmp_path / "other")]
        shutil.copy(tmp_path / "other" / name, saved / name)
        with pytest.raises(RefusedError, match=re.escape(f"{saved / name} is not the file that belongs to")) as caught:
            load(saved)
        assert re.findall(r"([0-9,]+) bytes", str(caught.value)) == [f"{size:,}" for size in sizes]

    @pytest.mark.parametrize("name", PARTS)
    def test_a_missing_part(self, saved, name):
        """A part that is not there is named."""
        (saved / name).unlink()
        with pytest.raises(RefusedError, match=re.escape(f"{saved / name} is missing. Copy the whole directory again")):
            load(saved)

    def test_no_model(self, tmp_path):
        """A name that nothing has, a directory without a config, and a file are each told apart from a model."""
        with pytest.raises(RefusedError, match=r"There is no model .*nowhere\."):
            load(tmp_path / "nowhere")
        with pytest.raises(RefusedError, match=r"is not a model: it has no config\.json"):
            load(tmp_path)
        (tmp_path / "novel.txt").write_text("红")
        with pytest.raises(RefusedError, match=r"novel\.txt is not a model"):
            load(tmp_path / "novel.txt")

    def test_a_newer_format(self, saved):
        """A model of a newer zhgen is refused with both formats, before its parts are looked at."""
        edit(saved, format=FORMAT + 1)
        (saved / "weights.npz").unlink()
        with pytest.raises(RefusedError, match=rf"newer zhgen \(format {FORMAT + 1}, this one reads {FORMAT}\)\. Update"):
            load(saved)

    @pytest.mark.parametrize(
        "content",
        ["", "{", "[]", "7", "null", '"x"', "{}", '{"format": 1}', '{"format": "1", "parts": {}}', '{"format": 1, "parts": []}',
         '{"format": 1, "parts": {}}', '{"format": 1, "parts": {"weights.npz": {"sha256": 1}}}', "\ud800"],
        ids=repr,
    )  # fmt: skip
    def test_a_config_that_is_none(self, saved, content):
        """Whatever stands in config.json, if it is not what was written it is called damaged."""
        (saved / "config.json").write_bytes(content.encode("utf-8", "surrogatepass"))
        with pytest.raises(RefusedError, match=r"config\.json is damaged"):
            load(saved)

    @pytest.mark.parametrize("key", ["format", "parts", "vocabulary_size", "timesteps", "state", "segmenter"])
    def test_a_config_that_lacks_an_entry(self, saved, key):
        """Without an entry that generation needs the config is damaged, and the entry is named."""
        edit(saved, **{key: None})
        with pytest.raises(RefusedError, match=rf"damaged .*{key}"):
            load(saved)

    @pytest.mark.parametrize(
        "changes", [{"timesteps": "20"}, {"timesteps": 0}, {"state": "lost"}, {"segmenter": {}}, {"segmenter": 1}], ids=str
    )
    def test_a_config_with_a_strange_entry(self, saved, changes):
        """An entry that generation needs and cannot use makes the config a damaged one."""
        edit(saved, **changes)
        with pytest.raises(RefusedError, match=rf"damaged .*{next(iter(changes))}"):
            load(saved)

    @pytest.mark.parametrize("entry", [{"sha256": "0"}, {"bytes": 1}, 5], ids=str)
    def test_a_part_that_is_described_badly(self, saved, entry):
        """A part whose size or hash is not told makes the config a damaged one."""
        parts = json.loads((saved / "config.json").read_text("utf-8"))["parts"]
        edit(saved, parts={**parts, "dictionary.txt": entry})
        with pytest.raises(RefusedError, match=r"config\.json is damaged"):
            load(saved)

    @pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"text", b"\x80\x04N."], ids=repr)
    def test_weights_that_are_no_archive(self, saved, content):
        """Weights that cannot be read are named, though their hash is right."""
        exchange(saved, "weights.npz", content)
        with pytest.raises(RefusedError, match=r"weights\.npz cannot be read"):
            load(saved)

    def test_weights_that_are_one_array(self, saved):
        """An array alone is not an archive of arrays."""
        file = io.BytesIO()
        np.save(file, numbers(3))
        exchange(saved, "weights.npz", file.getvalue())
        with pytest.raises(RefusedError, match=r"weights\.npz cannot be read"):
            load(saved)

    def test_pickled_weights(self, saved):
        """Objects in the archive are not unpickled."""
        file = io.BytesIO()
        np.savez(file, **{**weights(), "output/bias": np.array([print], dtype=object)})
        exchange(saved, "weights.npz", file.getvalue())
        with pytest.raises(RefusedError, match=r"weights\.npz cannot be read .*allow_pickle"):
            load(saved)

    @pytest.mark.parametrize("name", sorted(weights()))
    def test_weights_that_lack_an_array(self, saved, name):
        """An archive without one of the arrays is refused, and the array is named."""
        exchange(saved, "weights.npz", archive({key: array for key, array in weights().items() if key != name}))
        with pytest.raises(RefusedError, match=rf"weights\.npz lacks {name}"):
            load(saved)


def test_weights_with_lengths_in_place_of_a_scale(tmp_path):
    """A decoder of plain products has the lengths of its rows and no scale."""
    products = {name: array for name, array in weights().items() if name != "decoder/scale"} | {"decoder/lengths": numbers(V)}
    save(tmp_path / "novel", model(weights=products), TABLE, "")
    assert load(tmp_path / "novel").weights["decoder/lengths"].tolist() == [0, 1, 2, 3]


A = 5
LOOKING = {
    "attention/query": numbers(H, A),
    "attention/query_bias": numbers(A),
    "attention/key": numbers(H, A),
    "attention/key_bias": numbers(A),
    "attention/output": numbers(D, D),
    "attention/nothing": numbers(),
    "attention/fading": numbers(),
}


class TestAttention:
    """A model that looks back."""

    @pytest.fixture
    def saved(self, tmp_path):
        """Return the directory of a saved model."""
        save(tmp_path / "novel", model(config={**CONFIG, "attention": 7}, weights={**weights(), **LOOKING}), TABLE, "")
        return tmp_path / "novel"

    def test_comes_back(self, saved):
        """What it looks back with, and how far, is saved and loaded."""
        loaded = load(saved)
        assert loaded.config["attention"] == 7
        assert {name: loaded.weights[name].tolist() for name in LOOKING} == {
            name: array.tolist() for name, array in LOOKING.items()
        }

    def test_members_have_arrays_of_their_own(self, tmp_path):
        """Of two networks each has its queries, keys and output."""
        two = {"output/kernel": numbers(2, 1, D), "output/bias": numbers(2, D)}
        shapes = {"query": (2, 1, A), "key": (2, 1, A), "query_bias": (2, A), "key_bias": (2, A)}
        shapes |= {"output": (2, D, D), "nothing": (2,), "fading": (2,)}
        two |= {f"attention/{name}": numbers(*shape) for name, shape in shapes.items()}
        save(tmp_path / "two", model(config={**CONFIG, "attention": 7}, weights={**weights(), **two}), TABLE, "")
        assert load(tmp_path / "two").weights["attention/query"].shape == (2, 1, A)

    @pytest.mark.parametrize("name", sorted(LOOKING))
    def test_an_array_that_is_missing_or_does_not_fit(self, saved, name):
        """An array that is missing is named, and so is one of another size than the network needs."""
        arrays = {**weights(), **LOOKING}
        exchange(saved, "weights.npz", archive({key: array for key, array in arrays.items() if key != name}))
        with pytest.raises(RefusedError, match=rf"weights\.npz lacks {name}"):
            load(saved)
        exchange(saved, "weights.npz", archive({**arrays, name: numbers(H + 1, A, 1)}))
        with pytest.raises(RefusedError, match=rf"different sizes \({name}: .* in place of"):
            load(saved)

    @pytest.mark.parametrize(
        "entry",
        [{"attention": -1}, {"attention": "7"}, {"attention": True}, {"attention": 10**30}, {"attention": 7, "state": "zero"}],
    )
    def test_an_entry_that_says_nothing(self, saved, entry):
        """How far it looks back must be a number, and only what carries its state on can do so."""
        edit(saved, **entry)
        with pytest.raises(RefusedError, match=r"config\.json is damaged \(in .*attention"):
            load(saved)


class TestSizes:
    """Parts whose hashes are right and whose sizes disagree."""

    def test_a_vocabulary_of_another_size(self, saved):
        """The counts of all parts are named."""
        exchange(saved, "vocabulary.txt", "</s>\n宝玉\n".encode())
        with pytest.raises(RefusedError, match=r"different sizes \(config\.json: 4, vocabulary\.txt: 2, vectors\.bin: 4\)"):
            load(saved)

    def test_a_config_of_another_size(self, saved):
        """A vocabulary size that is not that of the vocabulary is refused."""
        edit(saved, vocabulary_size=5)
        with pytest.raises(RefusedError, match=r"different sizes \(config\.json: 5, vocabulary\.txt: 4"):
            load(saved)

    @pytest.mark.parametrize("name", ["decoder/table", "decoder/bias", "decoder/lengths", "input/table"])
    def test_weights_of_another_size(self, saved, name):
        """A table, a bias or lengths with a row too few are refused by name."""
        arrays = {**weights(), "input/table": numbers(V, D), "decoder/lengths": numbers(V)}
        exchange(saved, "weights.npz", archive({**arrays, name: arrays[name][:-1]}))
        with pytest.raises(RefusedError, match=rf"different sizes \({name}: \(3.*\) in place of \(4"):
            load(saved)

    def test_vectors_of_another_size(self, saved, tmp_path):
        """A table of vectors with a row too few is refused by name."""
        save(tmp_path / "other", model(), Table(PIECES[:3], TABLE.vectors[:3]), "")
        exchange(saved, "vectors.bin", (tmp_path / "other" / "vectors.bin").read_bytes())
        with pytest.raises(RefusedError, match=r"different sizes .*vectors\.bin: 3"):
            load(saved)

    @pytest.mark.parametrize(
        ("name", "shape"),
        [
            ("decoder/table", (V, D + 1)),
            ("output/kernel", (H, D + 1)),
            ("output/kernel", (H + 1, D)),
            ("output/bias", (D + 1,)),
            ("input/table", (V, D + 1)),
            ("lstm_1/kernel", (D + 1, 4 * H)),
            ("lstm_1/kernel", (D, 4 * H + 4)),
            ("lstm_1/recurrent_kernel", (H, 4 * H - 1)),
            ("lstm_1/bias", (4 * H - 1,)),
            ("decoder/scale", (2,)),
            ("decoder/bias", ()),
            ("decoder/table", (V,)),
        ],
    )
    def test_arrays_that_do_not_fit_on_each_other(self, saved, name, shape):
        """An array of another shape than its neighbours need is refused."""
        exchange(saved, "weights.npz", archive({**weights(), name: numbers(*shape)}))
        with pytest.raises(RefusedError, match=r"different sizes \(.*: .* in place of"):
            load(saved)


def test_a_changed_entry_of_the_config_is_refused(saved):
    """An entry that nothing else would notice is covered by the hash in config.json."""
    text = (saved / "config.json").read_text("utf-8")
    changed = text.replace(f'"format": {FORMAT}', f'"formal": 1, "format": {FORMAT}')
    (saved / "config.json").write_text(changed, "utf-8")
    with pytest.raises(RefusedError) as caught:
        load(saved)
    assert (
        str(caught.value)
        == f"{saved / 'config.json'} was changed after it was written. Train the model again, or undo the change."
    )
