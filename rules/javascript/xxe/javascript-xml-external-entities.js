const libxml = require("libxmljs");

function read(text) {
  // ruleid: javascript-xml-external-entities
  libxml.parseXml(text, { noent: true });
  // ruleid: javascript-xml-external-entities
  libxml.parseXmlString(text, { noblanks: true, noent: true });
  // ok: javascript-xml-external-entities
  libxml.parseXml(text, { noent: false });
  // ok: javascript-xml-external-entities
  return libxml.parseXml(text);
}
