def fetch(redis, path)
  # ruleid: ruby-marshal-load
  Marshal.load(redis.get("cart"))
  # ruleid: ruby-marshal-load
  Marshal.restore(File.binread(path))
  # ok: ruby-marshal-load
  Marshal.load(Marshal.dump(path))
  # ok: ruby-marshal-load
  JSON.parse(redis.get("cart"))
end
