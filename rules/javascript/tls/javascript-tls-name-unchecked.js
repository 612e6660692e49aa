const tls = require("tls");

// ruleid: javascript-tls-name-unchecked
tls.connect({ host: "example.com", checkServerIdentity: () => undefined });
// ruleid: javascript-tls-name-unchecked
tls.connect({ host: "example.com", checkServerIdentity: function (host, certificate) {} });
// ok: javascript-tls-name-unchecked
tls.connect({ host: "example.com", checkServerIdentity: (host, certificate) => tls.checkServerIdentity(host, certificate) });
// ok: javascript-tls-name-unchecked
tls.connect({ host: "example.com" });
