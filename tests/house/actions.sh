#!/bin/sh
# Every action that the journal can hold stands in docs/formats.md, and has words in `sohoa journal`.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1

python3 - >"$work/in.code" <<'END'
import glob, re
found = set()
for path in [p for room in ("core", "archive", "ingest", "index", "pipeline", "tools") for p in glob.glob(room + "/**/*.[ch]", recursive=True)]:
    text = open(path).read()
    # the first text of a call that enters something, and of an entry that is written out
    found.update(re.findall(r'\b(?:cli_record\w*|pipeline_record\w*|decisions_look)\([^;{"]*"(\w+)"', text))
    found.update(re.findall(r'\.action = "(\w+)"', text))
    found.update(re.findall(r'\(struct journal_entry\)\{\s*"(\w+)"', text))
    found.update(re.findall(r'#define ANCHOR_(?:MADE|STAMPED) "(\w+)"', text))
commands = re.findall(r'\{"(\w+)", NEEDS_.*?(RECORD_\w+),?[^{}]*\}', open("tools/main.c").read(), re.S)
found.update(name for name, record in commands if record != "RECORD_NOTHING")
print("\n".join(sorted(found)))
END
# shellcheck disable=SC2016 # backquotes of Markdown
sed -n 's/^| `action` | `\([^`]*\)`.*/\1/p' docs/formats.md | tr ' ' '\n' | LC_ALL=C sort >"$work/in.docs"
sed -n 's/^.*{"\([a-z_]*\)", N_.*/\1/p' tools/journal_words.c | LC_ALL=C sort >"$work/with.words"

check "there are many" test "$(grep -c . "$work/in.code")" -ge 30
check "docs/formats.md lists each action of the journal, and no other" diff "$work/in.code" "$work/in.docs"
check "and each has words for people" sh -c "! LC_ALL=C comm -23 '$work/in.code' '$work/with.words' | grep ."
tap_end
