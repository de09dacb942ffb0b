// Package ordered does pieces of work at once and delivers what they make as if they had been done one after the other.
package ordered

import (
	"errors"
	"iter"
	"sync"
)

// Job is a piece of work. It hands what it makes to emit, value by value, and gives up when emit returns an error.
type Job[T any] func(emit func(T) error)

// ahead is how many values of a job can wait for their turn before the job does.
const ahead = 16

// errStopped is what emit returns after deliver has failed on another goroutine.
var errStopped = errors.New("stopped: what was made before could not be delivered")

// Do does the jobs, n of them at once, and calls deliver on the caller's goroutine with what they emit: all values of
// the first job before those of the second, whichever is done first. At most n + 2 jobs are held, each with a bounded
// number of values, so the memory is bounded by the values' size.
//
// The first error of deliver ends the work, and Do returns it once the jobs that run have ended; it does not wait for
// the next job to come out of jobs. With n = 1 all happens on the caller's goroutine, and a value is delivered before
// emit returns.
func Do[T any](n int, jobs iter.Seq[Job[T]], deliver func(T) error) error {
	if n <= 1 {
		return inTurn(jobs, deliver)
	}
	type started struct {
		do     Job[T]
		values chan T
	}
	stop := make(chan struct{})
	queue, work := make(chan started, n), make(chan started)
	go func() {
		defer close(queue)
		for do := range jobs {
			j := started{do, make(chan T, ahead)}
			for _, to := range []chan<- started{queue, work} {
				select {
				case to <- j:
				case <-stop:
					return
				}
			}
		}
	}()
	var workers sync.WaitGroup
	for range n {
		workers.Go(func() {
			for {
				select {
				case j := <-work:
					j.do(func(v T) error {
						select {
						case j.values <- v:
							return nil
						case <-stop:
							return errStopped
						}
					})
					close(j.values)
				case <-stop:
					return
				}
			}
		})
	}
	defer workers.Wait()
	defer close(stop)
	for j := range queue {
		for v := range j.values {
			if err := deliver(v); err != nil {
				return err
			}
		}
	}
	return nil
}

func inTurn[T any](jobs iter.Seq[Job[T]], deliver func(T) error) error {
	var err error
	for do := range jobs {
		do(func(v T) error {
			if err == nil {
				err = deliver(v)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
