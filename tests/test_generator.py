"""Text out of a bundle, a word at a time."""

import contextlib
import itertools
import subprocess
import sys
import textwrap
from types import SimpleNamespace

import numpy as np
import pytest
from random_models import random_bundle

from zhgen import bundle as bundles
from zhgen.bundle import Bundle
from zhgen.config import GenerateSettings
from zhgen.corpus.dictionary import parse_dictionary
from zhgen.corpus.vocabulary import Vocabulary
from zhgen.errors import RefusedError
from zhgen.generation.generator import Generator, Prompt
from zhgen.generation.session import Session
from zhgen.progress import SILENT, Reporter
from zhgen.sampling.sampler import Sampler
from zhgen.vectors.table import Table, unit_rows

PIECES = ("宝玉", "</s>", "黛玉", "笑", "道", "▁", "。", "好")
END = PIECES.index("</s>")
V, D, H = len(PIECES), 6, 5


def normal(seed, *shape):
    """Return normal float32 numbers."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def model(state="carried", timesteps=3, layers=2, pieces=PIECES, dictionary=None, **changes):
    """Return a bundle with random weights: two layers of five units and six dimensions."""
    weights = {"output/kernel": normal(1, H, D), "output/bias": normal(2, D)}
    for layer in range(1, layers + 1):
        weights[f"lstm_{layer}/kernel"] = normal(10 * layer, D if layer == 1 else H, 4 * H)
        weights[f"lstm_{layer}/recurrent_kernel"] = normal(10 * layer + 1, H, 4 * H)
        weights[f"lstm_{layer}/bias"] = normal(10 * layer + 2, 4 * H)
    weights["input/scale"] = np.array(2.5, np.float32)
    weights["decoder/table"] = unit_rows(normal(3, len(pieces), D))
    weights["decoder/scale"] = np.array(4, np.float32)
    weights["decoder/bias"] = normal(4, len(pieces))
    config = {"timesteps": timesteps, "state": state, "segmenter": {"hmm": True}}
    return Bundle(config, Vocabulary(pieces), {**weights, **changes}, dictionary)


def always(*order, pieces=PIECES):
    """Return a bundle whose bias alone decides, so that pieces are likelier the earlier they are named."""
    bias = np.full(len(pieces), -50, np.float32)
    for rank, piece in enumerate(order):
        bias[pieces.index(piece)] = -10 * rank
    return model(pieces=pieces, **{"decoder/bias": bias, "decoder/scale": np.array(0, np.float32)})


def write(bundle, prompt=(), **settings):
    """Return the words generated after the ids of a prompt."""
    shown = Generator(bundle).stream(Prompt(list(prompt)), GenerateSettings(**settings))
    # A line's end is shown with the word that follows it.
    return [word for text in shown for word in (["\n", text[1:]] if text.startswith("\n") else [text])]


def direct(bundle, ids):
    """Return the scores after reading ids in one long forward from a zero state, as the weights say."""
    generator, weights = Generator(bundle), bundle.weights
    table = weights.get("input/table", weights["decoder/table"] * weights.get("input/scale", np.float32(1)))
    outputs, _ = generator.network.forward(table[ids][np.newaxis], generator.network.zero_state(1))
    return generator.decoder.scores(outputs[:, -1])[0]


def test_rows_of_any_length_are_read_as_they_are_written():
    """Where the decoder has lengths in place of a scale, pieces are read at these lengths, and scores are plain products."""
    weights = model().weights
    lengths = np.arange(1, V + 1, dtype=np.float32)
    rows = weights["decoder/table"] * lengths[:, np.newaxis]
    products = {name: array for name, array in weights.items() if name != "decoder/scale"} | {"decoder/lengths": lengths}
    generator = Generator(Bundle(model().config, Vocabulary(PIECES), products))
    reader = generator.reader()
    output = reader.read([3])
    network = generator.network
    expected = network.forward(rows[[3]][np.newaxis] * np.float32(2.5), network.zero_state(1))[0][:, -1]
    np.testing.assert_allclose(output, expected, rtol=1e-5)
    np.testing.assert_allclose(generator.decoder.scores(output), expected @ rows.T + weights["decoder/bias"], rtol=1e-4)


@pytest.fixture
def seen(monkeypatch):
    """Return a list that fills with the scores each word was chosen by."""
    scores, choose = [], Sampler.choose

    def watched(sampler, given, *barred):
        scores.append(given.copy())
        return choose(sampler, given, *barred)

    monkeypatch.setattr(Sampler, "choose", watched)
    return scores


class TestStream:
    """The words that follow."""

    def test_the_same_seed_gives_the_same_text(self):
        """Twice the same settings give the same words, also from another generator."""
        generator, settings = Generator(model()), GenerateSettings(words=50, seed=7)
        first = list(generator.stream(Prompt([0]), settings))
        assert first == list(generator.stream(Prompt([0]), settings)) == write(model(), [0], words=50, seed=7)

    def test_two_streams_at_once(self):
        """Streams of one generator do not disturb each other."""
        generator, settings = Generator(model()), GenerateSettings(words=30)
        alone = list(generator.stream(Prompt([0]), settings))
        pairs = list(zip(generator.stream(Prompt([0]), settings), generator.stream(Prompt([0]), settings), strict=True))
        assert pairs == [(word, word) for word in alone]

    def test_another_seed_gives_another_text(self):
        """Ten seeds give ten texts."""
        assert len({"".join(write(model(), [0], words=50, seed=seed)) for seed in range(10)}) == 10

    def test_a_longer_text_begins_like_a_shorter_one(self):
        """How many words are asked for changes the last word at most."""
        assert write(model(), [0], words=60)[:39] == write(model(), [0], words=40)[:39]

    @pytest.mark.parametrize("words", [1, 2, 3, 20, 200])
    def test_as_many_words_as_asked_for(self, words):
        """So many come, paragraph ends among them."""
        assert len(write(model(), [0], words=words)) == words

    @pytest.mark.parametrize("prompt", [[], [END], [0], [0, END]], ids=str)
    @pytest.mark.parametrize("state", ["carried", "zero"])
    def test_where_paragraphs_end(self, prompt, state):
        """Over thirty seeds the text never begins or ends with a paragraph's end, nor do two follow each other."""
        bias = np.zeros(V, np.float32)
        bias[END] = 3
        bundle, ends = model(state, **{"decoder/bias": bias}), 0
        for seed in range(30):
            words = write(bundle, prompt, words=30, seed=seed, temperature=2, top_p=1)
            assert words[0] != "\n" != words[-1]
            assert ("\n", "\n") not in itertools.pairwise(words)
            ends += words.count("\n")
        assert ends > 50

    def test_a_model_that_wants_nothing_but_ends(self):
        """Where the end is always likeliest it comes every other word, and the next likeliest piece between."""
        assert write(always("</s>", "好"), greedy=True, words=6) == ["好", "\n", "好", "\n", "好", "好"]
        assert write(always("</s>", "好"), [0], greedy=True, words=5) == ["好", "\n", "好", "\n", "好"]
        assert write(always("</s>", "好"), greedy=True, words=1) == ["好"]

    def test_a_vocabulary_without_ends(self):
        """A model that was trained without paragraph ends writes none, with a prompt and without."""
        pieces = ("宝玉", "黛玉", "好")
        bundle = model("zero", pieces=pieces, **{"decoder/scale": np.array(1, np.float32)})
        for prompt in ([], [0]):
            words = write(bundle, prompt, words=100, temperature=2)
            assert set(words) == set(pieces)

    def test_without_prompt_and_ends_the_bias_decides(self, seen):
        """Where nothing was read the first word is drawn by frequency alone."""
        bundle = model(pieces=("宝玉", "黛玉", "好"))
        write(bundle, words=2)
        assert seen[0].tolist() == bundle.weights["decoder/bias"].tolist()

    def test_stand_ins_come_out_as_what_they_stand_for(self):
        """The piece for a space is written as a space."""
        assert write(always("▁"), greedy=True, words=2) == [" ", " "]

    def test_words_come_one_at_a_time(self):
        """A stream of a million words gives its first three at once."""
        stream = Generator(model()).stream(Prompt([0]), GenerateSettings(words=1_000_000))
        assert len(list(itertools.islice(stream, 3))) == 3

    def test_equal_words_all_the_way(self):
        """The bias alone gives the likeliest piece over and over when greedy."""
        assert write(always("好", "笑"), greedy=True, words=4) == ["好"] * 4


