import xml.sax
from xml.sax.handler import feature_external_ges

from lxml import etree

# ruleid: python-xml-external-entities
loose = etree.XMLParser(resolve_entities=False)
# ruleid: python-xml-external-entities
typed = etree.XMLParser(remove_comments=True, load_dtd=False)

reader = xml.sax.make_parser()
# ruleid: python-xml-external-entities
reader.setFeature(feature_external_ges, False)

# ok: python-xml-external-entities
strict = etree.XMLParser(resolve_entities=False, no_network=True)
# ok: python-xml-external-entities
plain = etree.XMLParser()
# ok: python-xml-external-entities
reader.setFeature(xml.sax.handler.feature_external_ges, False)
