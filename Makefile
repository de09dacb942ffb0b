# Targets with a ## note are listed by a bare "make".

.PHONY: help build demo test scale check static vulnerable race cross reproducible generate update bench compare fuzz soak fit score

help:
	@awk -F':.*## ' '/^[a-z]+:.*## / { printf "%-12s %s\n", $$1, $$2 }' Makefile

build: ## build ./newsclean
	CGO_ENABLED=0 go build -trimpath -o newsclean .

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

# Skipped, loudly, where the tool cannot be had: its source comes from the module proxy.
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2

static: ## look for mistakes with staticcheck, if the module proxy can be reached
	@if go run $(STATICCHECK) -version; then go run $(STATICCHECK) ./... ; else echo 'SKIPPED: staticcheck cannot be had here'; fi

vulnerable: ## look for known vulnerabilities, whose database has to be in reach
	go run golang.org/x/vuln/cmd/govulncheck@v1.1.4 ./...

race: ## run the tests in which goroutines meet under the race detector, if there is a C compiler for it
	@if [ "$$(go env CGO_ENABLED)" = 1 ] && command -v "$$(go env CC)" >/dev/null; then set -x; \
		go test -race -short ./ordered && \
		go test -race -short ./normalize -run 'AtOnce|JSONLErrors|WETErrors|InOrder' && \
		go test -race -short . -run 'TestInPlace$$|TestExplainedAtOnce|Progress'; \
	else echo 'SKIPPED: the race detector needs cgo and a C compiler'; fi

cross: ## build and vet for Linux, macOS and Windows on amd64 and arm64
	@set -e; for os in linux darwin windows; do for arch in amd64 arm64; do \
		echo $$os/$$arch; \
		GOOS=$$os GOARCH=$$arch CGO_ENABLED=0 go build -trimpath -o /dev/null .; \
		GOOS=$$os GOARCH=$$arch CGO_ENABLED=0 go vet ./...; \
	done; done

reproducible: ## build twice, in two folders, and compare
	./docs/reproducible.sh

generate: ## make ahead what is known of the built-in patterns and weights, after a change of a table
	go generate ./normalize ./rules

update: ## write the golden pages and what docs show anew; read the difference before you commit it
	go test . -run 'TestPages|TestDocs' -update

bench: ## time the filter on pages of several kinds
	go test ./... -run '^$$' -bench .

compare: build ## time the whole command beside rg and wc
	./docs/compare.sh

fuzz: ## look for counter-examples, a minute for each target, side by side
	./docs/fuzz.sh

soak: ## feed processes mixed documents for half an hour, and watch their memory and descriptors
	NEWSCLEAN_SOAK=30m go test . -run TestSoak -v -parallel 5 -timeout 60m

# The development texts are not part of the project: name their folders.
CORPUS ?= ../corpus/dev
LABELLED ?= ../corpus/labelled,../corpus/seeds

fit: ## find the weights anew from the texts in CORPUS and LABELLED
	go run ./normalize/fit -corpus $(CORPUS) -lines $(LABELLED) -pages testdata/pages > normalize/weights.new
	mv normalize/weights.new normalize/weights.tsv
	go generate ./normalize

score: ## print how well sites are cleaned with weights that were fitted without them
	go run ./normalize/fit -corpus $(CORPUS) -lines $(LABELLED) -pages testdata/pages -score
