using System.Runtime.Serialization.Formatters.Binary;

class Restore
{
    void Read(Stream stream, string text)
    {
        // ruleid: csharp-unsafe-deserialization
        var formatter = new BinaryFormatter();
        // ruleid: csharp-unsafe-deserialization
        var settings = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.All };
        // ruleid: csharp-unsafe-deserialization
        var old = new NetDataContractSerializer();
        // ok: csharp-unsafe-deserialization
        var good = JsonSerializer.Deserialize<State>(text);
        // ok: csharp-unsafe-deserialization
        var none = new JsonSerializerSettings { TypeNameHandling = TypeNameHandling.None };
    }
}
