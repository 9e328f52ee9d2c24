#!/bin/sh
# From the count of papers to a signed report that an auditor counts again: inventory, exempt papers, registers,
# progress, forecast, indicators, reports, acceptance; and every way to forge a report that we thought of.
. "$(dirname "$0")/../tap.sh"
. "$(dirname "$0")/../judges.sh"
export SOHOA_WAREHOUSE=$work/kho
"$SOHOA" init "$work/kho" --agency 'UBND xã Thử Nghiệm' >/dev/null
for row in "review|none" "jobs|1" "model|vie" "separate|file" "month_day|0"; do
    sed -i "s|^${row%%|*} =.*|${row%%|*} = ${row#*|}|" "$work/kho/sohoa.conf"
done
"$SOHOA" --actor lan import "$pages"/*.tif --operator lan --box H7 --shelf K2 >/dev/null
"$SOHOA" run >"$work/run.out" 2>&1
id=$("$SOHOA" --json search 'tran thi thu' | jq -r '.hits[0].document')

# ---- inventory
cat >"$work/kiem-dem.csv" <<CSV
Đơn vị;Thủ tục;Năm;Số giấy tờ;Số trang;Số tờ;Kệ;Mét giá
Xã Thử Nghiệm;1.001193;2009;4;6;5;K1;1,5
Xã Thử Nghiệm;1.001193;2009;2;2;2;K2;0,5
Xã Thử Nghiệm;Kết hôn;1995;10;12;10;K2;0,25
Xã Thử Nghiệm;Kết hôn;1996;20;22;20;K2;0,4
Xã Thử Nghiệm;Kết hôn;;3;3;3;;
CSV
check "an inventory is entered, in Vietnamese columns" "$SOHOA" inventory import "$work/kiem-dem.csv"
check "and listed by shelf" sh -c "'$SOHOA' --json inventory list | jq -e 'length == 5 and ([.[] | select(.shelf == \"K2\")] | length == 3) and ([.[].papers] | add) == 39'"
check "the old way of entering still works" "$SOHOA" inventory "$work/kiem-dem.csv"
check "entered again it counts once" sh -c "'$SOHOA' --json inventory list | jq -e '([.[].papers] | add) == 39'"
printf 'unit,procedure,year,reason,papers\nXã Thử Nghiệm,1.001193,2009,trùng,7\n' >"$work/too-many.csv"
refuse "more exempt papers than there are are refused" 3 "the inventory has 6" "$SOHOA" inventory exempt "$work/too-many.csv"
printf 'unit,procedure,year,reason,papers,note\nXã Thử Nghiệm,1.001193,2009,trùng,1,có hai bản\n' >"$work/exempt.csv"
printf 'unit,procedure,year,papers,pages\nXã Thử Nghiệm,1.001193,2099,7,7\n' >"$work/future.csv"
refuse "papers of a year that has not begun are refused" 3 "2099 has not begun" "$SOHOA" inventory import "$work/future.csv"
printf 'don_vi,thu_tuc,nam,ly_do,so_giay_to\nXã Thử Nghiệm,Kết hôn,1995,mat,1\n' >"$work/mat.csv"
refuse "a reason that may be two is asked for with its marks" 3 "secret (mật).*lost (thất lạc)" "$SOHOA" inventory exempt "$work/mat.csv"
check "exempt papers are entered" "$SOHOA" inventory exempt "$work/exempt.csv"
printf 'don_vi,thu_tuc,nam,ly_do,so_giay_to\nXã Thử Nghiệm,Kết hôn,1995,Mất,1\nXã Thử Nghiệm,Kết hôn,1996,mật,1\nXã Thử Nghiệm,Kết hôn,,that lac,1\n' >"$work/lost.csv"
check "what is lost is not told as secret" sh -c "cp -r '$work/kho' '$work/kho-lost' && '$SOHOA' --warehouse '$work/kho-lost' inventory exempt '$work/lost.csv' && '$SOHOA' --warehouse '$work/kho-lost' --json inventory exempt | jq -e '[.[] | select(.procedure != \"1.001193\") | [.year, .reason]] | contains([[1995, \"lost\"], [1996, \"secret\"]])'"
check "and listed with their reason" sh -c "'$SOHOA' --json inventory exempt | jq -e '.[0].reason == \"duplicate\" and .[0].papers == 1'"
"$SOHOA" amend "$id" 'unit=Xã Thử Nghiệm' --reason 'bổ sung đơn vị' >/dev/null && "$SOHOA" run >/dev/null 2>&1

# ---- progress
check "1995 and 1996 are of two bands, a paper without a year of none" sh -c "'$SOHOA' --json progress | jq -e '[.[] | select(.papers_planned > 0 and .band) | [.band, .papers_planned]] == [[\"den-1995\", 10], [\"1996-2005\", 20], [\"2006-2015\", 6], [\"unknown\", 3]]'"
check "exempt papers are out of the denominator" sh -c "'$SOHOA' --json progress | jq -e '.[] | select(.band == \"2006-2015\") | .papers_due == 5 and .papers_exempt == 1 and .papers_done == 2 and .papers_outside == 1 and .percent == 20'"
check "on the screen, too, what was due and what is outside are two columns" sh -c "'$SOHOA' progress | grep -qE '^2006-2015 +6 +1 +1 +1 +20[.]0 %'"
check "a plan that is open at both ends has nothing to say of that" sh -c "! '$SOHOA' progress | grep -q 'has no band'"
cp "$work/kho/roadmap.conf" "$work/roadmap.conf"
sed -i 's/^from = -/from = 1976/; s/^to = -/to = 2030/' "$work/kho/roadmap.conf"
check "one that is not says which papers count as of no known year" sh -c "'$SOHOA' progress >'$work/closed' && grep -q 'no band for years before 1976.*from = -' '$work/closed' && grep -q 'after 2030.*to = -' '$work/closed'"
mv "$work/roadmap.conf" "$work/kho/roadmap.conf"
check "sheets and metres of shelf are counted" sh -c "'$SOHOA' --json progress | jq -e '.[] | select(.band == \"2006-2015\") | .sheets_planned == 7 and .sheets_done == 2 and .metres_planned == 2 and .metres_done == 0.4'"
check "one unit in one band, by its name without marks" sh -c "'$SOHOA' --json progress --unit 'thu nghiem' --band 2006-2015 | jq -e 'length == 1 and .[0].papers_due == 5 and .[0].unit == \"Xã Thử Nghiệm\"'"
refuse "a unit that has nothing in a band is not called unknown" 3 'of "Xã Thử Nghiệm" in that band' "$SOHOA" progress --unit 'Xã Thử Nghiệm' --band 2022-nay
check "one unit in all bands has a sum of its own" sh -c "'$SOHOA' progress --unit 'Xã Thử Nghiệm' | tail -n 1 | grep -q '^all .* 39 '"
refuse "a unit that nobody has is a slip" 3 "progress --by unit" "$SOHOA" progress --unit "Xã Không Có"
refuse "so is a band" 3 "it has den-1995" "$SOHOA" progress --band 2006
refuse "a list of hits is no report" 1 "a list and no report" sh -c "'$SOHOA' search --all-validity --out '$work/hits.pdf' >/dev/null && '$SOHOA' progress --verify '$work/hits.pdf'"
refuse "a folder that is not there is named" 3 "no folder $work/nowhere" "$SOHOA" progress --report month --out "$work/nowhere/"
refuse "an act that wants other words says which" 2 "judge LOT FILE.csv" "$SOHOA" sample judge 1
check "the journal is asked in the words that it is shown in" sh -c "'$SOHOA' --json journal --action 'settings read' | jq -e '.matching >= 0' && test \"\$('$SOHOA' --json journal --action searched | jq .matching)\" = \"\$('$SOHOA' --json journal --action search | jq .matching)\""
check "a forecast says that nothing can be said yet" sh -c "'$SOHOA' --json progress --forecast | jq -e '.bands[] | select(.band == \"2006-2015\") | .state == \"too_few\" and .left == 4'"
check "but that its deadline has passed" sh -c "'$SOHOA' --json progress --forecast | jq -e '.bands[] | select(.band == \"2006-2015\") | .overdue and (.sentence | test(\"^overdue since 2023-12-31\"))'"
check "months are written as days are" sh -c "'$SOHOA' --lang vi progress --forecast | grep -qE '^[01][0-9]/20[0-9]{2} '"
entry=$("$SOHOA" --json journal --last 1 | jq '.entries[0].seq')
"$SOHOA" --json progress --by unit,procedure >"$work/then"

# ---- registers
cat >"$work/so.csv" <<CSV
Mã hồ sơ,Số ký hiệu,Ngày cấp,Đơn vị,Thủ tục,Chủ hồ sơ,Ngày tiếp nhận,Ngày trả,Kết quả điện tử,Đã số hóa,Khai thác lại
H1,17/2009,02/03/2009,Xã Thử Nghiệm,1.001193,Trần Thị Thử,01/03/2009,02/03/2009,có,2,1
H2,18/2009,05/03/2009,Xã Thử Nghiệm,1.001193,Lê Văn Chưa,04/03/2009,05/03/2009,,1,0
CSV
check "without a register nothing is called missing, and what is wanted is said" sh -c "'$SOHOA' register missing | grep -q '^No register was entered yet.*register import'"
check "nor in a list of it, which says so, too" sh -c "'$SOHOA' register missing --out '$work/nothing.csv' | grep -q '^No register was entered yet' && '$SOHOA' register missing --out '$work/nothing.pdf' && pdftotext '$work/nothing.pdf' - | tr '\\n' ' ' | grep -q 'No register was entered yet'"
check "an indicator of nothing says why it has no share" sh -c "'$SOHOA' progress --indicators >'$work/none' && grep -q '^kho.1 has no share yet: no register was entered yet' '$work/none' && '$SOHOA' --json progress --indicators --report year --period 1990 | jq -e '.indicators[] | select(.id == \"kho.2\") | .denominator == 0 and (.why | test(\"no document\"))'"
check "a one-stop export is entered by its own columns" "$SOHOA" register import "$work/so.csv"
check "what was never scanned is told" sh -c "'$SOHOA' --json register missing | jq -e '.expected == 2 and .found == 1 and .never == 1 and .rows[0].dossier == \"H2\"'"
check "as a list for a spreadsheet" "$SOHOA" register missing --out "$work/missing.xlsx"
check "and as CSV" sh -c "'$SOHOA' register missing --out '$work/missing.csv' && grep -q 'Lê Văn Chưa' '$work/missing.csv'"
check "and on paper, with what it comes to" sh -c "'$SOHOA' register missing --out '$work/missing.pdf' && pdftotext -layout '$work/missing.pdf' - | grep -q 'Of 2 results in the registers 1 are in the store' && pdftotext '$work/missing.pdf' - | grep -q 'Lê Văn Chưa'"
refuse "another kind of file is refused" 3 "csv, .xlsx, .pdf\|.csv.*.xlsx.*.pdf" "$SOHOA" register missing --out "$work/missing.txt"
printf 'Mã hồ sơ,Số ký hiệu,Chủ hồ sơ\nH3,19/2009,"=HYPERLINK(1)"\n' >"$work/formula.csv"
check "no spreadsheet runs what a register says" sh -c "cp -r '$work/kho' '$work/formula' && '$SOHOA' --warehouse '$work/formula' register import '$work/formula.csv' && '$SOHOA' --warehouse '$work/formula' register missing --out '$work/safe.csv' && grep -q \"'=HYPERLINK\" '$work/safe.csv'"
check "the journal keeps who looked" sh -c "'$SOHOA' --json journal --action register | jq -e '.matching >= 3'"
printf 'Mã hồ sơ,Số ký hiệu,Ngày cấp\nH2,28/2009,05/03/2009\n' >"$work/later.csv"
check "a later register that has a dossier with another number says what counts no more" sh -c "cp -r '$work/kho' '$work/kho-later' && '$SOHOA' --warehouse '$work/kho-later' register import '$work/later.csv' | grep -q '^1 result of an earlier register counts no more'"
check "indicators show numerator and denominator" sh -c "'$SOHOA' --json progress --indicators --report year --period 2009 | jq -e '.indicators[] | select(.id == \"4.2\") | .numerator == 1 and .denominator == 2 and .percent == 50'"
check "of days that no row is of, that is why" sh -c "'$SOHOA' progress --indicators --report year --period 1990 | grep -q '^kho.1 has no share yet: no row of the register'"
check "and the list behind them" sh -c "'$SOHOA' --json progress --list 4.2 --report year --period 2009 | jq -e 'length == 1 and .[0].id == \"H1\"'"
check "of the denominator too" sh -c "'$SOHOA' --json progress --list 4.2/all --report year --period 2009 | jq -e 'length == 2'"

# ---- reports
mkdir "$work/reports"
check "a monthly report is written as PDF and spreadsheet" "$SOHOA" progress --report month --out "$work/reports"
pdf=$(find "$work/reports" -name '*.pdf') xlsx=$(find "$work/reports" -name '*.xlsx')
check "what kind of paper it is stands alone, as NĐ 30/2020 has it" sh -c "pdftotext '$work'/reports/*.pdf - | grep -qx 'REPORT'"
check "place and date are in italics" sh -c "pdffonts '$work'/reports/*.pdf | grep -q Italic"
check "an agency's name is broken before the unit it is of" sh -c "
    '$SOHOA' --set 'archive.custodian=Ủy ban nhân dân xã Đông Tiến Thượng Bắc Nam Trung' progress --report month --out '$work/long.pdf' && pdftotext '$work/long.pdf' - | grep -qx 'XÃ ĐÔNG TIẾN THƯỢNG BẮC NAM TRUNG'"
check "a quarterly one" "$SOHOA" progress --report quarter --out "$work/quarter.pdf"
check "a yearly one" "$SOHOA" progress --report year --out "$work/year.pdf"
refuse "none is written over" 3 "already" "$SOHOA" progress --report year --out "$work/year.pdf"
refuse "a period that does not exist is told" 3 "no period" "$SOHOA" progress --report month --period 2026-13
refuse "and one from before the journal" 3 "begins after" "$SOHOA" progress --report month --period 2009-01
check "metres are rounded in one way on the screen and in the report" sh -c "'$SOHOA' progress | grep -q '^den-1995 .* 0[.]3 ' && pdftotext -layout '$pdf' - | grep -q '^ *den-1995 .* 0[.]3 '"
check "the PDF is whole and PDF/A-3u" sh -c "'$SOHOA' --json verify '$pdf' | jq -e '.whole'"
check "the agency stands in capitals (NĐ 30/2020)" sh -c "pdftotext -layout '$pdf' - | grep -q 'UBND XÃ THỬ NGHIỆM'"
check "it opens, and says the figures in words" sh -c "pdftotext -layout '$pdf' - | tee '$work/text' | grep -q 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM' && grep -qE '2006-2015 +6 +1 +5 +1 +1 +20[.]00' '$work/text'"
check "qpdf finds nothing wrong" qpdf --check "$pdf"
judge "veraPDF agrees" judge_verapdf 3u "$pdf" "$work/quarter.pdf" "$work/year.pdf"
check "the spreadsheet is a ZIP of well-formed XML" sh -c "mkdir '$work/parts' && cd '$work/parts' && unzip -q '$xlsx' && find . -name '*.xml' -exec xmllint --noout {} +"
check "its figures are numbers" grep -q '<v>20</v>' "$work/parts/xl/worksheets/sheet2.xml"
opened() { # every sheet as LibreOffice shows it, in $work/seen
    mkdir -p "$work/seen"
    HOME=$work soffice --headless --convert-to 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1' \
        --outdir "$work/seen" "$xlsx" && grep -rq '^"\?2006-2015"\?,6,1,5,1,' "$work/seen"
}
if command -v soffice >/dev/null 2>&1; then
    check "LibreOffice opens it and shows the figures" opened
else
    skip "LibreOffice opens it and shows the figures" "LibreOffice is not installed"
fi
check "the PDF's figures are counted again" sh -c "'$SOHOA' --json progress --verify '$pdf' | jq -e '.same and .signed and .trusted and .figures > 80 and .recorded > 0'"
check "the spreadsheet's too" sh -c "'$SOHOA' --json progress --verify '$xlsx' | jq -e '.same and .figures > 80'"
check "in the other language as well" "$SOHOA" --lang vi progress --verify "$pdf"

# ---- what came later changes nothing of then
printf 'unit,procedure,year,papers,pages\nXã Thử Nghiệm,1.001193,2009,99,99\nXã Mới,Kết hôn,1990,7,7\n' >"$work/later.csv"
"$SOHOA" inventory import "$work/later.csv" >/dev/null
"$SOHOA" amend "$id" 'date=1980-01-02' --reason 'đọc sai' >/dev/null && "$SOHOA" run >/dev/null 2>&1
sed -i 's/^target = 100/target = 90/' "$work/kho/roadmap.conf"
sed -i 's/^full = 80/full = 70/' "$work/kho/indicators.conf"
sed -i 's/Thủ tục đăng ký khai sinh/Thủ tục khai sinh kiểu mới/' "$work/kho/procedures.csv"
check "figures as of an entry are those of then" sh -c "'$SOHOA' --json progress --by unit,procedure --as-of $entry | jq -S 'map(del(.target_percent, .procedure))' >'$work/again' && jq -S 'map(del(.target_percent, .procedure))' '$work/then' | cmp - '$work/again'"
check "and today's are others" sh -c "! '$SOHOA' --json progress --by unit,procedure | cmp -s - '$work/then'"
check "the report is still what is counted again" sh -c "'$SOHOA' --json progress --verify '$pdf' | jq -e '.same and .plan_changed'"
check "with the database lost and made again, too" sh -c "rm '$work'/kho/sohoa.db* && '$SOHOA' run >/dev/null 2>&1 && '$SOHOA' reindex >/dev/null && '$SOHOA' progress --verify '$pdf' && '$SOHOA' progress --verify '$xlsx'"
check "the records are whole" sh -c "'$SOHOA' --json journal verify | jq -e '.whole and .records >= 9'"

# ---- forged
cp "$pdf" "$work/forged.pdf"
python3 - "$work/forged.pdf" <<'PY'
import sys
data = bytearray(open(sys.argv[1], 'rb').read())
data[len(data) // 2] ^= 1
open(sys.argv[1], 'wb').write(data)
PY
refuse "a changed byte is told" 1 "no report\|✗" "$SOHOA" progress --verify "$work/forged.pdf"

# Another figure on the page: the code of a digit exchanged in the content, everything else repaired.
qpdf --qdf --object-streams=disable "$pdf" "$work/plain.pdf"
python3 - "$work/plain.pdf" "$work/painted.qdf" <<'PY'
import re, sys
data = open(sys.argv[1], 'rb').read()
shown = re.findall(rb'<([0-9a-fA-F]+)> ?Tj', data)
short = [s for s in shown if len(s) == 4]
digits = sorted(set(short))
assert len(digits) > 2
at = data.index(b'<' + digits[0] + b'>')
open(sys.argv[2], 'wb').write(data[:at + 1] + digits[1] + data[at + 5:])
PY
fix-qdf "$work/painted.qdf" >"$work/painted.pdf" 2>/dev/null
refuse "another figure on the page is told" 1 "printed is" "$SOHOA" progress --verify "$work/painted.pdf"

# A warehouse whose rows were changed behind the program's back signs a report with the same key.
cp -a "$work/kho" "$work/crooked"
forge "$work/crooked/sohoa.db" "UPDATE account_inventory SET papers = 1 WHERE papers = 99"
entry=$("$SOHOA" --json journal --last 1 | jq '.entries[0].seq')
for kind in pdf xlsx; do
    "$SOHOA" --warehouse "$work/crooked" progress --report year --as-of "$((entry - 1))" --out "$work/crooked.$kind" >/dev/null
done
refuse "a report of embellished rows is refused, figure by figure" 1 "progress.papers_planned band=2006-2015 unit=[*] procedure=[*]: the report says 1, counted again it is 99" "$SOHOA" progress --verify "$work/crooked.pdf"
refuse "as a spreadsheet, too" 1 "counted again it is 9" "$SOHOA" progress --verify "$work/crooked.xlsx"

rezip() { (cd "$work/parts" && rm -f "$1" && zip -q -r -X "$1" .); }
cp "$work/parts/xl/worksheets/sheet2.xml" "$work/sheet2.xml"
sed -i 's/\(<c r="B3"[^>]*><v>\)[0-9]*/\11/' "$work/parts/xl/worksheets/sheet2.xml"
rezip "$work/head.xlsx"
refuse "another head of a column is told" 1 "bands: the sheet shows" "$SOHOA" progress --verify "$work/head.xlsx"
sed 's/\(<c r="D5" s="[0-9]*"><v>\)20/\180/' "$work/sheet2.xml" >"$work/parts/xl/worksheets/sheet2.xml"
rezip "$work/shown.xlsx"
refuse "another number in a sheet is told" 1 "the sheet shows \"80\"" "$SOHOA" progress --verify "$work/shown.xlsx"
last=$(find "$work/parts/xl/worksheets" -name 'sheet*.xml' | sort -V | tail -n 1)
text=$work/parts/xl/sharedStrings.xml
grep -q report.json "$text" || text=$last
sed -i 's/\(\\\?&quot;\|"\)value\1:20\.0/\1value\1:80.0/; s/\(\\\?&quot;\|"\)text\1:\1\(20.00\)\1/\1text\1:\180.00\1/' "$text"
rezip "$work/both.xlsx"
refuse "and in its report.json as well" 1 "counted again it is 20" "$SOHOA" progress --verify "$work/both.xlsx"

