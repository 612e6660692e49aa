package app

import "crypto/tls"

func clients() {
	// ruleid: go-tls-skip-verify
	first := &tls.Config{InsecureSkipVerify: true}
	second := &tls.Config{}
	// ruleid: go-tls-skip-verify
	second.InsecureSkipVerify = true
	// ok: go-tls-skip-verify
	third := &tls.Config{InsecureSkipVerify: false}
	// ok: go-tls-skip-verify
	fourth := &tls.Config{RootCAs: pool}
	use(first, second, third, fourth)
}
