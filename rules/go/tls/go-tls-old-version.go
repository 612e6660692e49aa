package app

import "crypto/tls"

func servers() {
	// ruleid: go-tls-old-version
	first := &tls.Config{MinVersion: tls.VersionTLS10}
	// ruleid: go-tls-old-version
	second := &tls.Config{MinVersion: tls.VersionSSL30}
	// ok: go-tls-old-version
	third := &tls.Config{MinVersion: tls.VersionTLS12}
	// ok: go-tls-old-version
	fourth := &tls.Config{MaxVersion: tls.VersionTLS13}
	use(first, second, third, fourth)
}
