#!/usr/bin/env bash
# clang-tidy over every source of src/ that the build folder knows; prints findings, and fails if there is one.
set -euo pipefail
build="$1"
jobs="$2"
# How many warnings of others' headers it did not show, it says of each file.
git ls-files 'src/*.cc' | xargs -P "$jobs" -n 4 clang-tidy -p "$build" --quiet \
  2> >(grep -v ' generated\.$' >&2)
