const target = document.getElementById("target");

// ruleid: javascript-dom-xss
target.innerHTML = "You searched for " + location.search;
const params = new URLSearchParams(window.location.search);
// ruleid: javascript-dom-xss
document.write("<b>" + params.get("q") + "</b>");
const tab = decodeURIComponent(window.location.hash.slice(1));
// ruleid: javascript-dom-xss
$("#tab").html(`<a>${tab}</a>`);
window.addEventListener("message", (event) => {
  // ruleid: javascript-dom-xss
  target.insertAdjacentHTML("beforeend", event.data);
});

// ok: javascript-dom-xss
target.textContent = "You searched for " + location.search;
// ok: javascript-dom-xss
target.innerHTML = DOMPurify.sanitize(params.get("q"));
// ok: javascript-dom-xss
target.innerHTML = "<b>Welcome</b>";
// ok: javascript-dom-xss
$("#tab").text(tab);
