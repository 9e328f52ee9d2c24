#!/bin/sh
# The house rules find what they are there to find: a small tree with one fault of each kind.
. "$(dirname "$0")/../tap.sh"
root=$(cd "$(dirname "$0")/../.." && pwd)
tree=$work/tree
mkdir -p "$tree/tools/dev"
cp "$root/tools/dev/lint" "$root/tools/dev/doors" "$tree/tools/dev"
cp "$root/.clang-format" "$tree"
cd "$tree" || exit 1

put() { # put FILE: its text comes in
    mkdir -p "$(dirname "$1")"
    cat >"$1"
}

lint() { # lint CHECKS: over all that is there
    # shellcheck disable=SC2046 # file names of ours
    LINT=$1 tools/dev/lint $(find . -name '*.[ch]' | sed 's#^\./##' | sort) -- -I.
}

finds() { # finds "name" CHECK FILE:LINE
    refuse "$1" 1 "^$3: " lint "$2"
}

put core/status.h </dev/null
put core/text_private.h </dev/null
put ocr/ocr.h </dev/null
put ocr/pix.h </dev/null
put ocr/ocr.c <<'E1'
#include "ocr/ocr.h"

#include <stdio.h>

#include "core/status.h"
#include "ocr/pix.h"
E1
put pipeline/steps.c <<'E1'
#include "ocr/ocr.h"
E1
put core/text.c <<'E1'
#include <utf8proc.h>

#include "core/text_private.h"
E1
check "a tree in order passes" lint "layers doors house format"

put core/bad.c <<'E1'
#include "ocr/ocr.h"
E1
put ingest/bad.c <<'E1'
#include "core/status.h"
#include "ocr/ocr.h"
E1
put pipeline/bad.c <<'E1'
#include "ocr/pix.h"
#include "core/text_private.h"
E1
put tests/unit/ingest_bad.c <<'E1'
#include "ocr/ocr.h"
E1
put tools/bad.c <<'E1'
#include "command.h"
E1
finds "core knows no stage" layers core/bad.c:1
finds "stages do not know each other" layers ingest/bad.c:2
finds "only public headers are named outside their folder" layers pipeline/bad.c:1
finds "core's private headers stay in core" layers pipeline/bad.c:2
finds "a stage's unit test knows that stage only" layers tests/unit/ingest_bad.c:1
finds "paths are written from the root" layers tools/bad.c:1

put index/bad.c <<'E1'
#include <utf8proc.h>
#include <unheard_of.h>
E1
finds "a library has one door" doors index/bad.c:1
finds "a new library needs a row in the table" doors index/bad.c:2

put archive/bad.c <<'E1'
int bad(char *to);
int bad(char *to)
{
    sprintf(to, "x");
    rename("a", "b");
    unlink("c"); /* not durable: a socket */
	return 0; 
}
/* a line that is longer than one hundred columns, which no terminal of a reasonable person shows whole */
E1
finds "banned functions are found" house archive/bad.c:4
finds "durable acts belong to core" house archive/bad.c:5
finds "tabs are found" house archive/bad.c:7
finds "long lines are found" house archive/bad.c:9
check "an act that need not be durable may say so" sh -c '! "$@"' sh \
    sh -c 'LINT=house tools/dev/lint archive/bad.c -- | grep -q bad.c:6'
refuse "what is not formatted is found" 1 "^archive/bad.c: " lint format
tap_end
