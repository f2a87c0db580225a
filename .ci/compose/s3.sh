#!/bin/sh
# Starts versitygw over a folder: a bucket is a folder below it, and the secret comes from a file.
set -eu
mkdir -p /data/sandyq
ROOT_ACCESS_KEY=sandyq
ROOT_SECRET_KEY="$(cat /run/secrets/s3_secret)"
export ROOT_ACCESS_KEY ROOT_SECRET_KEY
test -n "$ROOT_SECRET_KEY"
# It lay in another place in earlier images.
PATH="$PATH:/app"
exec versitygw --port :7070 --health /alive --quiet posix /data