"$SOHOA" init "$work/other" --agency 'UBND xã Khác' >/dev/null
for _ in $(seq 1 50); do "$SOHOA" --warehouse "$work/other" config >/dev/null; done
refuse "another warehouse does not answer for it" 1 "position" "$SOHOA" --warehouse "$work/other" progress --verify "$pdf"
refuse "a document is no report" 1 "no report" "$SOHOA" progress --verify "$(find "$work/kho/store" -name document.pdf | head -n 1)"
refuse "nor is anything" 1 "." "$SOHOA" progress --verify "$work/kiem-dem.csv"

# ---- acceptance
check "a lot is drawn" sh -c "'$SOHOA' --json sample draw --box H7 --aql 6.5 | tee '$work/lot' | jq -e '.size == 3 and .sample == 2 and .accept == 0'"
lot=$(jq .lot "$work/lot")
check "anyone can draw it again" sh -c "'$SOHOA' --json sample show $lot | jq -e '.same'"
check "by SHA-256 of seed and document, as formats.md says" sh -c "
    seed=\$(jq -r .seed '$work/lot')
    find '$work/kho/store' -mindepth 3 -maxdepth 3 -name 'v*' | sed 's|.*/\\([^/]*/v\\)\\([0-9]*\\)\$|\\2 \\1\\2|' | sort -rn | cut -d' ' -f2 | awk -F/ '!seen[\$1]++' |
        while read -r place; do printf '%s %s' \"\$seed\" \"\$place\" | sha256sum | sed \"s|-|\$place|\"; done | sort | head -n 2 | awk '{print \$2}' | sort >'$work/mine'
    jq -r '.drawn[]' '$work/lot' | cmp - '$work/mine'"
