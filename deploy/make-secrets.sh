#!/bin/sh
# Makes the secrets that several nodes share, in the folder that is named (default: deploy/secrets),
# once: what is there stays. deploy/compose.yaml reads them there; for Kubernetes see
# deploy/kubernetes/secrets.example.yaml. Lose installation.key and every id and token is void: keep a copy.
set -eu
folder="${1:-$(dirname "$0")/secrets}"
mkdir -p "$folder"
# The folder keeps others out. The files can be read by whoever they are mounted for: a container's
# user is another one than ours.
chmod 700 "$folder"
for name in installation.key admin.token database.password; do
  [ ! -s "$folder/$name" ] || continue
  od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' >"$folder/$name.new"
  echo >>"$folder/$name.new"
  chmod 444 "$folder/$name.new"
  mv "$folder/$name.new" "$folder/$name"
  echo "made $folder/$name"
done
