package rules

import (
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// memory remembers what was found in lines, of which pages of one site, and of one kind, have many in common. It holds most of
// those that came last but for very long ones, and no pointers, which the garbage collector would follow.
type memory struct {
	seed  maphash.Seed
	slots []memorySlot // by hash, several for each
	room  []byte       // a ring of what is remembered
	end   uint64       // bytes that were ever written to room
}

// memorySlot is a line: its text stands in room, and behind it its matches.
type memorySlot struct {
	at    uint64 // in what was ever written to room
	hash  uint32
	size  uint16 // of the text
	count uint16 // of matches
}

// Sizes of a memory: the longest line that it takes in, and the most matches, the room for all, and the number of slots.
const (
	memoryLine    = 2000
	memoryMatches = 100
	memoryRoom    = 6 << 20
	memorySlots   = 1 << 16
	memoryDoubled = 6 // how often room and slots are doubled until they are that many
	memoryWays    = 4 // slots for one hash
	memoryMatch   = 8 // bytes of a match: the rule's number, and in two bytes each where it begins and ends
)

// key returns the hash of line and the slots that it may take.
func (m *memory) key(line string) (hash uint32, slots []memorySlot) {
	h := maphash.String(m.seed, line)
	return uint32(h >> 32), m.slots[h&uint64(len(m.slots)/memoryWays-1)*memoryWays:][:memoryWays]
}

// recall appends to dst what was found in line, if that is remembered.
func (m *memory) recall(line string, rules []*Rule, dst []Match) (found []Match, known bool) {
	if len(line) > memoryLine || m.end == 0 {
		return dst, false
	}
	hash, slots := m.key(line)
	for _, s := range slots {
		if s.hash != hash || int(s.size) != len(line) || s.at+memoryRoom < m.end {
			continue
		}
		text := m.room[s.at%memoryRoom:][:len(line)+memoryMatch*int(s.count)]
		if string(text[:len(line)]) != line {
			continue
		}
		for b := text[len(line):]; len(b) > 0; b = b[memoryMatch:] {
			rule := rules[binary.LittleEndian.Uint32(b)]
			dst = append(dst, Match{rule, int(binary.LittleEndian.Uint16(b[4:])), int(binary.LittleEndian.Uint16(b[6:]))})
		}
		return dst, true
	}
	return dst, false
}

// learn takes in that rules, those of these numbers, found those matches in line.
func (m *memory) learn(line string, rules []*Rule, numbers []int32, matches []Match) {
	size := len(line) + memoryMatch*len(matches)
	if len(line) > memoryLine || len(matches) > memoryMatches {
		return
	}
	if m.end == 0 {
		m.slots, m.room, m.end = make([]memorySlot, memorySlots>>memoryDoubled), make([]byte, memoryRoom>>memoryDoubled), memoryRoom
	}
	if left := memoryRoom - m.end%memoryRoom; left < uint64(size) {
		m.end += left
	}
	if m.end%memoryRoom+uint64(size) > uint64(len(m.room)) { // one of twice the size begins with nothing
		m.slots, m.room = make([]memorySlot, 2*len(m.slots)), make([]byte, 2*len(m.room))
	}
	hash, slots := m.key(line)
	oldest := &slots[0]
	for i := range slots {
		if slots[i].at < oldest.at {
			oldest = &slots[i]
		}
	}
	*oldest = memorySlot{m.end, hash, uint16(len(line)), uint16(len(matches))}
	text := append(m.room[m.end%memoryRoom:][:0], line...)
	for _, match := range matches {
		number := slices.IndexFunc(numbers, func(n int32) bool { return rules[n] == match.Rule })
		text = binary.LittleEndian.AppendUint32(text, uint32(numbers[number]))
		text = binary.LittleEndian.AppendUint16(text, uint16(match.Start))
		text = binary.LittleEndian.AppendUint16(text, uint16(match.End))
	}
	m.end += uint64(size)
}
