package app

import (
	"math"
	"strconv"
)

func port(text string) {
	value, _ := strconv.Atoi(text)
	// ruleid: go-parsed-integer-truncated
	first := int16(value)
	wide, _ := strconv.ParseInt(text, 10, 64)
	// ruleid: go-parsed-integer-truncated
	second := int32(wide)
	narrow, _ := strconv.ParseInt(text, 10, 32)
	// ok: go-parsed-integer-truncated
	third := int32(narrow)
	// ok: go-parsed-integer-truncated
	fourth := int64(wide)
	use(first, second, third, fourth)
}

func checked(text string) {
	value, _ := strconv.Atoi(text)
	if value > math.MaxInt16 || value < 0 {
		return
	}
	// ok: go-parsed-integer-truncated
	use(int16(value))
}
