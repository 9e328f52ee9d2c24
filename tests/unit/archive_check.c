/* The checker finds each fault that is put into a good file, and survives what is no PDF at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "archive/pdf/flate.h"
#include "tests/sample_pdf.h"
#include "tests/unit/archive_probe.h"

static struct buffer told; /* all findings, a line each */

static void keep_finding(void *context, const char *sentence)
{
    (void)context;
    buffer_printf(&told, "%s\n", sentence);
}

/* Checks path; the findings are in told. */
static enum status check(const char *path, struct archive_verdict *verdict)
{
    buffer_clear(&told);
    buffer_text(&told, "");
    fault.text[0] = 0;
    return archive_check(path, NULL, verdict, keep_finding, NULL, &fault);
}

static void assert_told(const char *words)
{
    if (told.data == NULL || strstr((char *)told.data, words) == NULL)
        fail_msg("nobody says \"%s\" but: %s", words,
                 told.data == NULL ? "nothing" : (char *)told.data);
}

/* A good file of two pages, one JPEG and one G4, in memory. */
static char *good;
static size_t good_size;

static void make_good(bool sign)
{
    add("p.jpg", SAMPLE_COLOR, 0, true);
    add("q.tif", SAMPLE_BILEVEL, 0, false);
    build(sign, "good.pdf");
    assert_int_equal(file_read(in("good.pdf"), 1 << 26, arena, &good, &good_size, &fault),
                     STATUS_OK);
}

static char *find(const char *text)
{
    char *found = memmem(good, good_size, text, strlen(text));
    if (found == NULL)
        fail_msg("the good file has no \"%s\"", text);
    return found;
}

/* ---------------------------------------------------------------- faults of equal length */

/* Replaces old by new, of the same length, writes and checks: it must be told. */
static void damaged(const char *old, const char *new, const char *words)
{
    struct archive_verdict verdict;
    assert_int_equal(strlen(old), strlen(new));
    char *place = find(old);
    memcpy(place, new, strlen(new));
    assert_int_equal(file_write(in("bad.pdf"), good, good_size, &fault), STATUS_OK);
    memcpy(place, old, strlen(old));
    enum status status = check(in("bad.pdf"), &verdict);
    assert_int_equal(status, STATUS_REJECT);
    assert_false(verdict.pdfa_2u);
    assert_told(words);
}

static void a_good_file_has_no_fault(void **state)
{
    struct archive_verdict verdict;
    (void)state;
    make_good(false);
    assert_int_equal(check(in("good.pdf"), &verdict), STATUS_OK);
    assert_true(verdict.pdfa_2u);
    assert_int_equal(verdict.signatures, 0);
    assert_int_equal(told.size, 0);
}

static void faults_of_the_frame_are_found(void **state)
{
    (void)state;
    make_good(false);
    damaged("%PDF-1.7", "%PDF-1.9", "header");
    damaged("%\xE2\xE3\xCF\xD3", "%abcd", "second line");
    damaged("%%EOF", "%%EOP", "end-of-file");
    damaged("\nendobj\n2 0 obj", "\nendobx\n2 0 obj", "is not whole");
    damaged("\nendstream", "\nendstrxxm", "is not whole");
    damaged("/ID [", "/IX [", "no ID");
    damaged("/Size ", "/Sizf ", "Size");
    damaged("/Type /Catalog", "/Type /Katalog", "no catalog");
    damaged("/Marked false", "/Marked 9 0 X", "is not whole");
}

