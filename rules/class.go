package rules

import (
	"fmt"
	"strings"
)

// Class says why a piece of text stays or goes. The zero value is no class at all: a line about which nothing is known.
type Class uint8

// The classes, kept ones first. Their names are what tables, options and reports use.
const (
	None       Class = iota
	Headline         // the story's own headline and standfirst
	Subhead          // a heading inside the story
	Body             // paragraphs, quotations, lists, tables and transcripts of the story
	Note             // what the newsroom says about the story: corrections, disclosures
	Ad               // advertising markers, sponsor and affiliate labels
	Credit           // who made or owns a picture or video, with the caption that carries it
	Caption          // a caption or alternative text without a credit
	Share            // sharing widgets, counts, follow-us lines
	Subscribe        // newsletter, paywall, membership, donation, app and log-in prompts
	Related          // links and teasers of other stories
	Nav              // menus, breadcrumbs, sections, tags, topics, skip links, kickers
	Byline           // author names, roles, bios and contacts; agency sign-offs
	Date             // timestamps and reading time
	Comment          // readers' comments and what invites them
	Media            // players, galleries, maps and embeds' own words
	UI               // controls, switches and stray symbols of the page
	Legal            // copyright, terms, privacy, cookies and consent, company boilerplate
	NumClasses       // how many there are, None included
)

var classNames = [NumClasses]string{
	"none", "headline", "subhead", "body", "note",
	"ad", "credit", "caption", "share", "subscribe", "related", "nav", "byline", "date", "comment", "media", "ui", "legal",
}

// String returns the name of c as tables and options write it.
func (c Class) String() string {
	if c < NumClasses {
		return classNames[c]
	}
	return fmt.Sprintf("class(%d)", uint8(c))
}

// Kept reports whether text of class c is part of the story and stays unless the caller says otherwise.
func (c Class) Kept() bool { return Headline <= c && c <= Note }

// ParseClass returns the class of that name. The error lists the names there are.
func ParseClass(name string) (Class, error) {
	for c := Headline; c < NumClasses; c++ {
		if classNames[c] == name {
			return c, nil
		}
	}
	return None, fmt.Errorf("unknown class %q; write one of %s", name, strings.Join(classNames[Headline:], ", "))
}
