package main

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"newsclean/normalize"
)

// cleanInPlace puts what clean makes of the file in its place. The file stands as it was until all is written: then the
// new one, of the same mode and owner, takes its name at once, and the old one goes, or stays under its name with suffix
// behind. On any error, or when ctx ends, the file stands and nothing else is left.
func cleanInPlace(ctx context.Context, name, suffix string, clean func(io.Writer, io.Reader) (normalize.Stats, error)) (stats normalize.Stats, err error) {
	path, err := filepath.EvalSymlinks(name) // a link stays one
	if err != nil {
		return stats, err
	}
	in, err := os.Open(path)
	if err != nil {
		return stats, err
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		return stats, err
	}
	if !info.Mode().IsRegular() {
		return stats, errors.New("not a regular file; read it without --in-place")
	}
	out, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.newsclean")
	if err != nil {
		return stats, err
	}
	defer func() {
		if err != nil {
			out.Close() // once more, perhaps
			os.Remove(out.Name())
		}
	}()
	stats, err = clean(out, contextReader{ctx, in})
	if err != nil {
		return stats, err
	}
	if err := likeness(out, info); err != nil {
		return stats, err
	}
	if err := errors.Join(out.Sync(), out.Close(), ctx.Err()); err != nil {
		return stats, err
	}
	if suffix != "" {
		if err := keepCopy(path, path+suffix); err != nil {
			return stats, err
		}
	}
	return stats, os.Rename(out.Name(), path)
}

// likeness gives file the mode of another and, as far as the user may, its owner. The owner comes first, since changing
// it can take bits off the mode.
func likeness(file *os.File, info os.FileInfo) error {
	setOwner(file, info)
	return file.Chmod(info.Mode())
}

// keepCopy makes backup a name of the file at path, which has it at every moment.
func keepCopy(path, backup string) error {
	if err := os.Remove(backup); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return os.Link(path, backup)
}

// contextReader reads until its context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

func (r contextReader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