static void faults_of_the_metadata_are_found(void **state)
{
    (void)state;
    make_good(false);
    damaged("<pdfaid:part>2<", "<pdfaid:part>1<", "does not claim");
    damaged("<pdfaid:conformance>U<", "<pdfaid:conformance>B<", "does not claim");
    damaged("</dc:title>", "</dc:titel>", "not well-formed");
    damaged("<rdf:li>vi-VN", "<rdf:li>vi&VN", "not well-formed");
    damaged("<dc:format>application", "<dc:format>\x01pplication", "not well-formed");
    damaged("<pdfaProperty:name>batch<", "<pdfaProperty:name>butch<", "not described");
    damaged("Giấy khai sinh</rdf", "Giấy khai tinh</rdf", "disagree about Title");
    damaged("<xmp:CreateDate>2026", "<xmp:CreateDate>2025", "disagree about CreationDate");
    damaged("/Subtype /XML", "/SubType /XML", "no readable XMP");
    damaged("/Metadata ", "/Metadatb ", "no readable XMP");
}

static void faults_of_the_output_intent_are_found(void **state)
{
    (void)state;
    make_good(false);
    damaged("/OutputIntents", "/OutputIntenta", "no PDF/A output intent");
    damaged("/S /GTS_PDFA1", "/S /GTS_PDFX1", "no PDF/A output intent");
    damaged("/DestOutputProfile", "/DestOutputProfilf", "no good RGB colour profile");
    damaged("/N 3", "/N 4", "no good RGB colour profile");
    damaged("/OutputConditionIdentifier", "/OutputConditionIdentifies",
            "does not name its condition");
}

static void faults_of_the_pages_are_found(void **state)
{
    (void)state;
    make_good(false);
    damaged("/Count 2", "/Count 3", "count of pages");
    damaged("/Kids [", "/Kidz [", "page tree is broken");
    damaged("/MediaBox", "/MediaBix", "size is not between");
    damaged("/Resources", "/Resourcez", "no resources");
    damaged("/XObject <<", "/XObjecc <<", "names a XObject");
    damaged("/Font <<", "/Fond <<", "names a Font");
    damaged("/Type /Page\n", "/Type /Pagf\n", "page tree is broken");
}

static void faults_of_the_images_are_found(void **state)
{
    (void)state;
    make_good(false);
    damaged("/ColorSpace /DeviceRGB", "/ColorSpace /DeviceRGX", "colour space");
    damaged("/ColorSpace /DeviceRGB", "/ColorSpace/DeviceCMYK", "colour space");
    damaged("/Width 827", "/Width 828", "not what its dictionary says");
    damaged("/BitsPerComponent 8", "/BitsPerComponent 7", "depth");
    damaged("/Filter [ /DCTDecode ]", "/Filter [ /LZWDecode ]", "filter that PDF/A forbids");
    damaged("/Columns 827", "/Columns 829", "fax-coded");
    damaged("\xFF\xD8\xFF\xE0", "\xFF\xD9\xFF\xE0", "JPEG image is damaged");
    damaged("/Height 1169", "/Hejght 1169", "no size");
}

static void faults_of_the_fonts_are_found(void **state)
{
    (void)state;
    make_good(false);
    damaged("/ToUnicode", "/ToUnicodd", "no ToUnicode");
    damaged("/FontFile2", "/FontFileX", "not embedded");
    damaged("/CIDToGIDMap", "/CIDToGIDMaq", "no map from codes");
    damaged("/DW 500", "/DW 400", "width of code");
    damaged("/DescendantFonts", "/DescendantFontz", "no descendant");
    damaged("/CIDSystemInfo", "/CIDSystemInfx", "character collection");
    damaged("/Length1 3", "/Length1 4", "embedded font is damaged");
    damaged("/Type /Font\n/Subtype /Type0", "/Type /Fond\n/Subtype /Type0", "without a font");
}

