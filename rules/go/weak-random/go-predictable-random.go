package app

import (
	mrand "math/rand"
)

func token() int {
	// ruleid: go-predictable-random
	first := mrand.Intn(1000000)
	// ruleid: go-predictable-random
	second := mrand.New(mrand.NewSource(7)).Int63()
	// ok: go-predictable-random
	third := reader.Intn(7)
	// ok: go-predictable-random
	mrand.Shuffle(3, swap)
	use(second, third)
	return first
}
