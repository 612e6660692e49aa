def read(path, text)
  # ruleid: ruby-yaml-load
  YAML.load(File.read(path))
  # ruleid: ruby-yaml-load
  YAML.unsafe_load(text)
  # ok: ruby-yaml-load
  YAML.safe_load(text)
  # ok: ruby-yaml-load
  YAML.load("a: 1")
  # ok: ruby-yaml-load
  JSON.parse(text)
end
