const crypto = require("crypto");

function encrypt(key, nonce, password) {
  // ruleid: javascript-weak-cipher
  crypto.createCipheriv("aes-256-ecb", key, null);
  // ruleid: javascript-weak-cipher
  crypto.createCipheriv("des-ede3-cbc", key, nonce);
  // ruleid: javascript-weak-cipher
  crypto.createCipher("aes-256-cbc", password);
  // ok: javascript-weak-cipher
  crypto.createCipheriv("aes-256-gcm", key, nonce);
  // ok: javascript-weak-cipher
  return crypto.createCipheriv("chacha20-poly1305", key, nonce, { authTagLength: 16 });
}
