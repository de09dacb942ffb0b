//go:build unix

package main

import (
	"os"
	"syscall"
)

// setOwner gives file the owner and group that info tells. Only some users may; for others the file is theirs.
func setOwner(file *os.File, info os.FileInfo) {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		file.Chown(int(stat.Uid), int(stat.Gid))
	}
}
