#!/bin/sh
# Runs carillon with secrets that come as files: NAME_FILE=/run/secrets/x becomes NAME=what is in it.
# An environment that names secrets itself is shown by `inspect` and goes into many a log.
set -eu
for name in CARILLON_ADMIN_TOKEN PGPASSWORD; do
  eval "file=\${${name}_FILE:-}"
  [ -n "$file" ] || continue
  value="$(cat "$file")"
  export "$name=$value"
done
exec carillon "$@"