static void forbidden_things_are_found(void **state)
{
    (void)state;
    make_good(true);
    damaged("/F 132", "/F 130", "print and show");
    damaged("/AP <<", "/AQ <<", "no appearance");
    damaged("/FT /Sig", "/AA /Sig", "additional actions");
    damaged("/ViewerPreferences <<", "/OpenAction        <<", "starts an action");
    char *form = arena_strndup(arena, find("/Fields ["), strlen("/Fields [ 12 0 R ]\n/SigFlags 3"));
    damaged(form, "/NeedAppearances true         ", "draw its fields");
    char *info = strstr(find("\ntrailer"), "/Info ");
    info = arena_strndup(arena, info, strlen("/Info 12 0 R"));
    damaged(info, "/Encrypt 1  ", "encrypted");
    damaged("/SigFlags 3", "/XFA      3", "XFA");
    damaged("/Subtype /Widget", "/Subtype /Screen", "forbidden");
    damaged("/Lang (vi-VN)", "/AF [1 0 R]  ", "attachments");
    damaged("/Contents <00", "/Contents <00", "not signed yet");
    damaged("2147483647", "2147483648", "above 31 bits");
    damaged("/Producer", "/JS      ", "forbids");
}

/* ---------------------------------------------------------------- faults that need more */

static void append_and_check(const char *tail, const char *words)
{
    struct archive_verdict verdict;
    struct buffer bytes = {0};
    buffer_add(&bytes, good, good_size);
    buffer_text(&bytes, tail);
    assert_int_equal(file_write(in("bad.pdf"), bytes.data, bytes.size, &fault), STATUS_OK);
    buffer_clear(&bytes);
    assert_int_equal(check(in("bad.pdf"), &verdict), STATUS_REJECT);
    assert_told(words);
}

static void bytes_behind_the_end_are_found(void **state)
{
    (void)state;
    make_good(false);
    append_and_check("x", "follow the end");
    append_and_check("\n\n", "follow the end");
}

static void a_wrong_offset_is_found(void **state)
{
    struct archive_verdict verdict;
    (void)state;
    make_good(false);
    char *table = find("\nxref\n");
    char *entry = strstr(table, " 00000 n");
    entry[-1] = entry[-1] == '9' ? '0' : (char)(entry[-1] + 1);
    assert_int_equal(file_write(in("bad.pdf"), good, good_size, &fault), STATUS_OK);
    assert_int_equal(check(in("bad.pdf"), &verdict), STATUS_REJECT);
    assert_told("Object 1 is not whole");
}

static void a_file_that_was_cut_is_refused_in_words(void **state)
{
    struct archive_verdict verdict;
    (void)state;
    make_good(false);
    for (size_t size = 0; size < good_size; size += good_size / 23) {
        assert_int_equal(file_write(in("bad.pdf"), good, size, &fault), STATUS_OK);
        assert_int_equal(check(in("bad.pdf"), &verdict), STATUS_REJECT);
        assert_true(told.size > 10);
        assert_true(strlen(fault.text) > 10);
    }
    assert_int_equal(check(in("absent.pdf"), &verdict), STATUS_REJECT);
}

static void other_kinds_of_files_are_refused_in_words(void **state)
{
    static const char *const files[] = {
        "",
        "%PDF-1.5\n",
        "\x89PNG\r\n\x1a\n and more bytes than thirty-two in all",
        "%PDF-1.5\n1 0 obj\n<</Type/XRef/W[1 1 1]/Size "
        "2>>\nstream\n\nendstream\nendobj\nstartxref\n9\n%%EOF\n",
        "%PDF-1.4\nxref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Size 1/Prev "
        "9>>\nstartxref\n9\n%%EOF\n",
        "%PDF-1.4\nxref\n0 99999999\n0000000000 65535 f\r\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"};
    struct archive_verdict verdict;
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        assert_int_equal(file_write(in("bad.pdf"), files[i], strlen(files[i]), &fault), STATUS_OK);
        assert_int_equal(check(in("bad.pdf"), &verdict), STATUS_REJECT);
        assert_true(told.size > 10);
    }
}

/* Operators, depth and codes: content that our writer would never make, in a file it made. The text
 * of a word is chosen so that the content is long enough to be written over. */
