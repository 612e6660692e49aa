// ruleid: javascript-message-any-origin
window.addEventListener("message", (event) => {
  run(event.data);
});
// ruleid: javascript-message-any-origin
window.onmessage = function (event) {
  run(event.data);
};
// ok: javascript-message-any-origin
window.addEventListener("message", (event) => {
  if (event.origin !== "https://example.com") return;
  run(event.data);
});
// ok: javascript-message-any-origin
window.addEventListener("resize", (event) => {
  run(event);
});
