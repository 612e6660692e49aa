"""Commands in comments: which lines are one, and what they can and cannot ask."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.github.commands import MAX_COMMAND_CHARACTERS, Command, Mistake, Verb, command_line, parse_command


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/reviewbot review", Command(Verb.REVIEW)),
        ("/reviewbot fix", Command(Verb.FIX)),
        ("/reviewbot explain", Command(Verb.EXPLAIN)),
        ("/reviewbot status", Command(Verb.STATUS)),
        ("/reviewbot help", Command(Verb.HELP)),
        ("/reviewbot", Command(Verb.HELP)),
        ("/review", Command(Verb.REVIEW)),
        ("/review fix", Command(Verb.FIX)),
        ("/ReviewBot\t FIX  ", Command(Verb.FIX)),
        ("/reviewbot dismiss  only used in tests -- see #3 ", Command(Verb.DISMISS, "only used in tests -- see #3")),
    ],
)
def test_a_command_is_read(text: str, expected: Command) -> None:
    assert parse_command(text, alias=True) == expected


@pytest.mark.parametrize(
    "text", ["", "/", "review", "/reviewbots fix", "/reviewer", "//reviewbot", "please /reviewbot fix"]
)
def test_other_text_is_no_command(text: str) -> None:
    assert parse_command(text, alias=True) is None
    assert command_line(text, alias=True) is None


def test_the_alias_can_be_switched_off() -> None:
    assert parse_command("/review", alias=False) is None
    assert command_line("/review\n/reviewbot fix", alias=False) == "/reviewbot fix"
    assert parse_command("/reviewbot review", alias=False) == Command(Verb.REVIEW)


@pytest.mark.parametrize("dash", ["-", "--", "\u2010", "\u2013", "\u2014\u2014", "\u2212", "\ufe63", "\uff0d\uff0d"])
@pytest.mark.parametrize("verb", ["", *(f"{verb} " for verb in Verb)])
def test_an_option_is_refused_whatever_dash_it_has(verb: str, dash: str) -> None:
    mistake = parse_command(f"/reviewbot {verb}{dash}config.openai.api_base=http://127.0.0.1:9/", alias=True)
    assert isinstance(mistake, Mistake)
    assert "no options" in mistake.sentence
    assert "127.0.0.1" not in mistake.sentence


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("/reviewbot revew", "Did you mean `/reviewbot review`?"),
        ("/reviewbot @everyone", "There is no such command. The commands are: review, fix, explain"),
        ("/reviewbot fix @everyone", "`/reviewbot fix` takes nothing after it."),
        ("/reviewbot dismiss", "Say why"),
        ("/reviewbot dismiss ...", "Say why"),
        ("/reviewbot dismiss a\u202eb", "Say why"),
        ("/reviewbot dismiss " + "x" * MAX_COMMAND_CHARACTERS, "less than 500 characters"),
    ],
)
def test_a_mistake_says_what_to_write_and_repeats_nothing(text: str, said: str) -> None:
    mistake = parse_command(text, alias=True)
    assert isinstance(mistake, Mistake)
    assert said in mistake.sentence
    assert "@everyone" not in mistake.sentence


@pytest.mark.parametrize(
    "comment",
    [
        "> /reviewbot fix",
        "    /reviewbot fix",
        "\t/reviewbot fix",
        "```\n/reviewbot fix\n```",
        "````\n```\n/reviewbot fix\n````",
        "~~~ text\n/reviewbot fix",
        "<!--\n/reviewbot fix\n-->",
        "- /reviewbot fix",
        "`/reviewbot fix`",
        "Write /reviewbot fix to have it fixed",
    ],
)
def test_a_command_in_code_in_a_quote_or_out_of_sight_does_not_count(comment: str) -> None:
    assert command_line(comment, alias=True) is None


@pytest.mark.parametrize(
    "comment",
    [
        "/reviewbot fix",
        "Thanks!\r\n\r\n   /reviewbot fix  \r\n/reviewbot review",
        "```\ncode\n```\n/reviewbot fix",
        "```one line```\n/reviewbot fix",
        "<!-- seen by nobody -->\n/reviewbot fix",
        "<!--\nhidden\n-->\n/reviewbot fix",
        "> quoted\n/reviewbot fix",
    ],
)
def test_the_first_line_that_starts_with_the_command_counts(comment: str) -> None:
    assert command_line(comment, alias=True) == "/reviewbot fix"


def test_a_line_that_was_cut_is_not_taken_for_a_whole_command() -> None:
    text = command_line("/reviewbot dismiss " + "word " * 200, alias=True)
    assert text is not None
    assert len(text) == MAX_COMMAND_CHARACTERS
    assert isinstance(parse_command(text, alias=True), Mistake)


_WORDS = st.sampled_from(["/reviewbot", "/review", "```", "~~~", "<!--", "-->", ">", "--x", *Verb, " ", "\n", "\u2014"])


@given(st.lists(_WORDS | st.text(max_size=5), max_size=20).map("".join), st.booleans())
def test_any_comment_gives_one_of_three_answers(comment: str, alias: bool) -> None:  # noqa: FBT001  hypothesis gives it
    line = command_line(comment, alias=alias)
    if line is None:
        return
    assert "\n" not in line
    answer = parse_command(line, alias=alias)
    assert isinstance(answer, Command | Mistake)
    if isinstance(answer, Command):
        assert bool(answer.reason) == (answer.verb is Verb.DISMISS)
        assert answer.reason in comment.replace("\0", "\ufffd")


def test_a_comment_made_to_slow_a_parser_down_is_read_through() -> None:
    hostile = ("/review " + "a" * 26 + "! ") * 2000 + ("`" * 1000 + "\n") * 1000 + " " * 1_000_000 + "\n/reviewbot"
    assert isinstance(parse_command(command_line(hostile, alias=True) or "", alias=True), Mistake)
    assert command_line(hostile, alias=False) is None  # the last of the 999 fences stays open
