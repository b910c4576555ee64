"""What is typed while a text is written together."""

import os
import signal

import pytest
from heard import Heard

from zhgen.cli.dialogue import Dialogue
from zhgen.config import MAX_SEED, GenerateSettings, WriteSettings
from zhgen.generation.session import Session


class Talk:
    """A dialogue about a text that begins with 今天, and what is said in it."""

    def __init__(self, generator, answer=None):
        self.said, self.complaints, self.asked = [], [], []
        self.heard = Heard()
        self.heard.lines = self.said  # one stream, as on stderr
        self.session = Session(generator, reporter=self.heard)
        self.session.type("今天")
        ask = None if answer is None else lambda question: self.asked.append(question) or answer
        settings = GenerateSettings(greedy=True)
        self.dialogue = Dialogue(
            self.session, settings, WriteSettings(top=3, stretch=4), self.said.append, self.complaints.append, ask
        )
        self.dialogue.show()

    def __call__(self, *lines):
        """Type lines, and return the text after them."""
        for line in lines:
            self.dialogue.do(line)
        return self.session.text


@pytest.fixture
def talk(generator):
    """Return a dialogue with nobody to answer questions."""
    return Talk(generator)


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["1"], "今天我们"),
        (["1", " 1 "], "今天我们学习"),
        (["我们学习"], "今天我们学习"),
        (["，“x"], "今天，“x"),
        (["/go 2"], "今天我们学习"),
        (["/go"], "今天我们学习语文今天"),
        (["/go 2", "/undo"], "今天"),
        (["1", "1", "/undo 2"], "今天"),
        (["/undo", "我们"], "我们"),
        (["/break", "我们"], "今天\n我们"),
        (["//我"], "今天/我"),
        (["/text 12"], "今天12"),
        (["１"], "今天１"),
        (["", "   "], "今天"),
        (["/top 1", "/seed 7", "/temperature 0.5", "/show", "/help"], "今天"),
    ],
    ids=str,
)
def test_what_lines_do(talk, lines, text):
    """Numbers pick, text is written as it stands, and commands do what they say."""
    assert talk(*lines) == text
    assert talk.complaints == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("0", "There is no word 0. Type /text 0 if you mean the number itself."),
        ("4", "There is no word 4."),
        ("99999999999999999999", "There is no word 99999999999999999999."),
        ("/", "There is no /."),
        ("/nothing", "There is no /nothing. Type /help"),
        ("/Go", "There is no /Go."),
        ("/go x", "x is no whole number."),
        ("/go 0", "--words must be at least 1"),
        ("/go -1", "-1 is no whole number."),
        ("/undo 9", "No more than 1 can be taken back. Type /undo 1."),
        ("9" * 5000, "There is no word 99999999999999999999."),
        ("/go " + "9" * 5000, "is too large."),
        ("/break now", "Nothing can follow that command, and now does."),
        ("/again", "The last step was not the model's."),
        ("/top", "A whole number is missing."),
        ("/top 0", "--top must be at least 1"),
        ("/temperature hot", "That is no number."),
        ("/temperature nan", "--temperature"),
        ("/seed 1.5", "1.5 is no whole number."),
        (f"/seed {MAX_SEED + 1}", "--seed must be at most"),
        ("/text", "There is no text after that."),
        ("/save", "There is no file's name."),
        ("/save .", ". is a directory."),
        ("/save nowhere\0", "Nothing can be written to nowhere"),
        (f"/save {'长' * 200}", "Nothing can be written to 长"),
    ],
)
def test_what_cannot_be_done_is_said(talk, line, said, tmp_path, monkeypatch):
    """In one line; it is counted, and the dialogue goes on."""
    monkeypatch.chdir(tmp_path)
    talk(line)
    (complaint,) = talk.complaints
    assert said in complaint
    assert talk.dialogue.refused == 1
    assert talk("/undo 1" if "undo" not in line else "今天", "1") != ""


def test_what_is_shown(talk):
    """The text, and its likeliest next words with numbers, probabilities and cosines."""
    lines = talk.said[-1].splitlines()
    assert lines[:4] == ["", "今天", "", "no.  probability  cosine  word"]
    assert lines[4].split()[::3] == ["1", "我们"]
    assert len(lines) == 7


def test_a_long_text_is_shown_by_its_end(talk):
    """Of a text of a thousand characters the last two hundred, and all by /show."""
    talk("好" * 1000)
    assert talk.said[-1].splitlines()[1] == "…" + "好" * 200
    talk("/show")
    assert talk.said[-1] == "今天" + "好" * 1000 + "\n"


