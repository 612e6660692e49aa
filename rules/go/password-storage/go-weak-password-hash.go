package app

import "golang.org/x/crypto/bcrypt"

func store(password, salt []byte) {
	// ruleid: go-weak-password-hash
	first, _ := bcrypt.GenerateFromPassword(password, 4)
	// ruleid: go-weak-password-hash
	second := pbkdf2.Key(password, salt, 1000, 32, sha256.New)
	// ruleid: go-weak-password-hash
	third := pbkdf2.Key(password, []byte("salt"), 600000, 32, sha256.New)
	// ok: go-weak-password-hash
	fourth, _ := bcrypt.GenerateFromPassword(password, bcrypt.DefaultCost)
	// ok: go-weak-password-hash
	fifth := pbkdf2.Key(password, salt, 600000, 32, sha256.New)
	use(first, second, third, fourth, fifth)
}
