import javax.xml.parsers.*;

class Xml {
    Document open(InputStream input) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        // ruleid: java-xml-external-entity
        return factory.newDocumentBuilder().parse(input);
    }

    XMLStreamReader stream(InputStream input) throws Exception {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        // ruleid: java-xml-external-entity
        return factory.createXMLStreamReader(input);
    }

    Document chained(InputStream input) throws Exception {
        // ruleid: java-xml-external-entity
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(input);
    }

    Document closed(InputStream input) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
        // ok: java-xml-external-entity
        return factory.newDocumentBuilder().parse(input);
    }

    XMLStreamReader limited(InputStream input) throws Exception {
        XMLInputFactory factory = XMLInputFactory.newInstance();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        // ok: java-xml-external-entity
        return factory.createXMLStreamReader(input);
    }

    Document made() throws Exception {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        // ok: java-xml-external-entity
        return builder.newDocument();
    }

    void sax(InputStream input) throws Exception {
        SAXReader reader = new SAXReader();
        // ruleid: java-xml-external-entity
        reader.read(input);
    }
}
