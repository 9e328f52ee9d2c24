#!/bin/sh
# Packages leave one warehouse and come into another: the same bytes, the same hits; what is broken or
# hostile is refused as a whole and leaves no trace.
. "$(dirname "$0")/../tap.sh"
options='--set ocr.model=vie --set pipeline.review=none --set archive.fonds=H30.81'
there() { "$SOHOA" --warehouse "$work/there" "$@"; }
# shellcheck disable=SC2086
here() { "$SOHOA" --warehouse "$work/here" $options "$@"; }

{
    "$SOHOA" init "$work/here" --agency 'UBND xã Thử Nghiệm' && "$SOHOA" init "$work/there" --agency 'Lưu trữ' &&
        here import "$pages"/*.tif && here run
} >"$work/made" 2>&1 || { cat "$work/made"; exit 1; }
cp "$work/here/keys/ca.pem" "$work/there/keys/ca.pem"
first=$(here --json search 'tran thi thu' | jq -r '.hits[0].document')
[ -n "$first" ] || exit 1
upper=$(echo "$first" | tr a-f A-F)
hits() { "$SOHOA" --warehouse "$1" --json search 'tran thi thu' | jq -S '[.hits[] | del(.path)]'; }

# ---- out and in
check "everything leaves as it is kept" here export --to "$work/aip" --all
check "the folder is named by the identifier" test -d "$work/aip/urn_H30.81_uuid_$upper"
check "the summary counts packages and names their hashes" jq -e \
    '.kind == "AIP" and .packages_count == 2 and (.packages | all(.package_sha256 | length == 64))' "$work/aip/export.json"
check "an export that is run again finds what is there" sh -c \
    "'$SOHOA' --warehouse '$work/here' --json export --to '$work/aip' --all | jq -e '.there == 2'"
check "an empty warehouse takes it in" sh -c "'$SOHOA' --warehouse '$work/there' --json import '$work/aip' | jq -e '.taken == 2 and .refused == 0'"
check "the packages are the same to the byte" diff -r "$work/here/store" "$work/there/store"
hits "$work/here" >"$work/hits.here"
hits "$work/there" >"$work/hits.there"
check "and so are the hits" cmp "$work/hits.here" "$work/hits.there"
check "verify finds them whole" there verify "$work/there/store"
check "taken in again they are told as there" sh -c "'$SOHOA' --warehouse '$work/there' --json import '$work/aip' | jq -e '.taken == 0 and .there == 2'"
there reindex >/dev/null 2>&1
hits "$work/there" >"$work/hits.again"
check "the catalogue made again finds the same" cmp "$work/hits.here" "$work/hits.again"

# ---- for use, for another archive
check "a copy for use leaves as a ZIP" here export --to "$work/dip" --as dip --zip --plain 'bản thử' "$first"
dip=$work/dip/urn_H30.81_uuid_$upper.zip
check "nobody else on the machine may read it" sh -c "stat -c %a '$dip' | grep -qx 640"
check "without masters" sh -c "unzip -l '$dip' | grep -q document.pdf && ! unzip -l '$dip' | grep -q scan.tif"
check "its README says what it is, and nothing that is not there" sh -c "unzip -p '$dip' '*/documentation/README.txt' >'$work/readme' && grep -q '^Gói sử dụng (DIP)' '$work/readme' && grep -q rep1 '$work/readme' && ! grep -q rep2 '$work/readme'"
check "and is described as a DIP" sh -c "unzip -p '$dip' '*/data/METS.xml' | grep -q 'OAISPACKAGETYPE=\"DIP\"'"
refuse "it is no package to be taken in" 3 "copy for use" there import "$dip"
# Another keyboard sends each mark as a character of its own.
apart=$(printf 'chuye\314\202\314\201n ta\314\200u 7 gio\314\233\314\200')
check "what a search finds leaves for another archive, encrypted" here export --to "$work/sip" --as sip \
    --passphrase-command "echo $apart" trần thị thử
sip=$work/sip/uuid-$upper.zip
check "no content can be read without the passphrase" sh -c "! unzip -p -P x '$sip' '*/document.pdf' 2>&1 | grep -q %PDF"
"$SOHOA" init "$work/third" --agency 'Lưu trữ 3' >/dev/null 2>&1
refuse "without the passphrase it is refused" 3 "passphrase" "$SOHOA" --warehouse "$work/third" import "$sip"
locked() { "$SOHOA" --warehouse "$work/third" verify --passphrase-command "$1" "$sip" 2>&1 | grep -q 'another passphrase'; }
opened() { ! locked "echo $apart"; }
check "from a file that begins with an editor's mark, it opens" sh -c "printf '\\357\\273\\277chuyến tàu 7 giờ\\r\\n' >'$work/marked' && ! '$SOHOA' --warehouse '$work/third' verify --passphrase-fd 8 '$sip' 8<'$work/marked' 2>&1 | grep -q 'another passphrase'"
check "another passphrase is told as one" locked 'echo sai'
check "typed on the keyboard it was made with, it opens" opened
refuse "with another, too" 3 "cannot be unpacked" "$SOHOA" --warehouse "$work/third" import --passphrase-command 'echo sai' "$sip"
refuse "a search that finds nobody takes nothing out" 3 "no document" here export --to "$work/nobody" zzyzx
refuse "nor what only resembles a name" 3 "nothing but similar" here export --to "$work/nobody" trần thị thuỷ
refuse "nor a page on which the words stand apart" 3 "nothing but similar" here export --to "$work/nobody" thử khai hạnh
check "what was shown is in the journal" sh -c "'$SOHOA' --warehouse '$work/here' --json journal --action search | grep -q 'shown=.*$first'"
check "and nothing was written" test ! -e "$work/nobody"
check "--fuzzy takes it" sh -c "'$SOHOA' --warehouse '$work/here' --json export --fuzzy --to '$work/somebody' trần thị thuỷ | jq -e '.packages_count == 1'"
exec 9<<EOF9
chuyến tàu 7 giờ
EOF9
check "with it, its marks in the letters, the package is taken in, described as kept" env SOHOA_PASSPHRASE_FD=9 "$SOHOA" --warehouse "$work/third" import --passphrase "$sip"
check "the SIP became an AIP" grep -q 'OAISPACKAGETYPE="AIP"' "$work/third/store/2026/$first/v1/data/METS.xml"
check "the passphrase stands nowhere" sh -c "! grep -r 'chuyến tàu' '$work/third' '$work/here' '$work/sip'"

# ---- a hand-over
printf 'ma,ghi chu\n%s,x\n' "$first" >"$work/list.csv"
check "a hand-over list leaves with its record" here export --to "$work/handover" --list "$work/list.csv" --receiver 'Lưu trữ lịch sử' --plain 'bàn giao thử trên ổ đĩa của cơ quan'
check "with room for receipt and date" grep -q "$first,1,urn_H30.81_uuid_$upper.*\"Lưu trữ lịch sử\",,,\$" "$work/handover/handover.csv"
check "a spreadsheet reads its Vietnamese" sh -c "head -c 3 '$work/handover/handover.csv' | od -An -tx1 | grep -q 'ef bb bf'"
cp -a "$work/handover" "$work/by-list"
rm "$work/by-list/export.json"
"$SOHOA" init "$work/listed" --agency x >/dev/null 2>&1
check "and the list alone is enough to compare with" sh -c "'$SOHOA' --warehouse '$work/listed' --json import '$work/by-list' | jq -e '.taken == 1 and .missing == 0 and .extra == 0 and .differ == 0'"
check "until the receipt is back it is listed as open" sh -c "'$SOHOA' --warehouse '$work/here' export --handovers; [ \$? -eq 3 ]"
cp -a "$work/handover" "$work/part"
"$SOHOA" init "$work/sixth" --agency 'Lưu trữ lịch sử tỉnh' >/dev/null 2>&1
cp "$work/sixth/keys/ca.pem" "$work/sixth.pem"
check "who takes it over writes a receipt" "$SOHOA" --warehouse "$work/sixth" import "$work/handover" --receipt "$work/receipt"
check "it counts and names what was taken" jq -e '.complete and .packages_taken == 1 and .received_agency == "Lưu trữ lịch sử tỉnh" and .packages[0].result == "taken"' "$work/receipt/receipt.json"
check "OpenSSL finds its signature valid" openssl cms -verify -binary -inform DER -in "$work/receipt/receipt.p7s" -content "$work/receipt/receipt.json" -CAfile "$work/sixth.pem" -purpose any -out /dev/null
check "the time stands there as people write it" sh -c "SOHOA_LANG=vi '$SOHOA' --warehouse '$work/sixth' import '$work/handover' && grep -Eq ', lúc [0-9]+ giờ [0-9]{2} phút, ngày [0-9]{2}/[0-9]{2}/[0-9]{4}' '$work'/sixth/handovers/*/record.txt"
check "and the record is there in words" grep -q "$first v1" "$work/receipt/record.txt"
back() { here --set "archive.trust=$work/sixth.pem" export --receipt "$@"; }
refuse "a receipt by a signer that is not trusted is not kept" 3 "add its root certificate to the file that archive.trust" here export --receipt "$work/receipt/receipt.json"
check "and nothing false is said of its signature" sh -c "! '$SOHOA' --warehouse '$work/here' export --receipt '$work/receipt/receipt.json' 2>&1 | grep -q 'does not hold'"
sed 's/"packages_taken": 1/"packages_taken": 2/' "$work/receipt/receipt.json" >"$work/forged.json"
cp "$work/receipt/receipt.p7s" "$work/forged.p7s"
refuse "nor one that was changed" 3 "does not hold" back "$work/forged.json"
refuse "nor one of another hand-over" 3 "no receipt for a hand-over" "$SOHOA" --warehouse "$work/there" export --receipt "$work/receipt/receipt.json"
rm -r "$work/part/urn_H30.81_uuid_$upper"
"$SOHOA" init "$work/seventh" --agency 'Lưu trữ 7' >/dev/null 2>&1
check "what did not come is told in the receipt" sh -c "
    '$SOHOA' --warehouse '$work/seventh' import '$work/part' --receipt '$work/open'
    jq -e '(.complete | not) and .packages[0].result == \"not_taken\"' '$work/open/receipt.json'"
refuse "and at the giver's" 3 "not taken over" here --set "archive.trust=$work/seventh/keys/ca.pem" export --receipt "$work/open/receipt.json"
check "the giver keeps the receipt" back "$work/receipt/receipt.json"
check "then nothing is open" here export --handovers
check "both journals tell of it" sh -c "for k in here sixth; do '$SOHOA' --warehouse '$work'/\$k --json journal --action handover | jq -e '.matching >= 1' || exit 1; done"
refuse "one that says less does not take its place" 3 "says less" here --set "archive.trust=$work/seventh/keys/ca.pem" export --receipt "$work/open/receipt.json"
printf 'ma\nkhong phai ma\n' >"$work/list.csv"
refuse "a line without an id is named" 3 "list.csv:2" here export --to "$work/x" --list "$work/list.csv"
# shellcheck disable=SC1112 # the bytes of U+202E, RIGHT-TO-LEFT OVERRIDE
turned=$(printf 'Phòng \342\200\256gnàv nệyuH')
for option in --receiver --actor --purpose --role; do
    refuse "$option: what turns the writing round is refused" 2 "$option has a character that is not seen (U+202E)" \
        here export --to "$work/x" --all --receiver A "$option" "$turned"
done
refuse "so is a control character" 2 "(U+001B)" here export --to "$work/x" --all --receiver "$(printf 'A\033[2J')"
printf '%s,%s\n' "$first" "$turned" >"$work/list.csv"
refuse "in a list the line is named" 3 "list.csv:1: there is a character that is not seen" here export --to "$work/x" --list "$work/list.csv"
printf 'id,what\n%s,good\n%s,"open\nand so on\n' "$first" "$first" >"$work/list.csv"
refuse "a quotation mark that is never closed too" 3 "list.csv:3: the quotation mark" here export --to "$work/x" --list "$work/list.csv"
printf 'id\twhat\r\n%s\t"5"" x 7"\r\n' "$first" >"$work/list.csv"
# shellcheck disable=SC2016 # a formula
check "a receiver that a spreadsheet would reckon is written as text" here export --to "$work/reckoned" --list "$work/list.csv" --plain test --receiver '=cmd|" /C calc"!A0'
check "and so it stands in the record" grep -qF ",\"'=cmd|\"\" /C calc\"\"!A0\",," "$work/reckoned/handover.csv"
refuse "a document that is not there is told" 3 "no document" here export --to "$work/x" 00000000-0000-8000-8000-000000000000
refuse "nothing said is a wrong command line" 2 "say which" here export --to "$work/x"

# ---- broken and hostile
package=urn_H30.81_uuid_$upper
state() { (cd "$work/third" && find store -type f | sort | xargs sha256sum); }
state >"$work/third.before"
broken() { # NAME COMMAND WORDS: on a copy in $work/broken
    rm -rf "$work/broken"
    cp -a "$work/aip/$package" "$work/broken"
    chmod -R u+w "$work/broken"
    (cd "$work/broken" && eval "$2")
    refuse "$1" 3 "$3" "$SOHOA" --warehouse "$work/fourth" import "$work/broken"
    [ -z "$(find "$work/fourth/store" -type f)" ] || echo left >>"$work/left"
}
"$SOHOA" init "$work/fourth" --agency 'Lưu trữ 4' >/dev/null 2>&1
broken "one changed byte" "printf X | dd of=data/representations/rep1/data/document.pdf bs=1 seek=2000 conv=notrunc 2>/dev/null" "document.pdf was changed"
broken "a file taken away" "rm data/representations/rep3/data/0001-1.words.json" "0001-1.words.json is missing"
broken "a file put in" "echo x >data/extra" "extra"
broken "a link" "ln -s /etc/passwd data/link" "no ordinary file"
reseal() { # the manifests made right again: only METS tells
    find data -type f | LC_ALL=C sort | xargs sha256sum >manifest-sha256.txt
    sed -i "s/^Payload-Oxum: .*/Payload-Oxum: $(find data -type f -printf '%s\n' | awk '{ s += $1 } END { print s "." NR }')/" bag-info.txt
    sha256sum bag-info.txt bagit.txt manifest-sha256.txt >tagmanifest-sha256.txt
}
broken "a changed file under a manifest made right again" \
    "echo >>data/representations/rep2/data/0001-1.scan.tif; reseal" "METS.xml says"
broken "a file that METS does not name" "echo x >data/extra; reseal" "named by no METS"
broken "a METS.xml with entities" \
    "sed -i '2i <!DOCTYPE mets [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>' data/METS.xml; reseal" "DTD or entities"

hostile() { # NAME PYTHON WORDS
    rm -f "$work/hostile.zip"
    (cd "$work" && python3 -c "import zipfile, stat
z = zipfile.ZipFile('hostile.zip', 'w', zipfile.ZIP_DEFLATED)
$2
z.close()" 2>/dev/null)
    refuse "$1" 3 "$3" "$SOHOA" --warehouse "$work/third" import "$work/hostile.zip"
}
if command -v python3 >/dev/null 2>&1; then
    hostile "a ZIP that leads out of its folder" "z.writestr('a/../../../out', 'x')" "cannot be the name"
    hostile "one with an absolute path" "z.writestr('/tmp/out', 'x')" "cannot be the name"
    hostile "one with a link" "i = zipfile.ZipInfo('a/link'); i.create_system = 3
i.external_attr = (stat.S_IFLNK | 0o777) << 16; z.writestr(i, '/etc/passwd')" "no ordinary file"
    hostile "one that swells" "z.writestr('a/bagit.txt', b'0' * 80000000)" "no such page exists"
    hostile "one that names a file twice" "z.writestr('a/b', 'x'); z.writestr('a/b', 'y')" "damaged"
else
    skip "hostile ZIPs" "they are made with python3, which is not installed"
fi
head -c 3000 "$dip" >"$work/cut.zip"
refuse "a ZIP that was cut short" 3 "no ZIP" "$SOHOA" --warehouse "$work/third" import "$work/cut.zip"
state >"$work/third.after"
check "the store is as it was after all of them" cmp "$work/third.before" "$work/third.after"
check "and nothing is left lying about" sh -c "! find '$work'/third/store '$work'/fourth/store -name '.importing*' | grep ."

check "no broken package left a file in an empty store" test ! -e "$work/left"

# ---- a document whose PDF was split into volumes
"$SOHOA" init "$work/split" --agency 'UBND xã Thử Nghiệm' >/dev/null 2>&1
split() { "$SOHOA" --warehouse "$work/split" --set ocr.model=vie --set pipeline.review=none --set archive.volume_mb=1 "$@"; }
samples=$(cd "$(dirname "$0")/../../samples" && pwd)
split import --separate batch "$samples/simplex/0003-1.jpg" "$samples/simplex/0012-1.jpg" "$samples/simplex/0001-1.tif" >/dev/null 2>&1
split run >"$work/split.out" 2>&1
check "there is a document of several volumes" sh -c "ls '$work'/split/store/*/*/v1/data/representations/rep1/data/document-2.pdf"
split_rep=$(ls -d "$work"/split/store/*/*/v1/data/representations/rep1/data)
volumes=$(ls "$split_rep"/document-*.pdf | wc -l)
titled() { # each volume says which it is: in Info, in XMP
    for n in $(seq "$volumes"); do
        pdfinfo "$split_rep/document-$n.pdf" | grep "^Title:.*(tập $n)\$" || return 1
        pdfinfo -meta "$split_rep/document-$n.pdf" | grep "(tập $n)</rdf:li>" || return 1
    done
}
check "each says in its title which volume it is" titled
check "METS and EAD say how many there are" sh -c "
    grep -q 'LABEL=\"[^\"]* ($volumes tập)\"' '$work'/split/store/*/*/v1/data/METS.xml && grep -q '<titleproper>.* ($volumes tập)</titleproper>' '$work'/split/store/*/*/v1/data/metadata/descriptive/EAD.xml"
check "a document of one file says nothing of volumes" sh -c "! grep -rq 'tập)' '$work'/here/store/*/*/v1/data/METS.xml"
check "METS calls a package by the name of its type, not by its printed words" sh -c "
    for m in '$work'/here/store/*/*/v1/data/METS.xml; do
        pdf=\$(dirname \"\$m\")/representations/rep1/data/document.pdf
        grep -qF \"LABEL=\\\"\$(pdfinfo \"\$pdf\" | sed -n 's/^Title: *//p')\\\"\" \"\$m\" || exit 1
    done"
check "each of them is verified" sh -c "'$SOHOA' --warehouse '$work/split' --json verify '$work/split/store' | jq -e '.whole and .verdicts[0].signed == 1 and .verdicts[0].packages == 1 and .verdicts[0].traced_pages == .verdicts[0].pages'"
check "they leave and come in as one" sh -c "
    '$SOHOA' --warehouse '$work/split' export --to '$work/volumes' --all && '$SOHOA' init '$work/fifth' --agency 'Lưu trữ 5' &&
    '$SOHOA' --warehouse '$work/fifth' --json import '$work/volumes' | jq -e '.taken == 1'"
volume=$(ls "$work"/split/store/*/*/v1/data/representations/rep1/data/document-2.pdf)
chmod u+w "$volume"
printf X | dd of="$volume" bs=1 seek=3000 conv=notrunc 2>/dev/null
refuse "a byte changed in the second volume is found" 1 "document-2.pdf" "$SOHOA" --warehouse "$work/split" verify "$work/split/store"

# ---- the fonds that is set when the package is made
"$SOHOA" init "$work/fonds" --agency 'UBND xã Thử Nghiệm' >/dev/null 2>&1
fonds() { "$SOHOA" --warehouse "$work/fonds" --set ocr.model=vie --set pipeline.review=all "$@"; }
fonds import "$pages/a.tif" >/dev/null 2>&1
fonds run >/dev/null 2>&1
read=$(jq -r .id "$work"/fonds/spool/*/*/document.json)
sed -i 's/^fonds =.*/fonds = H30.81/; s/^catalog =.*/catalog = 05/' "$work/fonds/sohoa.conf"
check "a document that was read before waits" fonds review approve "$read"
check "and is packed" fonds run
check "under the fonds that is set now" grep -q 'OBJID="urn:H30.81:uuid:' "$work/fonds/store/2026/$read/v1/data/METS.xml"
check "and in its catalogue" jq -e '.fonds == "H30.81" and .catalog == "05"' "$work/fonds/store/2026/$read/v1/data/metadata/other/document.json"

# ---- of other programs
mkdir -p "$work/other/data"
"$SOHOA" import --to "$work/loose" "$pages"/a.tif >/dev/null 2>&1
"$SOHOA" --set ocr.model=vie pack "$work/loose" --to "$work/loose.pdf" >/dev/null 2>&1
sed 's/documentId/documentIx/g' "$work/loose.pdf" >"$work/other/data/Quyết định.pdf" # says nothing of sohoa any more
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >"$work/other/bagit.txt"
(cd "$work/other" && sha256sum "data/Quyết định.pdf" >manifest-sha256.txt)
check "a bag of another program with one PDF/A is taken in" sh -c "'$SOHOA' --warehouse '$work/fourth' --json import '$work/other' | jq -e '.taken == 1'"
check "as it came" sh -c "cmp '$work/other/data/Quyết định.pdf' '$work'/fourth/store/*/*/v1/data/representations/rep4/data/'Quyết định.pdf'"
check "verify finds it whole: no page of it was scanned here" "$SOHOA" --warehouse "$work/fourth" --set archive.trust= verify "$work/fourth/store"
check "and only once" sh -c "'$SOHOA' --warehouse '$work/fourth' --json import '$work/other' | jq -e '.there == 1'"
mkdir -p "$work/named/data"
cp "$work/other/bagit.txt" "$work/named/"
cp "$work/other/data/Quyết định.pdf" "$work/named/data/a.pdf"
echo '<mets xmlns="http://www.loc.gov/METS/" OBJID="urn:uuid:11111111-2222-8333-8444-555555555555" LABEL="Một"/>' >"$work/named/data/METS.xml"
(cd "$work/named" && sha256sum data/* >manifest-sha256.txt)
refuse "the same PDF under another id is told, with the document that holds it" 3 "byte for byte: document .* holds it" \
    "$SOHOA" --warehouse "$work/fourth" import "$work/named"
check "a package that names itself is taken in, when that is asked for" sh -c "'$SOHOA' --warehouse '$work/fourth' --json import --again '$work/named' | jq -e '.taken == 1'"
sed -i 's/Một/Hai/' "$work/named/data/METS.xml"
(cd "$work/named" && sha256sum data/* >manifest-sha256.txt)
refuse "another one of the same name is not said to be there" 3 "already with other content" "$SOHOA" --warehouse "$work/fourth" import "$work/named"
sum=$(sha256sum <"$work/other/data/Quyết định.pdf" | cut -c1-64)
capitals=$(echo "$sum" | tr a-f A-F)
# RFC 8493 lets others end lines by CR, LF or CR LF, write digits in capitals and blanks or tabs between
form() { # NAME FORMAT DIGITS: that manifest is understood
    # shellcheck disable=SC2059 # the format is the case
    printf "$2" "$3" 'data/Quyết định.pdf' >"$work/other/manifest-sha256.txt"
    "$SOHOA" --warehouse "$work/fourth" --json import "$work/other" | jq -e '.there == 1'
}
check "a manifest with CR LF is understood" form crlf '%s  %s\r\n' "$sum"
check "with CR" form cr '%s  %s\r' "$sum"
check "with a byte order mark" form bom '\357\273\277%s  %s\n' "$sum"
check "with capitals and a tab, and an empty line" form capitals '%s\t%s\n\n' "$capitals"
printf '%s\r\nnot a line\r\nnor this\r\n' "$sum" >"$work/other/manifest-sha256.txt"
refuse "what is no manifest is refused" 3 "manifest-sha256.txt cannot be used: .*Ask who made the bag for one after RFC 8493" "$SOHOA" --warehouse "$work/fourth" import "$work/other"
check "in one sentence, not one for each file" sh -c "'$SOHOA' --warehouse '$work/fourth' --json import '$work/other' 2>/dev/null | jq -e '.faults | length == 2'" # and that it is refused
(cd "$work/other" && sha256sum "data/Quyết định.pdf" >manifest-sha256.txt)
rm -rf "$work/mangled"
cp -a "$work/aip/$package" "$work/mangled"
chmod -R u+w "$work/mangled"
sed -i 's/$/\r/' "$work/mangled/manifest-sha256.txt" "$work/mangled/tagmanifest-sha256.txt"
refuse "one of ours whose line ends were changed on the way says so" 3 "has other line ends.*Have it sent again" "$SOHOA" --warehouse "$work/fourth" import "$work/mangled"
check "not for each file" sh -c "'$SOHOA' --warehouse '$work/fourth' --json import '$work/mangled' 2>/dev/null | jq -e '.faults | length <= 4'"
zipped() { # NAME PYTHON WORDS: a ZIP that is refused with the words, and without our folders
    python3 -c "import zipfile, sys
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    $2" "$work/$1.zip"
    "$SOHOA" --warehouse "$work/fourth" import "$work/$1.zip" >"$work/told" 2>&1
    [ $? -eq 3 ] && grep -q "$3" "$work/told" && ! grep -q 'importing-' "$work/told"
}
check "a ZIP of two packages is refused without our folders' names" zipped two "z.writestr('a/bagit.txt', ''); z.writestr('b/bagit.txt', '')" 'two.zip holds something beside the package a: b'
check "so is one without data" zipped bare "z.writestr('p/bagit.txt', ''); z.writestr('p/manifest-sha256.txt', '')" 'p/data'
check "and one where a file is a folder too" zipped both "z.writestr('p/bagit.txt', ''); z.writestr('p/a', 'x'); z.writestr('p/a/b', 'x')" 'p/a is a file'
echo x >>"$work/other/data/Quyết định.pdf"
refuse "but not when it was changed" 3 "was changed" "$SOHOA" --warehouse "$work/fourth" import "$work/other"
tap_end
