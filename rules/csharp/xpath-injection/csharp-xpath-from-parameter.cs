using System.Xml;

class Catalogue
{
    XmlNode Find(XmlDocument document, string name)
    {
        // ruleid: csharp-xpath-from-parameter
        return document.SelectSingleNode("/users/user[@name='" + name + "']");
    }

    XmlNodeList All(XmlDocument document, string name)
    {
        // ruleid: csharp-xpath-from-parameter
        return document.SelectNodes($"/users/user[@name='{name}']");
    }

    XmlNode Given(XmlDocument document, string path)
    {
        // ok: csharp-xpath-from-parameter
        return document.SelectSingleNode(path);
    }

    XmlNode Fixed(XmlDocument document, string name)
    {
        // ok: csharp-xpath-from-parameter
        return document.SelectSingleNode("/users/user[1]");
    }
}
