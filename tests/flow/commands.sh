#!/bin/sh
# The command line itself: help, languages, JSON, exit codes.
. "$(dirname "$0")/../tap.sh"
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
cd "$work" || exit 1

check "help lists every command of the table" sh -c "
    '$SOHOA' help | grep -c '^  [a-z]' | grep -qx \"\$('$SOHOA' --json help | jq '.commands | length')\""
for command in init doctor config devices scan import run status review search inventory progress verify fixity backup restore journal read pack index reindex; do
    check "$command --help says what it does" sh -c "'$SOHOA' $command --help | grep -q -- '--json'"
done
check "the man page names every command" sh -c "
    for c in \$('$SOHOA' help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do grep -q \"^\\.B \$c\" '$(dirname "$samples")/docs/sohoa.1' || { echo \$c; exit 1; }; done"
refuse "no command at all is code 2" 2 "sohoa" "$SOHOA"
check "Vietnamese is the default" sh -c "env -u SOHOA_LANG LANG=C '$SOHOA' help | grep -q 'kho'"
check "English on request by --lang" sh -c "env -u SOHOA_LANG '$SOHOA' --lang en help | grep -q 'warehouse'"
check "English by LANG" sh -c "env -u SOHOA_LANG LANG=en_US.UTF-8 '$SOHOA' help | grep -q 'warehouse'"
check "errors are JSON on stdout with --json" sh -c "'$SOHOA' --json --warehouse '$work' status | jq -e '.error and .status == \"fatal\"'"
check "help help says how help is used" sh -c "'$SOHOA' help help | grep -q '^sohoa help'"
check "and so does help --help" sh -c "'$SOHOA' help --help | grep -q '^sohoa help'"
refuse "help of an unknown command names the nearest" 2 "search" "$SOHOA" help serach
check "help as JSON lists the commands" sh -c "'$SOHOA' --json help | jq -e '[.commands[].name] | length > 17 and (index(\"run\") != null)'"
check "and one command's options" sh -c "'$SOHOA' --json help run | jq -e '.name == \"run\" and ([.options[].name] | index(\"-j\") != null)'"
check "the version as JSON" sh -c "'$SOHOA' --json --version | jq -e .version"
check "config prints every setting with its origin" sh -c "'$SOHOA' --json config | jq -e '.\"ocr.model\".from == \"default\"'"
check "--set is seen as the origin" sh -c "'$SOHOA' --json --set ocr.model=vie config ocr.model | jq -e '.\"ocr.model\".value == \"vie\" and .\"ocr.model\".from == \"--set\"'"
check "the environment is read" sh -c "SOHOA_OCR_MODEL=vie '$SOHOA' --json config ocr.model | jq -e '.\"ocr.model\".value == \"vie\"'"

check "import --to makes masters without a warehouse" "$SOHOA" import "$samples/simplex/0001-1.tif" --to "$work/pages"
check "read prints text" sh -c "'$SOHOA' read '$samples/simplex/0001-1.tif' | grep -q 'VIỆT NAM'"
check "read --format alto is well-formed XML" sh -c "'$SOHOA' read --format alto '$samples/simplex/0001-1.tif' | xmllint --noout -"
check "read --format json has words with boxes" sh -c "'$SOHOA' read --format json '$samples/simplex/0001-1.tif' | jq -e '.lines[0].words[0].box'"
check "pack makes a PDF/A of a folder" "$SOHOA" pack "$work/pages" --to "$work/out.pdf"
check "verify calls it PDF/A-2u without signature" sh -c "'$SOHOA' --json verify '$work/out.pdf' | jq -e '.verdicts[0].pdfa_2u and .verdicts[0].signatures == 0'"
refuse "pack of a folder without pages says so" 3 "import" "$SOHOA" pack "$work" --to "$work/x.pdf"
tap_end