static void faults_of_the_content_are_found(void **state)
{
    static const struct {
        const char *content, *words;
    } cases[] = {
        {"q q Q", "q and Q do not match"},
        {"Q", "q and Q do not match"},
        {"q q q q q q q q q q q q q q q q q q q q q q q q q q q q q q Q", "nested above 28"},
        {"1 2 bogus", "unknown operator bogus"},
        {"/Nothing Do", "names a XObject"},
        {"0 0 0 1 k", "CMYK"},
        {"/DeviceCMYK cs", "CMYK"},
        {"BT (a) Tj ET", "without a font"},
        {"BT /T 9 Tf <0000> Tj ET", "shows no glyph"},
        {"BT /T 9 Tf <FFF0> Tj ET", "has no Unicode"},
        {"BT /T 9 Tf <0001FF> Tj ET", "odd number"},
        {"/X gs", "names a ExtGState"},
        {"(unfinished", "damaged"},
        {"BI /W 1 ID x EI", "inline images"},
    };
    (void)state;
    add("p.tif", SAMPLE_BILEVEL, 0, false);
    build(false, "good.pdf");
    assert_int_equal(file_read(in("good.pdf"), 1 << 26, arena, &good, &good_size, &fault),
                     STATUS_OK);
    struct pdf_file file = open_pdf("good.pdf");
    const uint8_t *bytes;
    size_t size;
    assert_true(
        pdf_stream_raw(&file, pdf_get(&file, page_of(&file, 0), "Contents"), &bytes, &size));
    char *stream = good + (bytes - file.bytes);
    pdf_file_close(&file);
    /* the stream becomes plain: its Filter entry is renamed, blanks fill it up */
    char *filter = stream;
    while (memcmp(filter, "/Filter", 7) != 0)
        filter--;
    memcpy(filter, "/Nilter", 7);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct archive_verdict verdict;
        memset(stream, ' ', size);
        memcpy(stream, cases[i].content, strlen(cases[i].content));
        assert_int_equal(file_write(in("bad.pdf"), good, good_size, &fault), STATUS_OK);
        assert_int_equal(check(in("bad.pdf"), &verdict), STATUS_REJECT);
        assert_told(cases[i].words);
    }
}

/* ---------------------------------------------------------------- files that keep a reader busy */

#define LEVELS 30

