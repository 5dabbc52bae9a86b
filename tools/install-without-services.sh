#!/bin/sh
# tools/install-packages.sh NAME, for lists with packages of servers: those want to start theirs and
# to have it started at boot, and none of those that come new may. Tests and benches start each
# server themselves, with files of their own, and end it.
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

# Nothing to do needs no rights.
installed >"$before"
[ -n "$(./install-packages.sh "$1" --missing)" ] || exit 0
if [ ! -e "$policy" ]; then
  made_policy=yes
  printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
  $as_root chmod 755 "$policy"
fi
./install-packages.sh "$1"
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
