function show(target, user, items) {
  // ruleid: javascript-html-built
  target.innerHTML = "<b>" + user.name + "</b>";
  const row = `<li>${user.comment}</li>`;
  // ruleid: javascript-html-built
  target.insertAdjacentHTML("beforeend", row);
  // ruleid: javascript-html-built
  $("#list").append("<li>" + user.comment + "</li>");
  // ok: javascript-html-built
  target.innerHTML = "<b>Welcome</b>";
  // ok: javascript-html-built
  target.textContent = "<b>" + user.name;
  // ok: javascript-html-built
  target.innerHTML = `<b>${escapeHtml(user.name)}</b>`;
  // ok: javascript-html-built
  target.innerHTML = DOMPurify.sanitize("<b>" + user.name + "</b>");
  // ok: javascript-html-built
  target.innerHTML = `<i>${items.length}</i>`;
}
