package app

import (
	"net/http"
	"os/exec"
)

func ping(w http.ResponseWriter, r *http.Request) {
	host := r.FormValue("host")
	// ruleid: go-command-injection
	exec.Command("sh", "-c", "ping -c 1 "+host).Run()
	// ruleid: go-command-injection
	exec.Command(host, "-v").Run()
	// ruleid: go-command-injection
	exec.CommandContext(r.Context(), "/bin/bash", "-c", host).Run()
	// ok: go-command-injection
	exec.Command("ping", "-c", "1", host).Run()
	if !names.MatchString(host) {
		return
	}
	// ok: go-command-injection
	exec.Command("sh", "-c", "ping -c 1 "+host).Run()
}
