const crypto = require("crypto");

function sign(text) {
  // ruleid: javascript-weak-hash
  crypto.createHash("md5").update(text).digest("hex");
  // ruleid: javascript-weak-hash
  const hash = crypto.createHash("SHA1");
  // ok: javascript-weak-hash
  crypto.createHash("sha256").update(text).digest("hex");
  // ok: javascript-weak-hash
  return crypto.createHmac("sha512", key).update(text).digest("hex");
}

function accept(key) {
  // ok: javascript-weak-hash
  return crypto.createHash("sha1").update(key + GUID).digest("base64");
}