class TestState:
    """What the model remembers."""

    def replay(self, seen, words, prompt):
        """Return for each chosen word the ids before it and the scores it was chosen by."""
        ids = [END, *prompt]
        for scores, word in zip(seen, words, strict=True):
            yield list(ids), scores
            ids.append(END if word == "\n" else PIECES.index(word))

    def check(self, bundle, seen, prompt, read):
        """Compare each word's scores with those of what should have been read: `read` of all ids so far."""
        words = write(bundle, prompt, words=12, seed=3)
        compared = 0
        for ids, scores in self.replay(seen, words, prompt):
            expected = direct(bundle, read(ids))
            np.testing.assert_allclose(scores, expected, atol=0.02)  # they are on a grid
            compared += 1
        assert compared == 12

    @pytest.mark.parametrize("prompt", [[], [0], [0, 3, 4, 5, 6, 7, 2, 2]], ids=len)
    def test_carried(self, seen, prompt):
        """The state carried from word to word is that of one long forward over all words so far."""
        self.check(model("carried"), seen, prompt, lambda ids: ids)

    @pytest.mark.parametrize("timesteps", [1, 2, 5, 100])
    @pytest.mark.parametrize("prompt", [[], [0], [0, 3, 4, 5, 6, 7, 2, 2]], ids=len)
    def test_zero(self, seen, prompt, timesteps):
        """Exactly the last T pieces are read, from a state of zeros, for every word."""
        self.check(model("zero", timesteps), seen, prompt, lambda ids: ids[-timesteps:])

    def test_the_two_differ(self):
        """Once more than T pieces were read the two modes part."""
        ids = [0, 3, 4, 5, 6]
        assert not np.allclose(direct(model(), ids), direct(model(), ids[-2:]))

    def test_a_table_of_its_own(self, seen):
        """With `input/table` that is what is read, as it is."""
        bundle = model(**{"input/table": normal(77, V, D)})
        self.check(bundle, seen, [0, 3], lambda ids: ids)
        assert not np.allclose(direct(bundle, [0, 3]), direct(model(), [0, 3]))


