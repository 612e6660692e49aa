// ruleid: javascript-message-to-anyone
window.parent.postMessage({ token: token }, "*");
// ruleid: javascript-message-to-anyone
frame.contentWindow.postMessage(data, "*");
// ok: javascript-message-to-anyone
window.parent.postMessage(data, "https://example.com");
// ok: javascript-message-to-anyone
worker.postMessage(data);
