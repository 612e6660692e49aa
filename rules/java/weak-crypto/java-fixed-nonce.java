import javax.crypto.spec.*;

class Nonces {
    void fixed(byte[] message) throws Exception {
        // ruleid: java-fixed-nonce
        IvParameterSpec text = new IvParameterSpec("0123456789abcdef".getBytes());
        // ruleid: java-fixed-nonce
        IvParameterSpec zeros = new IvParameterSpec(new byte[16]);
        byte[] iv = new byte[12];
        // ruleid: java-fixed-nonce
        GCMParameterSpec gcm = new GCMParameterSpec(128, iv);
    }

    void fresh() throws Exception {
        byte[] iv = new byte[12];
        random.nextBytes(iv);
        // ok: java-fixed-nonce
        GCMParameterSpec gcm = new GCMParameterSpec(128, iv);
        // ok: java-fixed-nonce
        IvParameterSpec given = new IvParameterSpec(received);
    }
}