class TestPrompt:
    """A starting text in the model's pieces."""

    def read(self, text, **changes):
        """Return a prompt's pieces and what is unseen in it."""
        prompt = Generator(model(**changes)).read_prompt(text)
        return [PIECES[identity] for identity in prompt.ids], dict(prompt.unseen)

    def test_words_and_characters(self):
        """Words that are pieces are read as such, and unseen characters are left out and counted."""
        assert self.read("宝玉笑道。好猫好猫，笑") == (["宝玉", "笑", "道", "。", "好", "好", "笑"], {"猫": 2, "，": 1})

    def test_a_single_piece(self):
        """A prompt that is a piece is that piece, whatever white space is around it."""
        assert self.read("宝玉") == self.read(" 宝玉\u3000\n") == (["宝玉"], {})

    @pytest.mark.parametrize("text", ["", " ", "\n\u3000\n"])
    def test_blank(self, text):
        """A prompt of white space has no pieces."""
        assert self.read(text) == ([], {})

    def test_lines_are_paragraphs(self):
        """Between two lines stands a paragraph's end, however many blank lines are there; none at the beginning or the end."""
        assert self.read("\n宝玉笑\r\n\n\u3000黛玉\n") == (["宝玉", "笑", "</s>", "黛玉"], {})

    def test_a_line_of_unseen_characters(self):
        """A first line of which nothing is known leaves no paragraph's end before the second."""
        assert self.read("猫\n宝玉") == (["宝玉"], {"猫": 1})

    def test_white_space_inside(self):
        """A space is read as its piece, another kind that the model has never seen is counted."""
        assert self.read("笑 好\t道") == (["笑", "▁", "好", "道"], {"▁9▁": 1})

    def test_the_stand_in_itself_is_no_space(self):
        """Who types `▁` means that character, as in the corpus, and not the space it stands for."""
        assert self.read("▁") == ([], {"▁2581▁": 1})

    def test_the_name_of_the_paragraph_end(self):
        """Who types `</s>` means four characters."""
        assert self.read("</s>") == ([], {"<": 1, "/": 1, "s": 1, ">": 1})

    def test_the_dictionary_of_the_bundle(self):
        """A word of the user's is cut whole, as the corpus was."""
        pieces = ("</s>", "道好笑", "道", "好笑", "好", "笑")
        bundle = model(pieces=pieces, dictionary=parse_dictionary(["道好笑"], "own.txt"))
        assert [pieces[identity] for identity in Generator(bundle).read_prompt("笑道好笑").ids] == ["笑", "道好笑"]

    def test_hmm_as_the_bundle_says(self):
        """Whether jieba guesses words is taken from the model."""
        pieces = ("</s>", "杭研", "杭", "研", "大厦", "好")
        found = []
        for hmm in (True, False):
            bundle = model(pieces=pieces)
            bundle.config["segmenter"]["hmm"] = hmm
            found.append([pieces[identity] for identity in Generator(bundle).read_prompt("杭研大厦").ids])
        assert found == [["杭研", "大厦"], ["杭", "研", "大厦"]]

    def test_an_engine_that_is_not_installed_is_told_of(self):
        """jieba cuts the same pieces in its place, and a line says so; a prompt that is a piece needs no engine."""
        said = []

        class Listener(Reporter):
            def say(self, message):
                said.append(message)

        pieces = ("</s>", "杭研", "大厦")
        bundle = model(pieces=pieces)
        bundle.config["segmenter"]["engine"] = "missing"
        assert Generator(bundle).read_prompt("大厦", Listener()).ids == [2]
        assert said == []
        assert Generator(bundle).read_prompt("杭研大厦", Listener()).ids == [1, 2]
        assert said == ["missing, which cut the text before, is not installed: jieba cuts the same words, but slower."]


