"""What is said of the prompts and texts of a batch."""

from heard import Heard

from zhgen.batches.remarks import MOST, Remarks


def test_a_remark_has_its_place_and_is_made_once():
    """The place stands before it; what was said of a place is not said of it again, and of another it is."""
    heard, places = Heard(), iter(("line 1: ", "line 1: ", "line 2: ", "line 2: "))
    remarks = Remarks(heard, lambda: next(places))
    remarks.say("It is foreign.")
    remarks.say("It is foreign.")
    remarks.warn("It is foreign.")
    remarks.say("It is odd.")
    assert heard.lines == ["line 1: It is foreign.", "Warning: line 2: It is foreign.", "line 2: It is odd."]


def test_there_is_an_end_of_remarks():
    """So many are passed on, then that there are more, and then nothing."""
    heard = Heard()
    remarks = Remarks(heard, str)
    for number in range(99):
        remarks.say(f"{number}")
    assert heard.lines == [*map(str, range(MOST)), "There is more of this, which is left out."]
