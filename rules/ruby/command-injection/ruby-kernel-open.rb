def read(path, address)
  # ruleid: ruby-kernel-open
  open(path) { |file| file.read }
  # ruleid: ruby-kernel-open
  open(address, "rb")
  # ruleid: ruby-kernel-open
  Kernel.open(path, "w")
  # ok: ruby-kernel-open
  File.open(path)
  # ok: ruby-kernel-open
  open("notes.txt")
  # ok: ruby-kernel-open
  URI.parse(address).open
end
