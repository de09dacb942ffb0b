package rules

import (
	"crypto/sha256"
	"fmt"
)

// Hash returns a name for what the rules of s say: the same for the same rules in the same order, whatever files they
// came from and whatever their examples are.
func (s *Set) Hash() string {
	h := sha256.New()
	for _, r := range s.rules {
		fmt.Fprintf(h, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, r.Class, r.Lang, r.Scope, r.Strength, r.Pattern)
	}
	return fmt.Sprintf("sha256:%x", h.Sum(nil))
}
