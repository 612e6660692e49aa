package app

// ruleid: go-profiler-exposed
import _ "net/http/pprof"

// ruleid: go-profiler-exposed
import (
	"net/http"
	_ "net/http/pprof"
)

// ok: go-profiler-exposed
import "runtime/pprof"

// ok: go-profiler-exposed
import "net/url"
