# Targets with a ## note are listed by a bare "make".

.PHONY: help build demo test scale check generate update bench compare fuzz fit score

help:
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "%-8s %s\n", $$1, $$2 }' Makefile

build: ## build ./newsclean
	go build -trimpath -o newsclean .

demo: build ## build, and clean the sample page
	./newsclean testdata/sample.txt

test: ## run all tests
	go test -timeout 30m ./...

scale: ## run the pipeline on Beam, and the recipes for GNU parallel, which has to be installed
	go test . -run TestGNUParallel -v
	cd beam && go vet . && go test .

check: build ## look for suspicious code, and hold all rules against their examples
	gofmt -l . | (! grep .)
	go vet ./...
	./newsclean --check-rules

generate: ## make ahead what is known of the built-in patterns, after a change of a table
	go generate ./rules

update: ## write the golden pages and what docs show anew; read the difference before you commit it
	go test . -run 'TestPages|TestDocs' -update

bench: ## time the filter on pages of several kinds
	go test ./... -run '^$$' -bench .

compare: build ## time the whole command beside grep, wc and rg
	./docs/compare.sh

fuzz: ## look for counter-examples, a minute for each target
	go test ./rules -run '^$$' -fuzz FuzzParse -fuzztime 1m
	go test ./rules -run '^$$' -fuzz FuzzAutomata -fuzztime 1m
	go test ./rules -run '^$$' -fuzz FuzzExact -fuzztime 1m
	go test ./normalize -run '^$$' -fuzz FuzzCanonical -fuzztime 1m
	go test ./normalize -run '^$$' -fuzz 'FuzzCopy$$' -fuzztime 1m
	go test ./normalize -run '^$$' -fuzz FuzzRecord -fuzztime 1m
	go test ./normalize -run '^$$' -fuzz FuzzCopyWET -fuzztime 1m
	go test ./normalize -run '^$$' -fuzz FuzzEdits -fuzztime 1m

# The development texts are not part of the project: name their folders.
CORPUS ?= ../corpus/dev
LABELLED ?= ../corpus/labelled,../corpus/seeds

fit: ## find the weights anew from the texts in CORPUS and LABELLED
	go run ./normalize/fit -corpus $(CORPUS) -lines $(LABELLED) -pages testdata/pages > normalize/weights.new
	mv normalize/weights.new normalize/weights.tsv

score: ## print how well sites are cleaned with weights that were fitted without them
	go run ./normalize/fit -corpus $(CORPUS) -lines $(LABELLED) -pages testdata/pages -score