/* Objects 10 ... each name the next one ten times: ten to the power of LEVELS ways to the last. */
static enum status check_levels(const char *catalog, const char *page, const char *before,
                                const char *behind, const char *last)
{
    static const char xmp[] =
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
        "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
        "<rdf:Description rdf:about=\"\" xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\">"
        "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>"
        "</rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"r\"?>\n";
    struct archive_verdict verdict;
    struct sample_file file = {0};
    sample_begin(&file);
    sample_object(
        &file, 1,
        arena_printf(arena, "<< /Type /Catalog /Pages 2 0 R /Metadata 5 0 R %s >>", catalog));
    sample_object(&file, 2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>");
    sample_object(
        &file, 3,
        arena_printf(arena, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] %s >>", page));
    sample_object(&file, 4, "<< /Type /OCG /Name (a) >>");
    for (int i = 10; i < 10 + LEVELS; i++) {
        struct buffer body = {0};
        buffer_text(&body, before);
        for (int j = 0; j < 10; j++)
            buffer_printf(&body, "%d 0 R ", i + 1);
        buffer_printf(&body, "%s%c", behind, 0);
        sample_object(&file, i, (const char *)body.data);
        buffer_clear(&body);
    }
    sample_object(&file, 10 + LEVELS, last);
    sample_stream(&file, 5, "/Type /Metadata /Subtype /XML", xmp, sizeof xmp - 1);
    sample_table(&file, "/Root 1 0 R");
    assert_int_equal(file_write(in("bad.pdf"), file.out.data, file.out.size, &fault), STATUS_OK);
    buffer_clear(&file.out);
    return check(in("bad.pdf"), &verdict);
}

static void what_names_one_another_is_looked_at_once(void **state)
{
    static const char action[] = "/Annots [<< /Subtype /Link /Rect [0 0 1 1] /F 4 /A 10 0 R >>]";
    (void)state;
    check_levels("", action, "<< /S /URI /URI (x) /Next [", "] >>", "<< /S /URI /URI (x) >>");
    assert_null(strstr((char *)told.data, "forbids"));
    check_levels("", action, "<< /S /URI /URI (x) /Next [", "] >>", "<< /S /Other >>");
    assert_told("action that PDF/A forbids");
    check_levels("/Names << /EmbeddedFiles 10 0 R >>", "", "<< /Kids [", "] >>", "<< /Names [] >>");
    assert_told("list of attachments is broken");
    check_levels("/OCProperties << /OCGs [4 0 R] /D << /Name (d) /Order 10 0 R >> >>", "", "[", "]",
                 "[]");
    assert_told("too much optional content");
}

/* Fifty pages that show the same eight million blanks (zeros are blanks). */
static void a_stream_of_many_pages_is_not_read_for_all_of_them(void **state)
{
    enum { FIRST = 10, PAGES = 50 };
    struct archive_verdict verdict;
    struct sample_file file = {0};
    struct image zeros = {0};
    struct buffer kids = {0}, data = {0};
    (void)state;
    image_init(&zeros, 4096, 2048, 1, 8);
    memset(zeros.data, 0, zeros.stride * (size_t)zeros.height_px);
    assert_int_equal(flate_encode(&zeros, &data, &fault), STATUS_OK);
    image_clear(&zeros);
    sample_begin(&file);
    sample_object(&file, 1, "<< /Type /Catalog /Pages 2 0 R >>");
    sample_stream(
        &file, 3,
        "/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 1 /BitsPerComponent 8 "
        "/Columns 4096 >>",
        data.data, data.size);
    for (int i = FIRST; i < FIRST + PAGES; i++) {
        buffer_printf(&kids, "%d 0 R ", i);
        sample_object(&file, i,
                      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 3 0 R "
                      "/Resources << >> >>");
    }
    sample_object(&file, 2,
                  arena_printf(arena, "<< /Type /Pages /Count %d /Kids [%.*s] >>", PAGES,
                               (int)kids.size, (const char *)kids.data));
    sample_table(&file, "/Root 1 0 R");
    assert_int_equal(file_write(in("bad.pdf"), file.out.data, file.out.size, &fault), STATUS_OK);
    buffer_clear(&file.out);
    buffer_clear(&kids);
    buffer_clear(&data);
    assert_int_equal(check(in("bad.pdf"), &verdict), STATUS_REJECT);
    assert_null(strstr((char *)told.data, "page 20: the content cannot be read"));
    assert_told("page 50: the content cannot be read");
}

static const struct CMUnitTest tests[] = {
    PROBE_TEST(a_good_file_has_no_fault),
    PROBE_TEST(faults_of_the_frame_are_found),
    PROBE_TEST(faults_of_the_metadata_are_found),
    PROBE_TEST(faults_of_the_output_intent_are_found),
    PROBE_TEST(faults_of_the_pages_are_found),
    PROBE_TEST(faults_of_the_images_are_found),
    PROBE_TEST(faults_of_the_fonts_are_found),
    PROBE_TEST(forbidden_things_are_found),
    PROBE_TEST(bytes_behind_the_end_are_found),
    PROBE_TEST(a_wrong_offset_is_found),
    PROBE_TEST(a_file_that_was_cut_is_refused_in_words),
    PROBE_TEST(other_kinds_of_files_are_refused_in_words),
    PROBE_TEST(faults_of_the_content_are_found),
    PROBE_TEST(what_names_one_another_is_looked_at_once),
    PROBE_TEST(a_stream_of_many_pages_is_not_read_for_all_of_them),
};

PROBE_MAIN(tests)
