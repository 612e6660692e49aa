const fs = require("fs");
const path = require("path");
const unzipper = require("unzipper");

fs.createReadStream("sent.zip")
  .pipe(unzipper.Parse())
  .on("entry", (entry) => {
    // ruleid: javascript-archive-entry-path
    entry.pipe(fs.createWriteStream(path.join("/srv/files", entry.path)));
    const target = path.join("/srv/files", entry.path);
    // ruleid: javascript-archive-entry-path
    entry.pipe(fs.createWriteStream(target));
  });

fs.createReadStream("sent.zip")
  .pipe(unzipper.Parse())
  .on("entry", (entry) => {
    const target = path.resolve("/srv/files", entry.path);
    if (!target.startsWith("/srv/files/")) {
      return;
    }
    // ok: javascript-archive-entry-path
    entry.pipe(fs.createWriteStream(target));
    // ok: javascript-archive-entry-path
    entry.pipe(fs.createWriteStream(path.join("/srv/files", path.basename(entry.path))));
  });
