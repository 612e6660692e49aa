const { BrowserWindow } = require("electron");

const loose = new BrowserWindow({
  webPreferences: {
    // ruleid: javascript-electron-isolation-off
    nodeIntegration: true,
    // ruleid: javascript-electron-isolation-off
    contextIsolation: false,
  },
});

const strict = new BrowserWindow({
  webPreferences: {
    // ok: javascript-electron-isolation-off
    nodeIntegration: false,
    // ok: javascript-electron-isolation-off
    contextIsolation: true,
  },
});
