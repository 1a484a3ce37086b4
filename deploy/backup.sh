#!/usr/bin/env bash
# Daily, as the user that runs Lead Cabinet: 15 3 * * * /opt/lead-cabinet/deploy/backup.sh /var/backups/lead-cabinet
# Reads /etc/lead-cabinet.env, writes one folder per run, keeps two weeks.
set -euo pipefail
umask 077

target=${1:?folder for backups}
set -a
# shellcheck source=/dev/null
. "${CABINET_ENV:-/etc/lead-cabinet.env}"
set +a

run="$target/$(date -u +%Y-%m-%dT%H%M%SZ)"
mkdir -p "$run.unfinished"
# The database first: a file without a row is harmless, a row without its file is not.
pg_dump --format=custom --file="$run.unfinished/database.dump" "$DATABASE_URL"
tar --create --gzip --file="$run.unfinished/files.tar.gz" --directory="$FILES_DIR" .
mv "$run.unfinished" "$run"
find "$target" -mindepth 1 -maxdepth 1 -name '20*' -mtime +14 -exec rm -rf {} +
echo "$run"
