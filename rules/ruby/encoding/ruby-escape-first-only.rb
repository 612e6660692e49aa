def quoted(name, address)
  # ruleid: ruby-escape-first-only
  name = name.sub("'", "\\\\'")
  # ruleid: ruby-escape-first-only
  name = name.sub('"', "&quot;")
  # ruleid: ruby-escape-first-only
  address.sub!("|", "%7C")
  # ruleid: ruby-escape-first-only
  name = name.sub(/</, "&lt;")
  # ok: ruby-escape-first-only
  name = name.gsub("'", "\\\\'")
  # ok: ruby-escape-first-only
  name = name.sub(".html", "")
  # ok: ruby-escape-first-only
  name = name.sub("%", " percent")
  # ok: ruby-escape-first-only
  name = name.sub(" ", "\n")
end
