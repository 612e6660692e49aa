import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt

from reviewbot.change import Change, ChangedFile, Hunk, Line
from reviewbot.finding import Region, Scan
from reviewbot.outcome import Conclusion
from reviewbot.policy import Policy, Severity
from reviewbot.review import Comment, Evidence, Review, compose
from reviewbot.suggestion import Edit
from tests.samples import SEMGREP, changed, evidence, finding_on, hostile_review, line_edit, review, verdict

CODE = "".join(f"line{number}\n" for number in range(1, 61))


def on(path: str, found: Review) -> Comment:
    return next(comment for comment in found.comments if comment.path.endswith(path))


def reviewed(file: ChangedFile, code: str, *edits: Edit, **said: object) -> Review:
    """Review one file with one finding on `code`, and one accepted suggestion if there are `edits`."""
    told: dict[str, object] = {"tool": "Semgrep", "rule_id": "r", "message": "m", "severity": Severity.HIGH, **said}
    finding = finding_on(file, code, **told)
    verdicts = (verdict(finding, edits, rationale="Do this."),) if edits else ()
    after = Scan(covered=frozenset({("Semgrep", file.path)}), tools=(SEMGREP,))
    return compose(Evidence(Change("base", "head", (file,)), after, (finding,), verdicts), Policy())


def test_a_comment_stands_on_the_lines_of_its_finding() -> None:
    (comment,) = reviewed(changed("a.py", None, CODE), "line7\nline8").comments
    assert (comment.path, comment.start_line, comment.line) == ("a.py", 7, 8)


def test_a_long_region_is_marked_by_its_first_lines_inside_the_diff() -> None:
    whole = CODE.rstrip("\n")
    assert [(c.start_line, c.line) for c in reviewed(changed("a.py", None, CODE), whole).comments] == [(1, 10)]
    in_the_middle = changed("a.py", CODE.replace("line30\n", ""), CODE)
    assert [(c.start_line, c.line) for c in reviewed(in_the_middle, whole).comments] == [(27, 33)]


def test_a_finding_outside_the_diff_stands_in_the_body() -> None:
    found = reviewed(changed("a.py", CODE.replace("line30\n", ""), CODE), "line50", message="Far away.")
    assert found.comments == ()
    assert "### Outside the diff" in found.body
    assert "Far away." in found.body


def test_every_comment_is_on_lines_that_github_takes() -> None:
    files = {file.path: file for file in evidence().change.files}
    comments = review().comments
    assert comments
    assert all(files[comment.path].commentable(comment.start_line, comment.line) for comment in comments)


def test_a_comment_says_what_why_how_and_who() -> None:
    body = on("app.py", review()).body
    for part in (
        "**High: OS Command Injection** ([CWE-78](https://cwe.mitre.org/data/definitions/78.html))",
        "subprocess call with shell=True identified",
        "can run commands of their own",
        "`# nosec` is in the change; it does not hide this.",
        "```suggestion\n    subprocess.run([",
        "Checked: parses, same public names, the finding is gone; ",
        "Semgrep 1.182.0 and Bandit 1.9.4 report nothing new of medium severity or above in it.",
        "Found by `Bandit B602`, `Semgrep python.command-injection.shell-true`.",
    ):
        assert part in body


@pytest.mark.parametrize(("page", "links"), [("https://example.com/r", 1), ("", 0)])
def test_a_comment_links_to_the_page_of_the_rule_where_one_is_known(page: str, links: int) -> None:
    (comment,) = reviewed(changed("a.py", None, CODE), "line7", page=page).comments
    assert comment.body.count(f"[What the rule looks for, and when it is wrong]({page}).") == links


def test_a_suggestion_is_vouched_for_only_by_the_tools_that_read_it() -> None:
    file = changed("a.js", None, CODE)
    (comment,) = reviewed(file, "line7", line_edit(file, 7, "fixed\n")).comments
    assert "Semgrep 1.182.0 reports nothing new" in comment.body
    assert "Bandit" not in comment.body


def test_what_the_gate_refused_is_never_shown_as_code() -> None:
    found = review()
    said = "\n".join((found.body, *(comment.body for comment in found.comments)))
    assert "eval(`" not in said
    assert "1 suggestion withheld: Semgrep finds something new: `javascript.eval.direct` in line 5." in said
    assert "```" not in on("search.js", found).body


def test_one_click_takes_the_place_of_all_lines_between_the_edits() -> None:
    file = changed("a.py", None, CODE)
    edits = (line_edit(file, 9, "nine\n"), Edit("a.py", 6, 5, "", "new\n"))
    (comment,) = reviewed(file, "line7", *edits).comments
    assert (comment.start_line, comment.line) == (6, 9)
    assert "```suggestion\nnew\nline6\nline7\nline8\nnine\n```" in comment.body


def test_a_click_that_deletes_lines_has_an_empty_block() -> None:
    file = changed("a.py", None, CODE)
    (comment,) = reviewed(file, "line7", line_edit(file, 7, "")).comments
    assert "```suggestion\n```" in comment.body


