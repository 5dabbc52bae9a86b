#!/bin/sh
# Builds the program as it was at the commit in tests/fault/previous_version and leaves it at
# build/previous/carillon, for tests/fault/upgrade_test.py. Does nothing if it is there already.
#
# The sources come out of the repository by `git archive`, so that nothing is left registered in it
# when build/ is removed; without the pages, which nobody looks at there. The folders stand to each
# other as those of `make build` do: what the compiler cache has of that version is found again.
set -eu
cd "$(dirname "$0")/.."
top="$(pwd)"
id="$(cat tests/fault/previous_version)"
out="$top/build/previous"
if [ -x "$out/carillon" ] && [ "$(cat "$out/version" 2>/dev/null)" = "$id" ]; then
  exit 0
fi
if ! git cat-file -e "$id^{commit}" 2>/dev/null; then
  echo "commit $id is not in this clone: git fetch --unshallow" >&2
  exit 1
fi
rm -rf "$out"
mkdir -p "$out/source"
git archive "$id" | tar -x -C "$out/source"
cd "$out/source"
export CCACHE_BASEDIR="$out/source" CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros
cmake --preset release -DCARILLON_TESTS=OFF -DCARILLON_BENCH=OFF -DCARILLON_WEB=OFF \
  -DCARILLON_UNITY=ON -B build/ship >/dev/null
cmake --build build/ship -j "${JOBS:-$(nproc)}" --target carillon
cp build/ship/src/carillon "$out/carillon"
rm -rf "$out/source"
echo "$id" >"$out/version"
