#!/bin/sh
# PostgreSQL's full text on the papers of the search bench: postgres.sh FOLDER (bench/finding/others.h).
# A cluster of its own, text search configuration "simple" over unaccent(text); asked as plain FTS5 is:
# the words as a phrase, else all, else any, by ts_rank_cd. Times are wall times of psql on a socket.
set -eu
folder=$1
bin=$(pg_config --bindir 2>/dev/null || echo /usr/lib/postgresql/15/bin)
if [ ! -x "$bin/initdb" ] || [ ! -e "$(pg_config --sharedir 2>/dev/null || echo /usr/share/postgresql/15)/extension/unaccent.control" ]; then
    echo "postgres: left out: no server with unaccent is installed (section [bench] of packages)"
    exit 1
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/sohoa-postgres-XXXXXX")
chmod 755 "$work"
# The server does not run as root.
as=
if [ "$(id -u)" = 0 ]; then
    as="setpriv --reuid=nobody --regid=nogroup --clear-groups"
    chown nobody "$work"
fi
stop() {
    $as "$bin/pg_ctl" -D "$work/data" -m immediate stop >/dev/null 2>&1 || true
    rm -rf "$work"
}
trap stop EXIT
cd "$work"
$as "$bin/initdb" -D "$work/data" -U bench -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
$as "$bin/pg_ctl" -D "$work/data" -w -l "$work/log" \
    -o "-c listen_addresses='' -k $work -c fsync=off -c shared_buffers=512MB -c maintenance_work_mem=512MB" start >/dev/null
ask() {
    psql -h "$work" -U bench -d postgres -qAtX "$@"
}
ask <<SQL
CREATE EXTENSION unaccent;
CREATE TABLE paper (id int PRIMARY KEY, text text);
\\copy paper FROM '$folder/papers.tsv'
ALTER TABLE paper ADD words tsvector;
UPDATE paper SET words = to_tsvector('simple', unaccent(text));
CREATE INDEX paper_words ON paper USING gin (words);
VACUUM ANALYZE paper;
CREATE FUNCTION any_of(asked text) RETURNS tsquery LANGUAGE sql AS
\$\$ SELECT replace(plainto_tsquery('simple', asked)::text, '&', '|')::tsquery \$\$;
CREATE FUNCTION found(asked tsquery) RETURNS text LANGUAGE sql AS
\$\$ SELECT string_agg(id::text, ' ') FROM (SELECT id FROM paper WHERE words @@ asked
   ORDER BY ts_rank_cd(words, asked) DESC LIMIT 10) x \$\$;
CREATE FUNCTION ask(asked text) RETURNS text LANGUAGE plpgsql AS
\$\$ DECLARE bare text := unaccent(asked); BEGIN
  RETURN coalesce(found(phraseto_tsquery('simple', bare)), found(plainto_tsquery('simple', bare)), found(any_of(bare)), '');
END \$\$;
SQL
# "question <tab> papers", then psql's "Time: 1.234 ms", for each question
awk -F'\t' '
    BEGIN { print "\\timing on" }
    { gsub(/\047/, "\047\047", $2); printf "SELECT \047%s\t\047 || ask(\047%s\047);\n", $1, $2 }' "$folder/questions.tsv" >"$work/questions.sql"
ask -f "$work/questions.sql" |
    awk -F'\t' '/^Time/ { split($0, time, " "); print number "\t" time[2] "\t" papers; next } { number = $1; papers = $2 }' >"$folder/answers-postgres.tsv"
echo "postgres $(ask -c 'SHOW server_version'): $(ask -c "SELECT round(pg_relation_size('paper_words') / 1e6, 1)") MB index"
