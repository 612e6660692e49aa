"""What gets into the log, from whom ever, and what never does."""

import fcntl
import io
import json
import logging
import os

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from reviewbot.log import set_up_logging
from reviewbot.redaction import REDACTED, Redactor
from reviewbot.sink import ROOM_LINES

TOKENS = {
    "installation token": "ghs_CANARY0123456789abcdefABCDEF01234567",
    "installation token of the longer kind": "ghs_1234567_eyJCANARYabcd.eyJCANARYefgh.CANARYsignature-_",
    "personal token": "ghp_CANARY0123456789abcdefABCDEF01234567",
    "fine-grained token": "github_pat_CANARY0123456789_abcdefABCDEF",
    "AWS key": "AKIACANARYCANARY0123",
    "web token": "eyJCANARYciOiJ.eyJCANARYzIiwi.CANARY-_",
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----",
    "private key that was cut off": "-----BEGIN PRIVATE KEY-----\nCANARY",
    "secret of ours": 'CANARY "\\ with quotes',
}


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _fail_with(secret: str) -> None:
    raise RuntimeError(secret)


@pytest.mark.parametrize("secret", TOKENS.values(), ids=TOKENS)
@pytest.mark.parametrize("stream", [io.StringIO, _Terminal])
@pytest.mark.usefixtures("restored_logging")
def test_no_secret_reaches_the_log_whichever_way_it_comes(secret: str, stream: type[io.StringIO]) -> None:
    log = stream()
    set_up_logging(log, [TOKENS["secret of ours"]])
    logger = structlog.get_logger()
    logger.warning("event", token=secret, nested={"headers": [secret]}, raw=secret.encode())
    logger.warning("in the text %s", secret)
    logging.getLogger("somebody.else").error("their %s", secret)
    try:
        _fail_with(secret)
    except RuntimeError:
        logger.exception("raised")
        logging.getLogger("somebody.else").exception("raised")
    assert log.getvalue().count(REDACTED) >= 6
    assert "CANARY" not in log.getvalue()


@pytest.mark.usefixtures("restored_logging")
def test_a_pipe_gets_one_json_object_for_each_event() -> None:
    log = io.StringIO()
    set_up_logging(log)
    structlog.get_logger("reviewbot.x").info("taken", number=3, lines="a\nb", odd=object())
    logging.getLogger("uvicorn.access").info("GET / 200")
    logging.getLogger("uvicorn.error").warning("slow")
    ours, theirs = (json.loads(line) for line in log.getvalue().splitlines())
    assert (ours["event"], ours["number"], ours["lines"], ours["logger"]) == ("taken", 3, "a\nb", "reviewbot.x")
    assert ours["timestamp"].endswith("Z")
    assert (theirs["event"], theirs["level"]) == ("slow", "warning")


@pytest.mark.usefixtures("restored_logging")
def test_a_log_that_was_closed_stops_nothing() -> None:
    log = io.StringIO()
    set_up_logging(log)
    log.close()
    structlog.get_logger().warning("nobody reads this")


@pytest.mark.usefixtures("restored_logging")
def test_lines_for_which_a_sink_has_no_room_are_counted_and_told_once_it_is_read_again() -> None:
    reading, writing = os.pipe()
    sent = ROOM_LINES + 1_000
    with os.fdopen(reading) as lines, os.fdopen(writing, "w") as sink:
        fcntl.fcntl(sink, fcntl.F_SETPIPE_SZ, 4096)
        set_up_logging(sink)
        for number in range(sent):
            structlog.get_logger().info("event", number=number)
        read: list[int] = []
        lost = 0
        while len(read) + lost < sent:
            said = json.loads(lines.readline())
            if said["event"] == "event":
                read.append(said["number"])
            else:
                lost += int(said["event"].removesuffix(" lines of the log were lost: nobody read them"))
    assert lost > 0
    assert read == list(range(len(read)))


def test_the_password_of_an_address_is_taken_out() -> None:
    text = "cannot connect to postgresql://bot:CANARY@db/x or redis://:CANARY@r:6379"
    assert Redactor()(text) == f"cannot connect to postgresql://{REDACTED}@db/x or redis://{REDACTED}@r:6379"


def test_ordinary_text_stays_as_it_is() -> None:
    text = "https://example.org/a:b@c ghs_ AKIA eyJ.x user@host -----BEGIN CERTIFICATE----- 0123456789abcdef"
    assert Redactor([""])(text) == text


@given(st.text(max_size=20), st.sampled_from(sorted(TOKENS.values())), st.sampled_from([" ", "=", '"', "\n", "/"]))
def test_a_token_is_found_wherever_it_stands(before: str, token: str, between: str) -> None:
    assert "CANARY" not in Redactor([TOKENS["secret of ours"]])(before + between + token + between)


def test_text_made_to_slow_the_patterns_down_is_read_through() -> None:
    for piece in ("-eyJaaaaaaaa", "eyJaaaaaaaa.", "ghs_", "-----BEGIN PRIVATE KEY----------END ", "://a:", "AKIA"):
        Redactor()(piece * 20_000)
