# Carillon: the commands of the house. `make` alone prints them.

JOBS ?= $(shell nproc)
DEMO_ARGS ?=
WORKLOAD ?=
BENCH_ARGS ?=
CMAKE_ARGS ?=
PEER ?=
export CCACHE_BASEDIR := $(CURDIR)
export CCACHE_NOHASHDIR := 1
# What CMake's precompiled header needs to be cached.
export CCACHE_SLOPPINESS := pch_defines,time_macros

-include Makefile.local

.PHONY: help demo nodes build test check unit fmt lint asan tsan fuzz bench sdk fault upgrade-test deps test-deps clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: build ## build, start on an embedded store, run the main job on the screen (DEMO_ARGS=--exit ends after it)
	build/carillon demo $(DEMO_ARGS)

nodes: build ## three nodes on a PostgreSQL of their own behind HAProxy, on this machine, until Ctrl-C
	@tools/install-without-services.sh nodes
	deploy/nodes.py

build: deps ## install what is missing and build the release binary at build/carillon (CMAKE_ARGS=-DCARILLON_WEB=OFF: without pages)
	cmake --preset release $(CMAKE_ARGS) -DCARILLON_TESTS=OFF -DCARILLON_BENCH=OFF -B build/ship >/dev/null
	cmake --build build/ship -j $(JOBS)
	cp -f build/ship/src/carillon build/carillon

test: build test-deps ## every test
	cmake --preset release $(CMAKE_ARGS) >/dev/null
	cmake --build build/release -j $(JOBS)
	ctest --test-dir build/release --output-on-failure -j $(JOBS)

check: fmt-check test lint ## what a commit must pass

unit: deps ## the quick tests only
	cmake --preset release $(CMAKE_ARGS) >/dev/null
	cmake --build build/release -j $(JOBS)
	ctest --test-dir build/release --output-on-failure -j $(JOBS) -L 'unit|tidy'

fmt: ## format the sources
	git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'bench/*.h' 'bench/*.cc' | xargs clang-format -i

.PHONY: fmt-check
fmt-check:
	git ls-files 'src/*.h' 'src/*.cc' 'tests/*.h' 'tests/*.cc' 'bench/*.h' 'bench/*.cc' | xargs clang-format --dry-run -Werror

lint: deps test-deps ## clang-format in check mode, and clang-tidy over the sources
	$(MAKE) fmt-check
	cmake --preset release $(CMAKE_ARGS) -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON -DCARILLON_UNITY=OFF -B build/lint >/dev/null
	tools/lint.sh build/lint $(JOBS)

asan: test-deps ## the unit, store and wire tests under ASan and UBSan
	cmake --preset asan -DCARILLON_BENCH=OFF >/dev/null
	cmake --build build/asan -j $(JOBS)
	ctest --test-dir build/asan --output-on-failure -j $(JOBS) -L 'unit|store|wire'

tsan: test-deps ## the unit and wire tests under TSan
	cmake --preset tsan -DCARILLON_BENCH=OFF >/dev/null
	cmake --build build/tsan -j $(JOBS)
	ctest --test-dir build/tsan --output-on-failure -j $(JOBS) -L 'unit|wire'

fuzz: test-deps ## mutated bytes at every parser under ASan and UBSan (SECONDS=60)
	cmake --preset asan -DCARILLON_BENCH=OFF >/dev/null
	cmake --build build/asan -j $(JOBS) --target fuzz_parsers
	build/asan/tests/fuzz/fuzz_parsers $(or $(SECONDS),60)

sdk: test-deps build ## only the tests with the vendors' SDKs
	cmake --preset release $(CMAKE_ARGS) >/dev/null
	cmake --build build/release -j $(JOBS)
	ctest --test-dir build/release --output-on-failure -L sdk

fault: test-deps build ## only the crash tests (ROUNDS=n: a long run of those that count in rounds)
	cmake --preset release $(CMAKE_ARGS) -DCARILLON_FAULT_TIMEOUT=$(if $(ROUNDS),100000,1500) >/dev/null
	cmake --build build/release -j $(JOBS)
	$(if $(ROUNDS),CARILLON_FAULT_ROUNDS=$(ROUNDS)) ctest --test-dir build/release --output-on-failure -L fault

upgrade-test: test-deps build ## three nodes from an earlier version to this one, one after another, under load (ROUNDS=n)
	JOBS=$(JOBS) tools/build-previous.sh
	$(if $(ROUNDS),CARILLON_FAULT_ROUNDS=$(ROUNDS)) tests/fault/upgrade_test.py build/previous/carillon build/carillon

bench: deps ## the figures, as a table (WORKLOAD=name for one, BENCH_ARGS=--strict to fail on a missed floor)
	@tools/install-without-services.sh bench
	@cd tests/browser && { npm ls >/dev/null 2>&1 || npm ci --no-audit --no-fund; }
	cmake --preset release $(CMAKE_ARGS) -DCARILLON_TESTS=OFF >/dev/null
	cmake --build build/release -j $(JOBS)
	bench/run.py --build build/release $(if $(WORKLOAD),--only $(WORKLOAD)) $(BENCH_ARGS)

.PHONY: bench-peers
bench-peers: deps ## other servers beside ours (PEER=name for one); installs them, starts no service
	bench/peers/install.sh
	cmake --preset release $(CMAKE_ARGS) -DCARILLON_TESTS=OFF >/dev/null
	cmake --build build/release -j $(JOBS)
	bench/peers/run.py --build build/release $(if $(PEER),--only $(PEER))

deps: ## what building and running need
	@tools/install-packages.sh build

test-deps: deps ## what the tests need besides (no service is left running)
	@tools/install-without-services.sh test
	@for tests in sdk browser; do ( cd tests/$$tests && { npm ls >/dev/null 2>&1 || npm ci --no-audit --no-fund; } ) || exit 1; done

clean: ## remove what was built
	rm -rf build web/dist