printf 'document,result,fault\n%s,good,\n' "$(jq -r '.drawn[0]' "$work/lot")" >"$work/half.csv"
refuse "a verdict on half a sample is none" 3 "1 of the 2" "$SOHOA" sample judge "$lot" "$work/half.csv"
printf '%s,lỗi,thiếu trang\n' "$(jq -r '.drawn[1]' "$work/lot")" >>"$work/half.csv"
check "one faulty document refuses it" sh -c "'$SOHOA' --json --actor minh sample judge $lot '$work/half.csv' | jq -e '.accepted == false and .faulty == 1'"
refuse "it is judged once" 3 "judged already" "$SOHOA" sample judge "$lot" --good
check "the verdict is signed" sh -c "'$SOHOA' --json sample show $lot | jq -e '.same and .trusted and (.signer | length > 0)'"
check "offered again it is drawn and accepted" sh -c "'$SOHOA' --json sample draw --box H7 --aql 6.5 --again $lot >'$work/lot2' && '$SOHOA' --json sample judge \$(jq .lot '$work/lot2') --good | jq -e .accepted"
refuse "an accepted lot is not offered again" 3 "not refused" "$SOHOA" sample draw --box H7 --again "$(jq .lot "$work/lot2")"
refuse "nothing is drawn from nothing" 3 "empty" "$SOHOA" sample draw --box H8
check "lots are listed" sh -c "'$SOHOA' --json sample list | jq -e 'length == 2 and .[0].accepted == false and .[1].accepted'"
for by in fault type operator scanner day procedure unit; do
    check "faults are counted by $by" sh -c "'$SOHOA' --json sample stats --by $by | jq -e 'length >= 1 and ([.[].faulty] | add) == 1'"
