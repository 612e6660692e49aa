package app

import (
	"os"
	"os/exec"
)

func ping(host string) error {
	// ruleid: go-command-from-variable
	return exec.Command("sh", "-c", "ping -c 1 "+host).Run()
}

func list(folder string) error {
	// ok: go-command-from-variable
	return exec.Command("ls", "-l", folder).Run()
}

func main() {
	// ruleid: go-command-from-variable
	exec.Command(os.Args[1], "-v").Run()
	// ok: go-command-from-variable
	exec.Command("ls", "-l").Run()
}
