#!/bin/sh
# Installs the Debian packages of one list that are missing: tools/packages-NAME.txt, a package a
# line, "#" comments. A line "command:package" asks for the command instead, so that a newer
# version from elsewhere is left alone. Says first what it will install; uses sudo only when needed.
# With --missing it only names what it would install.
set -eu
list="$(dirname "$0")/packages-$1.txt"
missing=""
for line in $(sed -e 's/#.*//' "$list"); do
  package="${line#*:}"
  if [ "$package" != "$line" ]; then
    command -v "${line%%:*}" >/dev/null 2>&1 && continue
  elif dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed'; then
    continue
  fi
  missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if [ "${2:-}" = --missing ]; then
  echo "$missing"
  exit 0
fi
echo "Installing Debian packages:$missing"
as_root=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || { echo "Run as root, or install sudo, or install them yourself." >&2; exit 1; }
  as_root="sudo"
fi
$as_root apt-get update -q
# shellcheck disable=SC2086
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $missing
