const crypto = require("crypto");

// ruleid: javascript-pseudo-random-bytes
const key = crypto.randomBytes(32);
// ruleid: javascript-pseudo-random-bytes
crypto.randomBytes(16, (error, bytes) => {});
// ok: javascript-pseudo-random-bytes
const other = crypto.randomBytes(32);
// ok: javascript-pseudo-random-bytes
crypto.randomUUID();
