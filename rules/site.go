package rules

import (
	"net/url"
	"slices"
	"strings"
)

// sitesMark begins the comment that names the sites of a table.
const sitesMark = "# sites:"

// readSites takes the sites of a comment that names them.
func (p *tableParser) readSites(text string) {
	list, found := strings.CutPrefix(text, sitesMark)
	if !found {
		return
	}
	names := strings.Fields(list)
	if len(names) == 0 {
		p.fault(1, "", `no site; write "%s post.example", or delete the comment`, sitesMark)
	}
	for _, name := range names {
		if name != SiteOf(name) || !strings.Contains(name, ".") {
			p.fault(strings.Index(text, name)+1, "", "%q is no site; write a host name in lower case, such as post.example", name)
			continue
		}
		p.table.Sites = append(p.table.Sites, name)
	}
}

// SiteOf returns the site that address, a page's URL or a host name, belongs to: its host in lower case. It is empty if
// address names none.
func SiteOf(address string) string {
	if !strings.Contains(address, "//") {
		address = "//" + address
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

// HoldsFor reports whether t has rules for the pages of site: because it is for all, or for site or one above it.
func (t *Table) HoldsFor(site string) bool {
	return t.Sites == nil || slices.ContainsFunc(t.Sites, func(own string) bool {
		return site == own || strings.HasSuffix(site, "."+own)
	})
}

// ForSite returns the tables that hold for the pages of site, in order. With an empty site those are the ones for all.
func ForSite(site string, tables ...*Table) []*Table {
	var held []*Table
	for _, t := range tables {
		if t.HoldsFor(site) {
			held = append(held, t)
		}
	}
	return held
}