done
check "and are in the report" sh -c "'$SOHOA' --json progress --report year | jq -e '[.figures[] | select(.key == \"acceptance.lots\")][0].value == 2'"
check "which is counted again after all" sh -c "'$SOHOA' progress --report year --out '$work/last.pdf' && '$SOHOA' progress --verify '$work/last.pdf'"

# ---- records in verify, backup and restore
check "the warehouse with its records is whole" "$SOHOA" verify "$work/kho"
check "records go into the backup, and the drill tries them" sh -c "'$SOHOA' backup '$work/backup' >/dev/null && '$SOHOA' restore '$work/backup' --check"
check "and come back" sh -c "'$SOHOA' restore '$work/backup' '$work/back' >/dev/null && diff -r '$work/kho/records' '$work/back/records' && '$SOHOA' --warehouse '$work/back' progress --verify '$work/last.pdf'"
record=$(find "$work/kho/records" -name '*.json' | sort | head -n 2 | tail -n 1)
sed -i 's/39/93/; s/"papers": 4/"papers": 5/' "$record"
refuse "a changed record is found by verify" 1 "records/2" "$SOHOA" verify "$work/kho"
refuse "and by journal verify" 1 "records/2" "$SOHOA" journal verify
printf 'unit,procedure,year,papers,pages\nXã Thử Nghiệm,9.999999,2009,0,0\nXã Thử Nghiệm,Trích sao sổ địa chính,2009,0,0\n' >"$work/slip.csv"
check "a procedure that nobody knows is entered and named" sh -c "'$SOHOA' inventory '$work/slip.csv' | grep -q 'No procedure and no type.*: 9.999999$'"
tap_end
