def badge(label)
  # ruleid: ruby-html-safe-parameter
  "<b>#{label}</b>".html_safe
end

def note(text)
  html = "<p>" + text + "</p>"
  # ruleid: ruby-html-safe-parameter
  raw(html)
end

def quiet(label)
  # ok: ruby-html-safe-parameter
  "<b>#{h(label)}</b>".html_safe
  # ok: ruby-html-safe-parameter
  content_tag(:b, label)
  # ok: ruby-html-safe-parameter
  "<br>".html_safe
end
