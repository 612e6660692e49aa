def resize(file, width)
  # ruleid: ruby-command-injection-parameter
  system("convert #{file} -resize #{width} out.png")
  # ruleid: ruby-command-injection-parameter
  `identify #{file}`
end

def dump(database)
  command = "mysqldump " + database
  # ruleid: ruby-command-injection-parameter
  Open3.capture2(command)
end

def restore(file)
  # ok: ruby-command-injection-parameter
  system("gunzip", file)
  # ok: ruby-command-injection-parameter
  system("gunzip #{Shellwords.escape(file)}")
end

def run(command)
  # ok: ruby-command-injection-parameter
  system(command)
end