@pytest.mark.parametrize(
    "edits",
    [
        [(7, "fixed"), (30, "far")],
        [(1, "import x"), (7, "fixed")],
        [(7, "/deploy prod")],
        [(7, "x" * 9_990)],
    ],
    ids=["too far apart", "outside the diff", "a command for another bot", "long"],
)
def test_what_one_click_cannot_do_whole_is_shown_as_a_diff(edits: list[tuple[int, str]]) -> None:
    old = CODE.replace("line7\n", "").replace("line30\n", "")
    file = changed("a.py", old, CODE)
    (comment,) = reviewed(file, "line7", *(line_edit(file, line, f"{text}\n" * 2) for line, text in edits)).comments
    assert "```suggestion" not in comment.body
    assert "/deploy" not in re.findall(r"^\s*(/\w+)", comment.body, re.MULTILINE)
    assert ("```diff" in comment.body) == (len(edits[0][1]) < 9_000)


def test_back_ticks_in_a_suggestion_do_not_end_its_block() -> None:
    file = changed("a.py", None, CODE)
    (comment,) = reviewed(file, "line7", line_edit(file, 7, '"""\n````\n"""\n')).comments
    assert '`````suggestion\n"""\n````\n"""\n`````' in comment.body


def test_comments_stop_at_the_limit_with_the_most_severe_first() -> None:
    found = review(Policy(max_comments=1))
    assert [comment.path for comment in found.comments] == ["src/thumbnails/app.py"]
    assert "2 findings have no comment of their own" in found.body
    assert all(path in found.body for path in ("web/search.js:5", "src/thumbnails/loader.py:6"))


def test_nothing_to_say_is_one_line() -> None:
    file = changed("a.js", None, CODE)
    after = Scan(covered=frozenset({("Semgrep", "a.js")}), tools=(SEMGREP,))
    clean = compose(Evidence(Change("base", "head", (file,)), after, (), ()), Policy())
    assert clean.body == "Semgrep 1.182.0 reports nothing of medium severity or above in 1 file."
    assert (clean.comments, clean.conclusion) == ((), Conclusion.SUCCESS)


def test_a_model_that_did_not_answer_is_mentioned_and_nothing_else_changes() -> None:
    silent = compose(replace(evidence(), generation_error="It timed out."), Policy())
    assert "The model gave no suggestions: It timed out." in silent.body
    assert silent.comments == review().comments


def test_what_was_not_reviewed_comes_first() -> None:
    body = review().body
    assert body.index("Not reviewed") < body.index("| Severity")
    assert "- `web/bundle.js`: it has 3,145,728 characters; the limit is 1,000,000" in body


def test_no_review_calls_anything_secure_or_safe() -> None:
    found = review()
    said = "\n".join((found.body, *(comment.body for comment in found.comments)))
    ours = re.sub(r"yaml\S*", "", re.sub(r"`[^`]*`|```.*?```", "", said, flags=re.DOTALL))
    assert not re.search(r"\b(secure|safe)\b", ours.replace("Use of unsafe yaml load", ""), re.IGNORECASE)


def test_a_body_fits_into_what_github_takes() -> None:
    file = changed("a.py", CODE, CODE.replace("line1\n", "line0\n"))
    said: dict[str, object] = {"tool": "Semgrep", "rule_id": "r", "severity": Severity.HIGH}
    findings = tuple(finding_on(file, f"line{n}", message=f"{n} " + "m" * 5_000, **said) for n in range(20, 60))
    after = Scan(covered=frozenset({("Semgrep", "a.py")}), tools=(SEMGREP,))
    found = compose(Evidence(Change("base", "head", (file,)), after, findings * 30, ()), Policy())
    assert len(found.body) < 65_536
    assert "findings not told in full here" in found.body
    assert "1,150 further findings not listed" in found.body


def test_nothing_in_a_hostile_change_becomes_markup() -> None:
    found = hostile_review()
    assert found.comments
    for body in (found.body, *(comment.body for comment in found.comments)):
        parsed = MarkdownIt("commonmark").enable("table").parse(body)
        tokens = [token for outer in parsed for token in (outer, *(outer.children or ()))]
        ours = {"<details><summary>What was scanned</summary>\n", "</details>", "</details>\n"}
        assert {token.content for token in tokens if token.type.startswith("html")} <= ours
        links = {str(token.attrs["href"]) for token in tokens if token.type == "link_open"}
        assert all(link.startswith("https://cwe.mitre.org/data/definitions/") for link in links)
        assert not [token for token in tokens if token.type == "image"]
        text = "".join(token.content for token in tokens if token.type in ("text", "text_special"))
        assert not re.search(r"@\w|#\d|GH-\d|https?://", text)
        assert not re.search(r"^\s*/\w", body, re.MULTILINE)
        assert "\x1b" not in re.sub(r"`{3,}suggestion.*", "", body, flags=re.DOTALL)


def test_a_region_beyond_the_file_is_said_in_the_body() -> None:
    file = ChangedFile("a.py", None, "x\n", (Hunk((Line("x", None, 1),)),))
    finding = replace(
        finding_on(file, "x", tool="Semgrep", rule_id="r", message="m", severity=Severity.HIGH),
        region=Region(9, 9, 1, 2),
    )
    after = Scan(covered=frozenset({("Semgrep", "a.py")}), tools=(SEMGREP,))
    found = compose(Evidence(Change("base", "head", (file,)), after, (finding,), ()), Policy())
    assert (found.comments, "Outside the diff" in found.body) == ((), True)
