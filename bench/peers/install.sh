#!/bin/sh
# Installs what bench/peers/run.py measures beside us: tools/packages-peers.txt and package.json.
# Packages of servers want to start theirs and to have it started at boot; none of those that come
# new may: the bench starts each itself, with files of its own, and ends it.
set -eu
cd "$(dirname "$0")"

# Asked by package scripts before they start a service; 101 means no. One that is there stays.
policy=/usr/sbin/policy-rc.d
made_policy=""
before="$(mktemp)"
after="$(mktemp)"
as_root=""
[ "$(id -u)" = 0 ] || as_root="sudo"
finish() {
  rm -f "$before" "$after"
  [ -z "$made_policy" ] || $as_root rm -f "$policy"
}
trap finish EXIT
installed() { dpkg-query -W -f='${Package} ${Status}\n' | grep ' installed$' | sort; }

installed >"$before"
if [ ! -e "$policy" ]; then
  made_policy=yes
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
fi
../../tools/install-packages.sh peers
installed >"$after"

for package in $(comm -13 "$before" "$after" | cut -d ' ' -f 1); do
  for file in $(dpkg -L "$package"); do
    case "$file" in
      */systemd/system/*.service | */systemd/system/*.socket | */systemd/system/*.timer)
        # It wants to be called by a package's script.
        $as_root env DPKG_MAINTSCRIPT_PACKAGE="$package" \
          deb-systemd-helper disable "$(basename "$file")" >/dev/null || true ;;
      /etc/init.d/*)
        $as_root update-rc.d "$(basename "$file")" disable >/dev/null || true ;;
    esac
  done
done

[ "$(npm ls >/dev/null 2>&1 && echo ok)" = ok ] || npm ci --no-audit --no-fund --ignore-scripts
