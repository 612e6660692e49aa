import java.io.*;

class Reader {
    Object read(InputStream input) throws Exception {
        ObjectInputStream objects = new ObjectInputStream(input);
        // ruleid: java-unsafe-deserialization
        Object value = objects.readObject();
        // ruleid: java-unsafe-deserialization
        mapper.enableDefaultTyping();
        // ruleid: java-unsafe-deserialization
        XMLDecoder decoder = new XMLDecoder(input);
        return value;
    }

    Object limited(InputStream input) throws Exception {
        ObjectInputStream objects = new ObjectInputStream(input);
        objects.setObjectInputFilter(filter);
        // ok: java-unsafe-deserialization
        Object value = objects.readObject();
        // ok: java-unsafe-deserialization
        Object other = mapper.readValue(input, Value.class);
        return value;
    }

    private void readObject(ObjectInputStream input) throws IOException {
        // ok: java-unsafe-deserialization
        names = (List<String>) input.readObject();
    }
}
