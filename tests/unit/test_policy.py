import pytest

from reviewbot.errors import ConfigError
from reviewbot.policy import Policy, Severity, parse_policy, policy_schema


def test_an_empty_file_gives_the_defaults() -> None:
    assert parse_policy("") == Policy()


def test_every_key_is_read() -> None:
    text = """
    report = "low"
    fail_on = "never"
    incomplete = "neutral"
    suggestions = false
    max_comments = 3
    max_repairs = 0
    exclude = ["vendor/*"]
    [rules]
    disable = ["B101"]
    """
    assert parse_policy(text) == Policy(
        report=Severity.LOW,
        fail_on=None,
        incomplete_fails=False,
        suggestions=False,
        max_comments=3,
        max_repairs=0,
        exclude=("vendor/*",),
        disabled_rules=frozenset({"B101"}),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("failon = 'high'", '"failon" is not a key. Did you mean "fail_on"?'),
        ("[rules]\ndisabled = []", '"rules.disabled" is not a key. Did you mean "rules.disable"?'),
        ("report = 'severe'", '"report": Input should be'),
        ("max_repairs = 'two'", '"max_repairs": Input should be a valid integer'),
        ("report = ", "is not valid TOML"),
    ],
)
def test_a_mistake_is_named_with_its_key(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse_policy(text)
    assert expected in str(caught.value)
    assert str(caught.value).startswith(".github/reviewbot.toml")


def test_the_schema_lists_the_keys_that_are_read() -> None:
    assert set(policy_schema()["properties"]) >= {"report", "fail_on", "exclude", "rules"}


def test_an_excluded_folder_takes_its_subfolders_with_it() -> None:
    policy = Policy(exclude=("vendor/*",))
    assert policy.excludes("vendor/a/b.py")
    assert not policy.excludes("src/vendor.py")
