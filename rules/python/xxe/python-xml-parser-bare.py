from lxml import etree

# ruleid: python-xml-parser-bare
parser = etree.XMLParser(remove_blank_text=True)
# ruleid: python-xml-parser-bare
tree = etree.parse("orders.xml")
# ok: python-xml-parser-bare
careful = etree.XMLParser(resolve_entities=False, no_network=True)
# ok: python-xml-parser-bare
tree = etree.parse("orders.xml", careful)
