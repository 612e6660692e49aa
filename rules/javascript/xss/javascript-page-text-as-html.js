$(".user").on("click", function () {
  const name = $(this).attr("title");
  // ruleid: javascript-page-text-as-html
  $(".modal-title").html(name);
  // ok: javascript-page-text-as-html
  $(".modal-title").text(name);
  // ok: javascript-page-text-as-html
  $(".modal-title").html(escapeHtml(name));
});

function preview(form, box) {
  const field = document.querySelector("#subject");
  // ruleid: javascript-page-text-as-html
  box.innerHTML = field.value;
  // ok: javascript-page-text-as-html
  box.textContent = field.value;
  // ok: javascript-page-text-as-html
  box.innerHTML = DOMPurify.sanitize(field.value);
  // ok: javascript-page-text-as-html
  box.innerHTML = field.value.length;
  const data = new FormData();
  // ok: javascript-page-text-as-html
  data.append("subject", field.value);
  // ruleid: javascript-page-text-as-html
  box.insertAdjacentHTML("beforeend", form.dataset.label);
  const chosen = $("#tag").val();
  // ruleid: javascript-page-text-as-html
  const option = $("<option>" + chosen + "</option>");
  // ok: javascript-page-text-as-html
  return option.add($("<option>").text(chosen));
}

function warned(list) {
  const warning = document.createElement("p");
  warning.textContent = field.value;
  // ok: javascript-page-text-as-html
  list.before(warning);
  // ruleid: javascript-page-text-as-html
  warning.innerHTML = this.value;
}