def test_again(generator):
    """What the model wrote is taken back, and with another seed it writes otherwise."""
    talk = Talk(generator)
    talk("/temperature 5")
    talk.dialogue.settings = GenerateSettings(temperature=5, top_p=1)
    stories = [talk("/go 9"), *(talk("/again") for _ in range(4))]
    assert len(set(stories)) == 5
    assert talk("/undo") == "今天"


def test_to_the_end_of_a_sentence(talk):
    """It says so to the model; a model without sentences writes as much as a sentence may have."""
    assert len(talk("/sentence")) > 500


def test_ctrl_c_stops_the_model(talk, monkeypatch):
    """What it wrote until then stays, and the dialogue goes on."""

    def interrupt(text):
        talk.said.append(text)
        if len(talk.said) == 5:
            os.kill(os.getpid(), signal.SIGINT)

    talk.dialogue.say = interrupt
    text = talk("/go 1000")
    assert text.startswith("今天我们")
    assert len(text) < 50
    assert talk("/undo") == "今天"


def test_saving(talk, tmp_path, monkeypatch):
    """The text goes to a file with a line's end; what is there already stays where nobody is asked."""
    monkeypatch.chdir(tmp_path)
    talk("/go 2", "/save a b.txt")
    assert (tmp_path / "a b.txt").read_bytes() == "今天我们学习\n".encode()
    assert talk.said[-1] == "a b.txt: 6 characters\n"
    assert talk.dialogue.saved == "今天我们学习"
    talk("1", "/save a b.txt")
    assert talk.complaints == ["a b.txt is there already. It was left as it is; give another name.\n"]
    assert (tmp_path / "a b.txt").read_bytes() == "今天我们学习\n".encode()


@pytest.mark.parametrize("answer", [True, False])
def test_saving_over_a_file(generator, tmp_path, answer):
    """Where somebody is there to answer it is asked."""
    path = tmp_path / "a.txt"
    path.write_text("old")
    talk = Talk(generator, answer)
    talk(f"/save {path}")
    assert talk.asked == [f"{path} is there already. Replace it?"]
    assert path.read_text() == ("今天\n" if answer else "old")


def test_the_end(talk):
    """Is asked for, and nothing is shown after it."""
    count = len(talk.said)
    talk("/quit")
    assert talk.dialogue.over
    assert len(talk.said) == count


def test_again_takes_back_nothing_but_what_the_model_wrote(generator):
    """Neither where the highest seed is reached, nor after a run that wrote nothing."""
    talk = Talk(generator)
    talk.dialogue.settings = GenerateSettings(seed=MAX_SEED)
    assert talk("/go 2", "/again", "/again").startswith("今天")
    assert talk.complaints == []
    talk = Talk(generator)
    talk.dialogue.settings = GenerateSettings(greedy=True, stop=("我们",))
    assert talk("/go 2", "/again") == "今天"
    assert talk.complaints == ["The last step was not the model's. Type /go first.\n"]


def test_again_after_undo(talk):
    """What is left then is the user's own text, and /again leaves it."""
    assert talk("/go 2", "1", "/undo", "/again") == "今天我们学习"
    assert talk("/undo", "/go 2", "/undo", "/again") == "今天"
    assert talk.complaints == ["The last step was not the model's. Type /go first.\n"] * 2


def test_the_highest_seed_can_be_typed(talk):
    """It has ten digits."""
    talk(f"/seed {MAX_SEED}")
    assert talk.complaints == []
    assert talk.dialogue.settings.seed == MAX_SEED


def test_what_cannot_be_taken_back_leaves_all_as_it_was(talk):
    """Two steps are there, and three are asked for."""
    assert talk("1", "/undo 3") == "今天我们"
    assert talk("/undo 2") == ""


def test_a_run_is_as_long_as_until_may_wait(talk):
    """--min-length counts beyond the words that are written at a time."""
    talk.dialogue.settings = GenerateSettings(greedy=True, until="sentence", min_length=6)
    assert talk("/go 2") == "今天我们学习语文今天我们学习"
    talk.dialogue.settings = GenerateSettings(greedy=True, min_length=600)
    assert len(talk("/undo", "/sentence")) > 1200
    assert talk.complaints == []


@pytest.mark.parametrize("interrupted", [False, True])
def test_loops_are_told_on_a_line_of_their_own(talk, interrupted):
    """After the line of what was written, also where Ctrl-C ended it."""

    def interrupt(text):
        talk.said.append(text)
        if interrupted and len(talk.said) == 40:
            os.kill(os.getpid(), signal.SIGINT)

    talk.dialogue.say = interrupt
    assert (len(talk("/go 60")) < 60 * 2) == interrupted
    (at,) = [number for number, said in enumerate(talk.said) if said.startswith("Warning: From word 1 on “")]
    assert talk.said[at - 1] == "\n"
