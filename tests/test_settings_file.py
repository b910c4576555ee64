"""zhgen.toml, and where a setting comes from when it stands in several places."""

import pytest

from zhgen.cli.application import COMMANDS


@pytest.fixture
def toml(tmp_path):
    """Return a function that writes zhgen.toml in the folder that commands run in."""

    def write(text):
        (tmp_path / "zhgen.toml").write_text(text, "utf-8")

    return write


def test_option_before_environment_before_file_before_default(zhgen, tiny_model, toml, monkeypatch):
    """200 words by default, 5 by the file, 4 by the environment, 3 by the option: the nearer one holds."""

    def words(*arguments):
        code, stdout, _ = zhgen("generate", tiny_model, "--greedy", *arguments)
        assert code == 0
        return (
            stdout.count("今天") + stdout.count("我们") + stdout.count("学习") + stdout.count("语文") + stdout.count("\n") - 1
        )

    assert words() == 200
    toml("[generate]\nwords = 5\n")
    assert words() == 5
    monkeypatch.setenv("ZHGEN_GENERATE_WORDS", "4")
    assert words() == 4
    assert words("-n", 3) == 3


def test_every_kind_of_value(zhgen, tiny_model, toml):
    """Numbers, words, and true and false are read from the file as they are from the command line."""
    toml('[generate]\nwords = 3\ngreedy = true\nprompt = "今天"\ntemperature = 0.5\nquiet = false\n\n[segment]\nhmm = false\n')
    assert zhgen("generate", tiny_model) == (0, "今天我们学习语文\n", "")


def test_a_setting_of_the_file_is_checked_like_an_option(refuses, toml):
    """Values out of bounds or of another kind are refused: no fraction is cut off and nothing is guessed."""
    toml("[generate]\nwords = 0\n")
    assert refuses("generate", "model") == "--words must be at least 1. Received: 0."
    for value in ("2.5", '"many"', "true"):
        toml(f"[generate]\nwords = {value}\n")
        assert "is not a valid integer" in refuses("generate", "model")


def test_what_may_be_given_several_times_is_one_text_in_the_file(refuses, toml):
    """A prompt for samples is read whole, not letter by letter, and goes as far as the next thing that is wrong."""
    toml('[train]\nsample_prompt = "宝玉"\nunits = 0\n')
    assert refuses("train", "a", "--vectors", "b", "-o", "c") == "--units must be at least 1. Received: 0."


def test_what_may_be_given_several_times_is_a_list_or_a_text(zhgen, tiny_model, toml):
    """Banned words stand in the file as a list or as one text, and spaces part nothing."""
    toml('[generate]\nwords = 2\ngreedy = true\nprompt = "今天"\nban = ["我们", "学习"]\n')
    code, stdout, _ = zhgen("generate", tiny_model)
    assert (code, stdout[:2]) == (0, "今天")
    assert "我们" not in stdout
    assert "学习" not in stdout
    toml('[generate]\nban = "我们 学习"\n')
    code, stdout, stderr = zhgen("generate", tiny_model)
    assert (code, stdout) == (2, "")
    assert stderr.startswith("zhgen: --ban has '我们 学习', which is no word of the model. ")


def test_a_list_of_what_is_no_text_is_refused(refuses, toml):
    """A list of lists is refused, with what would be right."""
    toml("[generate]\nban = [[1]]\n")
    assert refuses("generate", "model") == (
        "zhgen.toml has [[1]] for 'ban' under [generate]. Give a text, or texts in brackets."
    )


@pytest.mark.parametrize("value", ["[1, 2]", "{ a = 1 }", "1979-05-27"])
def test_lists_tables_and_dates_are_refused(refuses, toml, value):
    """What no option can be is refused by the name of its key."""
    toml(f"[generate]\nwords = {value}\n")
    said = refuses("generate", "model")
    assert said.startswith("zhgen.toml has ")
    assert "for 'words' under [generate]." in said


def test_an_unknown_key_is_refused_by_name(refuses, toml):
    """A mistyped key is named, with those that there are."""
    toml("[generate]\nwrods = 5\n")
    said = refuses("generate", "model")
    assert said.startswith("zhgen.toml has 'wrods' under [generate], which is no option of zhgen generate. Its options are ")
    assert " temperature, " in said


def test_an_unknown_table_is_refused_by_name(refuses, toml):
    """A mistyped table, and a key outside of any, are named, with the tables that there are."""
    tables = f"Its tables are {', '.join(f'[{name}]' for name in COMMANDS)}."
    toml("[genrate]\nwords = 5\n")
    assert refuses("info", "x") == f"zhgen.toml has 'genrate', which is no command. {tables}"
    toml("words = 5\n")
    assert refuses("info", "x") == f"zhgen.toml has 'words', which is no command. {tables}"


@pytest.mark.parametrize("content", [b"[generate\nwords = 5\n", "[generate]\nprompt = '今天'\n".encode("gbk")])
def test_a_file_that_is_no_toml_is_refused(refuses, tmp_path, content):
    """A file with a mistake in it, or in another encoding than UTF-8, is refused with the way out."""
    (tmp_path / "zhgen.toml").write_bytes(content)
    said = refuses("info", "x")
    assert said.startswith("zhgen.toml cannot be read (")
    assert said.endswith("Mend it, or move it away to do without.")


def test_help_can_be_read_without_the_file(zhgen, toml):
    """`--help`, of zhgen and of a command, answers even where zhgen.toml is broken; what is done is refused as ever."""
    for content in ("[generate", "[generate]\nwrods = 5\n"):
        toml(content)
        for arguments in (
            ["--help"],
            ["generate", "--help"],
            ["train", "-o", "models/x", "-h"],
            ["segment", "a.txt", "--help"],
        ):
            code, stdout, stderr = zhgen(*arguments)
            assert (code, stderr) == (0, "")
            assert stdout.startswith("Usage: zhgen")
        for arguments in (["generate", "model"], ["train"], ["generate", "model", "--words", "many"]):
            code, stdout, stderr = zhgen(*arguments)
            assert (code, stdout) == (2, "")
            assert stderr.startswith("zhgen: zhgen.toml ")


def test_help_shows_what_the_file_sets(zhgen, toml):
    """The default that `--help` shows is the one that holds in this folder."""

    def shown():
        return " ".join(zhgen("generate", "--help")[1].split())

    assert "may end the text. [default: 200]" in shown()
    toml("[generate]\nwords = 5\n")
    assert "may end the text. [default: 5]" in shown()
