from hypothesis import given
from hypothesis import strategies as st

from reviewbot.change import SourceFile
from reviewbot.finding import Region
from reviewbot.scanners.regions import Text

texts = st.text(st.sampled_from("ab é😀\t\r\n\x0c\u2028\ufeff"), max_size=40)


@given(texts, st.data())
def test_a_region_cut_out_of_the_lines_is_what_stands_between_the_offsets(text: str, data: st.DataObject) -> None:
    file = SourceFile("a.py", text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    prepared = Text.of(file)
    shift = 1 if text.startswith("\ufeff") else 0
    at = [len(text[shift:position].encode()) for position in (start, end)]
    region = prepared.region(*at)
    wanted = text[max(start, shift) : max(end, shift)]
    if wanted in {"", "\n"}:
        return
    assert _cut(text, region) == wanted.removesuffix("\n")


@given(texts, st.integers(-5, 99), st.integers(-5, 99))
def test_any_offsets_give_a_region_within_the_text(text: str, start: int, end: int) -> None:
    prepared = Text.of(SourceFile("a.py", text))
    region = prepared.region(start, end)
    assert 1 <= region.start_line <= region.end_line <= max(len(text.split("\n")), 1)
    assert region.start_column >= 1
    assert (region.start_line, region.start_column) <= (region.end_line, region.end_column)
    assert prepared.snippet(region) in text


def _cut(text: str, region: Region) -> str:
    lines = [line + "\n" for line in text.split("\n")][region.start_line - 1 : region.end_line]
    lines[-1] = lines[-1][: region.end_column - 1]
    lines[0] = lines[0][region.start_column - 1 :]
    return "".join(lines)
