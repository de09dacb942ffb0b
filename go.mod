module newsclean

go 1.26.8

require (
	github.com/spf13/pflag v1.0.10
	golang.org/x/text v0.43.0
)

require (
	github.com/google/go-cmp v0.7.0
	golang.org/x/term v0.47.0
)

require golang.org/x/sys v0.49.0 // indirect