class TestAlone:
    """What generation does without."""

    @pytest.fixture
    def saved(self, tmp_path):
        """Return the directory of a saved bundle."""
        bundles.save(tmp_path / "novel", model(), Table(PIECES, normal(5, V, D)), "")
        return tmp_path / "novel"

    def run(self, saved, code):
        """Return what code prints in a process in which TensorFlow, Keras and gensim cannot be imported."""
        blocker = """
            import sys

            class Blocker:
                def find_spec(self, name, path=None, target=None):
                    if name.partition(".")[0] in ("tensorflow", "keras", "gensim", "torch", "jax"):
                        raise ImportError(f"{name} is blocked")

            sys.meta_path.insert(0, Blocker())
            from zhgen.config import GenerateSettings
            from zhgen.generation.generator import Generator
            generator = Generator.load(sys.argv[1])
        """
        program = textwrap.dedent(blocker) + textwrap.dedent(code)
        return subprocess.check_output([sys.executable, "-X", "utf8", "-c", program, str(saved)], text=True, encoding="utf-8")

    def test_no_framework_is_needed(self, saved):
        """With TensorFlow, Keras and gensim blocked the text is the one generated here."""
        printed = self.run(
            saved,
            """
            prompt = generator.read_prompt("宝玉笑道猫")
            print(prompt.ids, dict(prompt.unseen))
            print(list(generator.stream(prompt, GenerateSettings(words=30))))
            try:
                import gensim
            except ImportError as error:
                print(error)
            """,
        )
        assert printed == f"[0, 3, 4] {{'猫': 1}}\n{write(model(), [0, 3, 4], words=30)}\ngensim is blocked\n"

    def test_jieba_is_not_loaded_for_pieces(self, saved):
        """A prompt whose lines are pieces, or none at all, spares the second that loading jieba takes."""
        printed = self.run(
            saved,
            """
            for text in ("宝玉", " 宝玉\\n", "", "宝玉\\n好", "宝玉笑"):
                prompt = generator.read_prompt(text)
                words = list(generator.stream(prompt, GenerateSettings(words=5)))
                print(prompt.ids, len(words), "jieba" in sys.modules)
            """,
        )
        assert printed == "[0] 5 False\n[0] 5 False\n[] 5 False\n[0, 1, 7] 5 False\n[0, 3] 5 True\n"


