const { exec, execSync, execFile } = require("child_process");
const cp = require("child_process");

function archive(folder, times) {
  // ruleid: javascript-command-built
  exec("tar czf all.tgz " + folder);
  // ruleid: javascript-command-built
  execSync(`tar czf all.tgz ${folder}`);
  // ruleid: javascript-command-built
  cp.exec("cd " + folder + " && ls", () => {});
  const command = `ls ${folder}`;
  // ruleid: javascript-command-built
  cp.execSync(command);
  // ok: javascript-command-built
  exec("tar czf all.tgz .");
  // ok: javascript-command-built
  execFile("tar", ["czf", "all.tgz", folder]);
  // ok: javascript-command-built
  exec("ping -c " + parseInt(times, 10) + " localhost");
  // ok: javascript-command-built
  return /a(b)/.exec("x" + folder);
}
