// ruleid: javascript-tls-environment-off
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "1";
// ruleid: javascript-tls-environment-off
process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "1";
// ok: javascript-tls-environment-off
process.env.NODE_TLS_REJECT_UNAUTHORIZED = "1";
// ok: javascript-tls-environment-off
process.env.NODE_ENV = "0";