class TestLoad:
    """A generator from a directory."""

    def test_float32(self, tmp_path):
        """What comes out of a saved model is what comes out of it in memory."""
        bundles.save(tmp_path / "m", model("zero"), Table(PIECES, normal(5, V, D)), "")
        generator = Generator.load(str(tmp_path / "m"))
        assert list(generator.stream(Prompt([0]), GenerateSettings(words=40))) == write(model("zero"), [0], words=40)
        assert generator.network.step(normal(1, 1, D), generator.network.zero_state(1))[0].dtype == np.float32


class TestGenerate:
    """Many texts at once."""

    def test_prompts_that_are_texts(self):
        """They share the settings, and the text is what a stream gives."""
        generator = Generator(model())
        results = list(generator.generate(["宝玉", "", "好\n笑"], GenerateSettings(words=9), seed=4))
        assert [result.text for result in results] == [
            "".join(generator.stream(prompt, words=9, seed=4)) for prompt in ("宝玉", "", "好\n笑")
        ]
        assert {result.finish_reason for result in results} == {"length"}

    def test_one_prompt(self):
        """A text alone is one prompt, not one for each of its characters."""
        (result,) = Generator(model()).generate("好笑", words=3)
        assert (result.request.prompt, len(result.words)) == ("好笑", 3)

    def test_settings_that_do_not_exist(self):
        """A misspelt setting is an error at once, and one out of bounds is refused at once."""
        with pytest.raises(TypeError, match="wrods"):
            Generator(model()).generate(["好"], wrods=3)
        with pytest.raises(RefusedError, match="--words"):
            Generator(model()).stream("好", words=0)
        with pytest.raises(RefusedError, match="batch_size"):
            Generator(model()).generate(["好"], batch_size=0)


def test_next():
    """The likeliest pieces come first, as many as asked for; a paragraph's end has its name."""
    candidates = Generator(always("</s>", "好", "笑")).next("宝玉", 2)
    assert [candidate.piece for candidate in candidates] == ["</s>", "好"]
    assert candidates[0].probability == pytest.approx(1, abs=1e-4)


class TestReadingIsFollowed:
    """A long prompt takes a while."""

    class Follower(Reporter):
        """Keeps what is tracked, and how far it came."""

        def __init__(self):
            self.tracked = []

        @contextlib.contextmanager
        def track(self, title, total, unit):
            """Keep what is done of it."""
            done = []
            self.tracked.append((title, total, unit, done))
            yield SimpleNamespace(advance=lambda amount, _="": done.append(amount))

    @pytest.mark.parametrize(("count", "told"), [(5, False), (3_000, True)])
    def test_how_far_it_is_is_told(self, count, told):
        """Of a long one every piece is counted, and the text is the one that comes without anybody who looks on."""
        generator, prompt = Generator(random_bundle(members=2, attention=4)), Prompt([0, 2, 3] * (count // 3))
        for ask in (
            lambda reporter: list(generator.stream(prompt, words=4, reporter=reporter)),
            lambda reporter: generator.next(prompt, 3, reporter=reporter),
            lambda reporter: Session(generator, reporter=reporter).type("好" * count),
        ):
            looking_on = self.Follower()
            assert ask(looking_on) == ask(SILENT)
            assert len(looking_on.tracked) == told
            for title, total, unit, done in looking_on.tracked:
                assert (title, unit) == ("read the prompt", "pieces")
                assert total - 100 <= sum(done) <= total
                assert len(done) <= total / 100

    def test_stopping_it(self):
        """What was read when somebody stopped it can be taken back."""
        session = Session(Generator(random_bundle()))
        before = session.candidates(3)

        def stop(*_):
            raise KeyboardInterrupt

        class Impatient(self.Follower):
            """Stops at the first piece."""

            @contextlib.contextmanager
            def track(self, *_):
                """Stop."""
                yield SimpleNamespace(advance=stop)

        stopped = Session(Generator(random_bundle()), reporter=Impatient())
        with pytest.raises(KeyboardInterrupt):
            stopped.type("好" * 3_000)
        stopped.undo()
        assert stopped.candidates(3) == before


def test_from_zhgen_import():
    """The package itself has the class, and complains of what it has not."""
    import zhgen

    assert zhgen.Generator is Generator
    with pytest.raises(AttributeError, match="generate"):
        _ = zhgen.generate
