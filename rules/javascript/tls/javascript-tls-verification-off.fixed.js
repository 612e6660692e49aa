const https = require("https");
const request = require("request");

// ruleid: javascript-tls-verification-off
const agent = new https.Agent({ keepAlive: true, rejectUnauthorized: true });
// ruleid: javascript-tls-verification-off
request({ url: "https://example.com", strictSSL: true }, () => {});
const options = { host: "example.com" };
// ruleid: javascript-tls-verification-off
options.rejectUnauthorized = true;

// ok: javascript-tls-verification-off
const checked = new https.Agent({ ca: certificate, rejectUnauthorized: true });
// ok: javascript-tls-verification-off
https.get("https://example.com");
