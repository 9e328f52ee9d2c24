/*
 * Any bytes as a PDF whose signatures are judged: no trust without a chain, no signature without
 * one. The same bytes as changes to a file that we signed: two bytes of place, then what is changed
 * there; whatever changes it, it is intact no more.
 */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "archive/archive.h"
#include "archive/sign/signature.h"
#include "core/file.h"
#include "core/message.h"
#include "tests/fuzz/driver/fuzz.h"
#include "tests/sample_pdf.h"

const unsigned fuzz_rounds = 2500;
const struct fuzz_seed fuzz_seeds[] = {
    FUZZ_SEED(""),
    FUZZ_SEED("\x00\x05\x01"),
    FUZZ_SEED("\x02\x80\x07\x00\x00\x00\x01\x20"),
    FUZZ_SEED(
        "1 0 obj <</ByteRange [0 10 20 30]/Contents <00>/SubFilter/ETSI.CAdES.detached>> endobj"),
    FUZZ_SEED(
        "1 0 obj << /V << /ByteRange [0 25 27 9999999999999999999] /Contents <30800000> >> >>"),
    FUZZ_SEED("1 0 obj [<</ByteRange [0 1 (2) 3]/ByteRange[]/Contents ()>>] stream\n/ByteRange"),
    FUZZ_SEED("7 0 obj << >> stream\r\n1 0 obj << /ByteRange [0 1 2 3] >>\nendstream 1 0 obj << "
              "/ByteRange"),
    FUZZ_SEED(
        "1 0 obj <<<<<<<<[[[[((((/ByteRange [0 2147483647 2147483647 2147483647] % x\n/M (D:"),
    FUZZ_SEEDS_END,
};

/* The dictionary of the signature; the rest of the file lies in an object stream. */
static const char dictionary[] =
    "<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached "
    "/ByteRange [0 2147483647 2147483647 2147483647] /M (D:20261122140509+07'00') "
    "/Contents <%0*d> >>";
static const int numbers[] = {1, 3, 4};
static const char *const bodies[] = {
    "<< /Type /Catalog /Lang (vi) /AcroForm 3 0 R >>", "<< /Fields [4 0 R] /SigFlags 3 >>",
    "<< /Type /Annot /Subtype /Widget /FT /Sig /T (a) /V 2 0 R /Rect [0 0 0 0] >>"};
#define ROOM 6000 /* digits */

static char trust[96], path[64];
static uint8_t *whole, *changed;
static size_t whole_size;
static int file = -1;

static void must(enum status status, const struct error *error)
{
    fuzz_check(status == STATUS_OK, error->text);
}

static void store(const uint8_t *bytes, size_t size)
{
    fuzz_check(ftruncate(file, 0) == 0 && pwrite(file, bytes, size, 0) == (ssize_t)size,
               "the test has memory");
}

static void clean_up(void)
{
    free(whole);
    free(changed);
}

static void sign_one(struct arena *arena)
{
    struct archive_settings settings = {
        .key = arena_printf(arena, "file:%s/keys/agency.p12", fuzz_folder()),
        .certificate = "",
        .pin_command = arena_printf(arena, "cat %s/keys/agency.pass", fuzz_folder())};
    const char *plain = file_join(arena, fuzz_folder(), "plain.pdf"),
               *to = file_join(arena, fuzz_folder(), "s.pdf");
    struct signer *signer = NULL;
    struct error error = {""};
    char *bytes = NULL;
    struct sample_file made;
    sample_begin(&made);
    sample_packed(&made, 10, numbers, bodies, 3, "", NULL);
    sample_object(&made, 2, arena_printf(arena, dictionary, ROOM, 0));
    sample_xref(&made, 11, "/Root 1 0 R", NULL, NULL);
    must(file_write(plain, made.out.data, made.out.size, &error), &error);
    buffer_clear(&made.out);
    must(archive_test_keys(file_join(arena, fuzz_folder(), "keys"), "UBND", &error), &error);
    must(signer_open(&settings, NULL, &signer, &error), &error);
    must(archive_sign(signer, plain, to, &error), &error);
    signer_close(signer);
    must(file_read(to, 1 << 20, arena, &bytes, &whole_size, &error), &error);
    whole = memcpy(memory_new(whole_size), bytes, whole_size);
    changed = memory_new(whole_size);
}

static void set_up(void)
{
    struct arena *arena = arena_new();
    message_use("en");
    setenv("SOHOA_NOW", "2026-11-22T14:05:09+07:00", 1);
    file = memfd_create("pdf", MFD_CLOEXEC);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    fuzz_check(file >= 0, "the test has a file");
    snprintf(trust, sizeof trust, "%s/keys/ca.pem", fuzz_folder());
    sign_one(arena);
    atexit(clean_up);
    arena_free(arena);
}

static void hear(void *context, const char *sentence)
{
    fuzz_check(sentence[0] != '\0', "something is told");
    ++*(int *)context;
}

static enum status check(struct archive_verdict *verdict)
{
    struct error error;
    int told = 0;
    enum status status = signature_check(path, trust, verdict, hear, &told, &error);
    fuzz_check(status == (told ? STATUS_REJECT : STATUS_OK), "faults and outcome agree");
    fuzz_check(!verdict->trusted || verdict->signatures > 0, "no trust without a signature");
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct archive_verdict verdict;
    if (file < 0)
        set_up();
    store(bytes, size);
    check(&verdict);
    fuzz_check(!verdict.trusted, "no trust without a chain");

    memcpy(changed, whole, whole_size);
    size_t at = size >= 2 ? (size_t)(bytes[0] << 8 | bytes[1]) % whole_size : 0;
    for (size_t i = 2; i < size && at + i - 2 < whole_size; i++)
        changed[at + i - 2] ^= bytes[i];
    store(changed, whole_size);
    enum status status = check(&verdict);
    if (memcmp(changed, whole, whole_size) == 0)
        fuzz_check(status == STATUS_OK && verdict.intact && verdict.trusted, "ours is intact");
    else
        fuzz_check(status != STATUS_OK || verdict.signatures == 0, "a change is found");
    return 0;
}
