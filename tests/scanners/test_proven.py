import pytest

from reviewbot.change import SourceFile
from reviewbot.policy import Severity
from reviewbot.scanners.bandit import Bandit

TREE = "import xml.etree.ElementTree as ET\n\n\ndef read(name):\n    return ET.parse({})\n"
SAX = "import xml.sax\nfrom xml.sax import handler\n\nparser = xml.sax.make_parser()\n{}"


@pytest.mark.parametrize(
    ("test_id", "code", "severity"),
    [
        ("B314", TREE.format('"settings.xml"'), Severity.LOW),
        ("B314", TREE.format("name"), Severity.MEDIUM),
        ("B314", TREE.replace("parse", "fromstring").format('"<a/>"'), Severity.MEDIUM),
        ("B317", SAX.format("parser.setFeature(handler.feature_external_ges, False)\n"), Severity.LOW),
        ("B317", SAX.format("parser.setFeature(handler.feature_external_ges, True)\n"), Severity.MEDIUM),
        ("B317", SAX.format("parser.setFeature(handler.feature_namespaces, False)\n"), Severity.MEDIUM),
        ("B317", SAX.format("other.setFeature(handler.feature_external_ges, False)\n"), Severity.MEDIUM),
    ],
)
def test_xml_is_harmless_where_its_file_is_the_programs_own_or_entities_are_off(
    test_id: str, code: str, severity: Severity
) -> None:
    (scan,) = Bandit().scan([[SourceFile("a.py", code)]])

    assert {finding.severity for finding in scan.findings if finding.rule_id == test_id} == {severity}


@pytest.mark.parametrize(
    ("name", "parameter", "target", "severity"),
    [
        ("text_to_md5", "text", "result", Severity.LOW),
        ("size_of", "data", "checksum", Severity.LOW),
        ("text_to_md5", "password", "result", Severity.MEDIUM),
        ("stored", "data", "result", Severity.MEDIUM),
        ("stored", "token", "checksum", Severity.MEDIUM),
    ],
)
def test_md5_is_harmless_where_a_name_asks_for_it_and_none_is_of_a_secret(
    name: str, parameter: str, target: str, severity: Severity
) -> None:
    code = f"import hashlib\n\n\ndef {name}({parameter}):\n    {target} = hashlib.md5({parameter}).hexdigest()\n"

    (scan,) = Bandit().scan([[SourceFile("a.py", code)]])

    assert {finding.severity for finding in scan.findings if finding.rule_id == "B324"} == {severity}
