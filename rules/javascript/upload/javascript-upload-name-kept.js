const crypto = require("crypto");
const multer = require("multer");
const app = require("express")();

const storage = multer.diskStorage({
  destination: "/srv/files",
  filename: (req, file, done) => {
    // ruleid: javascript-upload-name-kept
    done(null, file.originalname);
  },
});

app.post("/upload", (req, res) => {
  const sent = req.files.file;
  // ruleid: javascript-upload-name-kept
  sent.mv("/srv/files/" + sent.name, () => res.end());
  // ok: javascript-upload-name-kept
  sent.mv("/srv/files/" + crypto.randomUUID(), () => res.end());
});

const renamed = multer.diskStorage({
  destination: "/srv/files",
  filename: (req, file, done) => {
    // ok: javascript-upload-name-kept
    done(null, crypto.randomUUID());
  },
});
