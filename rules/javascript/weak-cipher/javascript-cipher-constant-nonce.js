const crypto = require("crypto");

function encrypt(key) {
  // ruleid: javascript-cipher-constant-nonce
  crypto.createCipheriv("aes-256-cbc", key, "0123456789abcdef");
  // ruleid: javascript-cipher-constant-nonce
  crypto.createCipheriv("aes-256-gcm", key, Buffer.alloc(12, 0));
  const nonce = crypto.randomBytes(12);
  // ok: javascript-cipher-constant-nonce
  crypto.createCipheriv("aes-256-gcm", key, nonce);
  // ok: javascript-cipher-constant-nonce
  return crypto.createCipheriv("aes-256-gcm", key, crypto.randomBytes(12));
}
