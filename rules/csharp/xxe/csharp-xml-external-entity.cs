using System.Xml;

class Xml
{
    void Open(Stream stream)
    {
        // ruleid: csharp-xml-external-entity
        var first = new XmlReaderSettings { DtdProcessing = DtdProcessing.Parse };
        var second = new XmlDocument();
        // ruleid: csharp-xml-external-entity
        second.XmlResolver = new XmlUrlResolver();
        var third = new XmlReaderSettings();
        // ruleid: csharp-xml-external-entity
        third.ProhibitDtd = false;
        // ok: csharp-xml-external-entity
        var fourth = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit };
        // ok: csharp-xml-external-entity
        second.XmlResolver = null;
    }
}
