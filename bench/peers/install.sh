#!/bin/sh
# Installs what bench/peers/run.py measures beside us: tools/packages-peers.txt, of which no service
# is started, and package.json.
set -eu
cd "$(dirname "$0")"
../../tools/install-without-services.sh peers
[ "$(npm ls >/dev/null 2>&1 && echo ok)" = ok ] || npm ci --no-audit --no-fund --ignore-scripts
