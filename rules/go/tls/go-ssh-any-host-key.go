package app

import "golang.org/x/crypto/ssh"

func connect() {
	// ruleid: go-ssh-any-host-key
	first := &ssh.ClientConfig{HostKeyCallback: ssh.InsecureIgnoreHostKey()}
	second := &ssh.ClientConfig{}
	// ruleid: go-ssh-any-host-key
	second.HostKeyCallback = ssh.InsecureIgnoreHostKey()
	// ok: go-ssh-any-host-key
	third := &ssh.ClientConfig{HostKeyCallback: ssh.FixedHostKey(key)}
	// ok: go-ssh-any-host-key
	fourth := &ssh.ClientConfig{HostKeyCallback: callback}
	use(first, second, third, fourth)
}
