/* Any bytes as a PDF: the checker says what is wrong in sentences and comes back. A third of the
 * input is taken as the file itself, the others as edits of good files, so that the deep parts are
 * reached although every inserted byte moves the cross-reference table away: one of ours, and one
 * with object streams and a chain of cross-reference streams and a table. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/message.h"
#include "core/text.h"
#include "tests/fuzz/driver/fuzz.h"
#include "tests/sample_pdf.h"
#include "tests/unit/archive_document.h"

const unsigned fuzz_rounds = 3000;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(
        "\x01%PDF-1.4\n%\xE2\xE3\xCF\xD3\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        "2 0 obj\n<</Type/Pages/Kids[3 0 R]/Count 1>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R"
        "/MediaBox[0 0 9 9]/Resources<<>>>>\nendobj\nxref\n0 4\n0000000000 65535 f\r\n"
        "0000000015 00000 n\r\n0000000060 00000 n\r\n0000000111 00000 n\r\n"
        "trailer\n<</Size 4/Root 1 0 R/ID[<00><00>]>>\nstartxref\n195\n%%EOF\n"),
    FUZZ_SEED("\x01%PDF-1.4\nxref\n0 1\n0000000000 65535 f\r\ntrailer\n<</Root<</A[[[[(\\101<</B"),
    FUZZ_SEED("\x02\x10\x00\x01<\x20\x00\x02>\x30\x00\x03[\x40\x00\x00\xFF\x50\x00\x04"),
    FUZZ_SEED("\x02\x00\x08\x00\x30\xFF\xF0\x01R\x80\x00\x05/\x81\x40\x01("),
    FUZZ_SEED("\x03\x10\x00\x01<\x20\x00\x02>\x30\x00\x03[\x40\x00\x00\xFF\x50\x00\x04"),
    FUZZ_SEED("\x03\x20\x00\x01\x39\x40\x00\x01\x37\x60\x00\x01\x31\x90\x00\x01\x38"),
    FUZZ_SEED("\x03\xA0\x00\x01\x30\xB0\x00\x00\x02\xC0\x00\x00\x02\xE0\x00\x01\x35"),
    FUZZ_SEED("\x01%PDF-1.5\n1 0 obj\n<</Type/XRef/W[1 2 1]/Size 3/Root 2 0 R/Length 12>>\nstream\n"
              "\x00\x00\x00\x00\x01\x00\x09\x00\x02\x00\x01\x00\nendstream\nendobj\nstartxref\n9\n%"
              "%EOF\n"),
    FUZZ_SEED(
        "\x01%PDF-1.5\n1 0 obj\n<</Type/XRef/W[9 8 8]/Index[0 8388607]/Size 3/Prev 9/XRefStm 9"
        "/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 4>>/Length 9>>\nstream\n"
        "x\x9c\x03\x00\x00\x00\x00\x01\nendstream\nendobj\nstartxref\n9\n%%EOF\n"),
    FUZZ_SEEDS_END,
};

static int file = -1;
static char path[64];
static uint8_t *base;
static size_t base_size;
static struct sample_file packed;

/* Pages and fields in object streams, an update of each kind behind them. */
static void make_packed(void)
{
    static const int numbers[] = {1, 2, 3, 5};
    static const char *const first[] = {
        "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        "<< /Fields [6 0 R] >>"};
    sample_begin(&packed);
    sample_packed(&packed, 10, numbers, first, 4, "", NULL);
    sample_stream(&packed, 4, "", "q Q", 3);
    sample_xref(&packed, 11, "/Root 1 0 R /ID [<01> <02>]", NULL, NULL);
    sample_object(&packed, 6, "<< /FT /Sig /T (a) /V 7 0 R >>");
    sample_object(&packed, 7, "<< /Type /Sig /ByteRange [0 1 2 3] /Contents <00> >>");
    sample_table(&packed, "/Root 1 0 R /ID [<01> <03>]");
    sample_packed(&packed, 12, numbers, first, 2, "/Extends 10 0 R", NULL);
    sample_xref(&packed, 13, "/Root 1 0 R /ID [<01> <04>]", NULL, NULL);
}

/* A small signed-to-be document, made once. */
static void make_base(void)
{
    static struct sample_document sample;
    struct arena *arena = arena_new();
    struct error error = {""};
    const char *folder = fuzz_folder();
    char *bytes = NULL;
    const char *page = file_join(arena, folder, "p.tif"), *pdf = file_join(arena, folder, "a.pdf");
    message_use("en");
    sample_document(&sample);
    fuzz_check(sample_add_page(&sample, arena, page, SAMPLE_BILEVEL, 40, 0, false, &error) ==
                       STATUS_OK &&
                   sample_build(&sample, ARCHIVE_PDFA_2U, true, pdf, NULL, &error) == STATUS_OK &&
                   file_read(pdf, 1 << 24, arena, &bytes, &base_size, &error) == STATUS_OK,
               "the good file is made");
    base = malloc(base_size);
    fuzz_check(base != NULL, "the test has memory");
    memcpy(base, bytes, base_size);
    arena_free(arena);
    file = memfd_create("pdf", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
}

static void store(const uint8_t *bytes, size_t size)
{
    fuzz_check(file >= 0 && ftruncate(file, 0) == 0 &&
                   pwrite(file, bytes, size, 0) == (ssize_t)size,
               "the test has memory");
}

/* Four bytes an edit: place (16 bits over the whole file), kind, value. */
static void store_edited(const uint8_t *good, size_t good_size, const uint8_t *edits, size_t size)
{
    uint8_t *copy = malloc(good_size);
    fuzz_check(copy != NULL, "the test has memory");
    memcpy(copy, good, good_size);
    for (size_t i = 0; i + 4 <= size; i += 4) {
        size_t at = ((size_t)edits[i] << 8 | edits[i + 1]) * good_size / 65536;
        switch (edits[i + 2] % 4) {
        case 0:
            copy[at] = edits[i + 3];
            break;
        case 1: /* the next digit, where numbers are */
            while (at + 1 < good_size && (copy[at] < '0' || copy[at] > '9'))
                at++;
            copy[at] = (uint8_t)('0' + edits[i + 3] % 10);
            break;
        case 2: /* the next name */
            while (at + 2 < good_size && copy[at] != '/')
                at++;
            if (at + 1 < good_size)
                copy[at + 1] = edits[i + 3];
            break;
        default: /* a piece from elsewhere */
            memmove(copy + at, copy + good_size - at - 1 - (good_size - at - 1) / 2,
                    (good_size - at) / 2 < edits[i + 3] ? (good_size - at) / 2 : edits[i + 3]);
        }
    }
    store(copy, good_size);
    free(copy);
}

static void judge_finding(void *context, const char *sentence)
{
    ++*(int *)context;
    fuzz_check(strlen(sentence) > 5, "a finding is a sentence");
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct archive_verdict verdict;
    struct error error = {""};
    int findings = 0;
    if (base == NULL) {
        make_base();
        make_packed();
    }
    if (size > 0 && bytes[0] % 2 == 0)
        store_edited(base, base_size, bytes + 1, size - 1);
    else if (size > 0 && bytes[0] % 4 == 3)
        store_edited(packed.out.data, packed.out.size, bytes + 1, size - 1);
    else
        store(bytes + (size > 0), size - (size > 0));
    enum status status = archive_check(path, NULL, &verdict, judge_finding, &findings, &error);
    fuzz_check(status == STATUS_OK || status == STATUS_REJECT, "a file is good or bad");
    fuzz_check((status == STATUS_OK) == (findings == 0),
               "what is bad is told, what is told is bad");
    fuzz_check(status == STATUS_OK || error.text[0] != 0, "a rejection has its sentence");
    fuzz_check(status == STATUS_OK || text_valid(error.text, strlen(error.text)), "in UTF-8");
    return 0;
}
