function show(target, user, items) {
  // ruleid: javascript-html-built
  target.innerHTML = "<b>" + user.name + "</b>";
  const row = `<li>${user.comment}</li>`;
  // ruleid: javascript-html-built
  target.insertAdjacentHTML("beforeend", row);
  // ruleid: javascript-html-built
  $("#list").append("<li>" + user.comment + "</li>");
  // ruleid: javascript-html-built
  const line = $('<tr data-name="' + user.name + '"></tr>');
  let table = "<table>";
  for (const item of items) {
    table += "<td>" + item.title + "</td>";
  }
  // ruleid: javascript-html-built
  target.innerHTML = table;
  // ok: javascript-html-built
  target.innerHTML = "<b>Welcome</b>";
  // ok: javascript-html-built
  target.textContent = "<b>" + user.name;
  // ok: javascript-html-built
  target.innerHTML = `<b>${escapeHtml(user.name)}</b>`;
  // ok: javascript-html-built
  target.innerHTML = "<b>" + escapeHtml(user.name) + "</b>";
  // ok: javascript-html-built
  target.innerHTML = DOMPurify.sanitize("<b>" + user.name + "</b>");
  // ok: javascript-html-built
  target.innerHTML = `<i>${items.length}</i>`;
  // ok: javascript-html-built
  $("#head").html("<b>" + $("<div>").text(user.name).html() + "</b>");
  const shown = $("<div>").text(user.name).html();
  // ok: javascript-html-built
  $("#head").html("<b>" + shown + "</b>");
  return line;
}

function addButton(row, options) {
  // ok: javascript-html-built
  row.append("<a class='button'>" + options.addText + "</a>");
  // ruleid: javascript-html-built
  row.append("<a class='button'>" + options.row.text + "</a>");
}

function table(row, label) {
  const numCols = row.children().length;
  // ok: javascript-html-built
  row.append('<td colspan="' + numCols + '"></td>');
  // ruleid: javascript-html-built
  row.append('<td title="' + label + '"></td>');
}

function hint(element, console) {
  // ok: javascript-html-built
  element.innerHTML = "<p>Click on the headline. " + (console ? "" : "Point at " + "the frame.");
}
