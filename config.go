package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"newsclean/rules"
)

// tableFile is a table that the user has, and what names it.
type tableFile struct {
	path string
	by   string // the variable that names it; empty for an option or the configuration's folder
}

// tableFiles returns the user's tables, those first that later ones win over: what the configuration's folder holds,
// what NEWSCLEAN_RULES names, what --rules names.
func (c *command) tableFiles() []tableFile {
	var files []tableFile
	if !c.noConfig {
		found, _ := filepath.Glob(filepath.Join(configFolder(), "newsclean", "rules", "*.tsv")) // sorted; the pattern is sound
		for _, path := range found {
			files = append(files, tableFile{path: path})
		}
		for _, path := range filepath.SplitList(os.Getenv("NEWSCLEAN_RULES")) {
			files = append(files, tableFile{path, "NEWSCLEAN_RULES"})
		}
	}
	for _, path := range c.tables {
		files = append(files, tableFile{path: path})
	}
	return files
}

// configFolder returns the folder of the user's configuration, as the XDG base directory specification has it.
func configFolder() string {
	if folder := os.Getenv("XDG_CONFIG_HOME"); filepath.IsAbs(folder) {
		return folder
	}
	return filepath.Join(os.Getenv("HOME"), ".config")
}

func (f tableFile) parse() (*rules.Table, error) {
	table, err := parseTable(f.path)
	if err != nil && f.by != "" {
		err = fmt.Errorf("%s: %w", f.by, err)
	}
	return table, err
}

func parseTable(name string) (*rules.Table, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return rules.Parse(name, file)
}

// sites returns those whose pages between them are cleaned by all combinations of tables that there are; an empty one
// stands for pages of other sites.
func sites(tables []*rules.Table) []string {
	all := []string{""}
	var combinations [][]*rules.Table
	for _, table := range tables {
		for _, site := range table.Sites {
			held := rules.ForSite(site, tables...)
			if !slices.ContainsFunc(combinations, func(c []*rules.Table) bool { return slices.Equal(c, held) }) {
				combinations = append(combinations, held)
				all = append(all, site)
			}
		}
	}
	return all
}
