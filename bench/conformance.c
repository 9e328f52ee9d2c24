/*
 * Documents of all kinds for the judges of bench/conformance.sh, from pages drawn here: 1 to 300
 * pages; portrait, landscape, turned; colour, grey, bilevel; no text, dense text, chữ Nôm; titles
 * with &<>" and 500 letters.
 *
 *   conformance build PROFILE COUNT FOLDER        PROFILE: faithful layered 3u 1b
 *   conformance sign PROFILE COUNT FOLDER KEY ROOTS TSA LEVEL [WAY [MORE]]
 *                                        the same, signed, LEVEL B-B ... B-LTA
 *   conformance check FILE...            our checker; its CPU time
 *   conformance many FOLDER              CPU a page and memory at 1 to 5,000 pages
 *
 * WAY: plain; late (signed while no authority answered, proven later); two (MORE: the officer's
 * key); pss, sha384, sha512; renewed (MORE: the authority of the second archive time-stamp).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/archive.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/image_codec.h"
#include "core/message.h"
#include "core/text.h"
#include "tests/made_papers.h"
#include "tests/sample_pages.h"

#define DPI 60 /* the judges look at structure; small pages let them look at many */
#define POOL 24
#define CUSTODIAN "Ủy ban nhân dân xã Đông Sơn, tỉnh Thanh Hóa"
#define TIME "2026-11-22T14:05:09+07:00"

struct pool_page {
    char path[400], alto[400];
    struct words words;
    int turn_deg;
};

struct maker {
    struct pool_page pool[POOL];
    struct archive_settings settings;
    enum archive_flavour flavour;
    size_t start;    /* page of the pool that a document begins with */
    char moment[26]; /* that stands on the document */
    struct arena *arena;
    struct error error;
};

static void must(struct maker *maker, enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "conformance: %s: %s\n", what, maker->error.text);
    exit(1);
}

/* ---------------------------------------------------------------- pages */

/* Words of a made paper in lines over the page; dense: smaller and to the edges. */
static void lay_words(struct maker *maker, size_t number, bool dense, int width, int height,
                      struct words *out)
{
    struct made_paper paper;
    const int line_height = dense ? 6 : 14, advance = dense ? 22 : 50;
    made_paper(7, (uint32_t)number, MADE_CLEAN, maker->arena, &paper);
    char *text = arena_printf(maker->arena, "𡨸喃 &<>\"' %s", paper.clean), *rest = NULL;
    char *word = strtok_r(text, " \n", &rest);
    size_t lines = (size_t)((height - 20) / line_height), per = (size_t)((width - 20) / advance);
    *out = (struct words){.width_px = width,
                          .height_px = height,
                          .dpi = DPI,
                          .engine = "made",
                          .model = "made",
                          .lines = arena_array(maker->arena, lines, sizeof *out->lines)};
    for (size_t i = 0; i < lines && word != NULL; i++) {
        struct line *line = &out->lines[out->line_count++];
        line->words = arena_array(maker->arena, per, sizeof *line->words);
        for (size_t j = 0; j < per && word != NULL; j++) {
            line->words[line->word_count++] =
                (struct word){.text = text_nfc(maker->arena, word),
                              .confidence = 0.9,
                              .box = {10 + (int)j * advance, 10 + (int)i * line_height, advance - 4,
                                      line_height - 2}};
            word = strtok_r(NULL, " \n", &rest);
        }
        line->box = line->words[0].box;
    }
}

/* Page n of the pool: three kinds of pixels, four turns, and upright landscape. */
static void make_page(struct maker *maker, size_t n, const char *folder)
{
    struct pool_page *page = &maker->pool[n];
    struct image upright = {0}, stored = {0}, wide = {0};
    struct words unused;
    const bool landscape = n % 8 >= 6, jpeg = n % 2 == 1;
    sample_page((enum sample_kind)(n % 3), DPI, maker->arena, &upright, &unused);
    if (landscape) {
        image_turn(&upright, 90, &wide);
        image_clear(&upright);
        upright = wide;
    }
    if (n % 5 != 4)
        lay_words(maker, n, n % 4 == 0, upright.width_px, upright.height_px, &page->words);
    page->turn_deg = (int)(n % 4) * 90;
    image_turn(&upright, (360 - page->turn_deg) % 360, &stored);
    snprintf(page->path, sizeof page->path, "%s/page-%02zu.img", folder, n);
    snprintf(page->alto, sizeof page->alto, "%s/page-%02zu.xml", folder, n);
    if (jpeg && stored.bits == 8) {
        struct buffer bytes = {0};
        must(maker, image_encode_jpeg(&stored, 85, &bytes, &maker->error), "JPEG");
        must(maker, file_write(page->path, bytes.data, bytes.size, &maker->error), page->path);
        buffer_clear(&bytes);
    } else {
        must(maker, image_write_tiff(&stored, page->path, NULL, &maker->error), page->path);
    }
    if (page->words.line_count > 0)
        must(maker, words_write_alto(&page->words, "page", page->alto, &maker->error), page->alto);
    image_clear(&upright);
    image_clear(&stored);
}

static enum status give_page(void *context, size_t index, struct arena *arena,
                             struct archive_page *out, struct error *error)
{
    const struct maker *maker = context;
    const struct pool_page *page = &maker->pool[(maker->start + index) % POOL];
    const bool text = page->words.line_count > 0;
    (void)error;
    *out = (struct archive_page){.image_path = page->path,
                                 .words = text ? &page->words : NULL,
                                 .turn_deg = page->turn_deg,
                                 .name = arena_printf(arena, "%04zu-1", index + 1),
                                 .alto_path = text ? page->alto : NULL};
    return STATUS_OK;
}

/* ---------------------------------------------------------------- documents */

static size_t pages_of(size_t number, size_t count)
{
    if (count >= 200 && number + 2 >= count)
        return number + 1 == count ? 300 : 150;
    return number % 25 == 24 ? 50 : 1 + number % 4;
}

/* Of the agency and as the title: the first stands in the metadata, the second in the text at most.
 */
static const char *name_of(struct maker *maker, size_t number)
{
    struct buffer out = {0};
    if (number % 5 == 1)
        return "Ủy ban <số 1> & \"số 2\" 'x'";
    if (number % 5 != 4)
        return CUSTODIAN;
    for (int i = 0; i < 100; i++)
        buffer_text(&out, "ễ<&>\"");
    char *name = arena_strndup(maker->arena, (char *)out.data, out.size);
    buffer_clear(&out);
    return name;
}

/* Lines of the first page as fields, so that their places stand in the metadata. */
static void fill(struct maker *maker, struct document *document, const struct words *words)
{
    static const enum field_id fields[] = {FIELD_AGENCY, FIELD_TITLE, FIELD_OWNER, FIELD_SIGNER};
    document->fields[FIELD_TITLE].value = document->custodian;
    document->fields[FIELD_TYPE].value = "khai_sinh";
    document->fields[FIELD_PROCEDURE].value = "1.001193";
    for (size_t i = 0; i < sizeof fields / sizeof *fields && i < words->line_count; i++) {
        struct words line = {.lines = &words->lines[i], .line_count = 1};
        document->fields[fields[i]] =
            (struct field){.value = text_tidy(maker->arena, words_text(&line, maker->arena)),
                           .box = words->lines[i].box};
    }
}

static void build(struct maker *maker, size_t number, size_t count, bool sign, bool proven,
                  const char *path)
{
    struct document document;
    struct archive_source source = {.page_count = count, .page = give_page, .context = maker};
    size_t words = 0;
    file_now(maker->moment);
    document_init(&document, "20261122T140509-conf", arena_printf(maker->arena, "%05zu-1", number));
    document.custodian = name_of(maker, number);
    document.signed_at = maker->moment;
    maker->start = number;
    fill(maker, &document, &maker->pool[number % POOL].words);
    must(maker,
         archive_build(&maker->settings, maker->flavour, sign, &document, &source, path, NULL,
                       &maker->error),
         path);
    if (proven)
        must(maker, archive_check_text(path, &source, &words, &maker->error), path);
}

static void open_maker(struct maker *maker, const char *profile, const char *folder)
{
    *maker = (struct maker){.arena = arena_new()};
    maker->flavour = strcmp(profile, "3u") == 0   ? ARCHIVE_PDFA_3U
                     : strcmp(profile, "1b") == 0 ? ARCHIVE_PDFA_1B
                                                  : ARCHIVE_PDFA_2U;
    maker->settings = (struct archive_settings){
        .custodian = CUSTODIAN,
        .copy_form = "SAO Y",
        .key = "",
        .certificate = "",
        .trust = "",
        .pkcs11_module = "",
        .pin_command = "",
        .font = "",
        .icc = "",
        .config = "config",
        .jpeg_quality = 85,
        .layer_quality = 50,
        .reread = REREAD_NEVER, /* drawn words that nobody can read */
        .page_profile = strcmp(profile, "layered") == 0 ? PROFILE_LAYERED : PROFILE_FAITHFUL,
        .tsa = "",
        .tsa_timeout_s = 10};
    for (size_t i = 0; i < POOL; i++)
        make_page(maker, i, folder);
}

static const char *path_of(struct maker *maker, const char *folder, size_t number)
{
    return arena_printf(maker->arena, "%s/%04zu.pdf", folder, number);
}

static int build_all(const char *profile, size_t count, const char *folder)
{
    struct maker maker;
    open_maker(&maker, profile, folder);
    for (size_t i = 0; i < count; i++)
        build(&maker, i, pages_of(i, count), false, true, path_of(&maker, folder, i));
    arena_free(maker.arena);
    return 0;
}

/* ---------------------------------------------------------------- signatures */

static enum archive_level level_of(const char *name)
{
    enum archive_level level = ARCHIVE_B_B;
    while (level < ARCHIVE_B_LTA && strcmp(archive_level_name(level), name) != 0)
        level++;
    return level;
}

struct signing {
    struct maker maker;
    enum archive_level level;
    struct signer *signer, *officer;          /* officer: NULL, she does not sign */
    struct prover *prover, *renewing;         /* NULL: nothing is proven, nothing renewed */
    const char *plain, *half, *once, *proven; /* on the way */
};

static void open_signing(struct signing *s, char **argv, const char *way, const char *more)
{
    struct maker *maker = &s->maker;
    struct archive_settings *settings = &maker->settings;
    const bool late = strcmp(way, "late") == 0, two = strcmp(way, "two") == 0;
    open_maker(maker, argv[2], argv[4]);
    s->level = level_of(argv[8]);
    settings->sign = true;
    settings->key = arena_printf(maker->arena, "file:%s", argv[5]);
    settings->trust = argv[6];
    settings->tsa = late ? "" : argv[7];
    settings->level = (int)s->level;
    settings->signature_scheme = strcmp(way, "pss") == 0 ? ARCHIVE_PSS : ARCHIVE_PKCS1;
    settings->digest = strcmp(way, "sha384") == 0   ? HASH_SHA384
                       : strcmp(way, "sha512") == 0 ? HASH_SHA512
                                                    : HASH_SHA256;
    settings->officer_key = two ? arena_printf(maker->arena, "file:%s", more) : "";
    settings->officer_certificate = settings->officer_pin_command = "";
    must(maker, signer_open(settings, "", &s->signer, &maker->error), "key");
    if (two)
        must(maker, signer_open_officer(settings, "", &s->officer, &maker->error), more);
    settings->tsa = argv[7]; /* now it answers */
    if (s->level > ARCHIVE_B_B)
        must(maker, prover_open(settings, &s->prover, &maker->error), "roots");
    if (strcmp(way, "renewed") == 0) {
        struct archive_settings *later = arena_array(maker->arena, 1, sizeof *later);
        *later = *settings;
        later->tsa = more;
        must(maker, prover_open(later, &s->renewing, &maker->error), more);
    }
    s->plain = file_join(maker->arena, argv[4], "plain");
    s->half = file_join(maker->arena, argv[4], "half");
    s->once = file_join(maker->arena, argv[4], "signed");
    s->proven = file_join(maker->arena, argv[4], "proven");
}

/* By the officer first, in a revision of its own. */
static void sign_roles(struct signing *s, const char *to)
{
    struct maker *maker = &s->maker;
    must(maker,
         archive_sign(s->officer ? s->officer : s->signer, s->plain, s->officer ? s->half : to,
                      &maker->error),
         to);
    if (s->officer)
        must(maker,
             archive_countersign(s->signer, ARCHIVE_AGENCY_FIELD, CUSTODIAN, maker->moment, s->half,
                                 to, &maker->error),
             to);
}

static void sign_one(struct signing *s, const char *to)
{
    struct maker *maker = &s->maker;
    enum archive_level reached;
    bool wrote = false;
    if (!s->prover) {
        sign_roles(s, to);
        return;
    }
    const char *proven = s->renewing ? s->proven : to;
    sign_roles(s, s->once);
    must(maker,
         archive_prove(s->prover, s->once, proven, s->level, &reached, &wrote, &maker->error), to);
    if (!wrote) /* signing reached it already */
        must(maker, file_copy(s->once, proven, &maker->error), to);
    if (s->renewing)
        must(maker, archive_renew(s->renewing, s->proven, to, &maker->error), to);
}

static int sign_all(char **argv, size_t count, const char *way, const char *more)
{
    struct signing s = {.level = ARCHIVE_B_B};
    open_signing(&s, argv, way, more);
    for (size_t i = 0; i < count; i++) {
        build(&s.maker, i, pages_of(i, count), true, true, s.plain);
        sign_one(&s, path_of(&s.maker, argv[4], i));
    }
    prover_close(s.prover);
    prover_close(s.renewing);
    signer_close(s.signer);
    signer_close(s.officer);
    const char *const left[] = {s.plain, s.half, s.once, s.proven};
    for (size_t i = 0; i < sizeof left / sizeof *left; i++)
        file_remove(left[i], NULL);
    arena_free(s.maker.arena);
    return 0;
}

/* ---------------------------------------------------------------- measures */

static double cpu_s(const struct rusage *usage)
{
    return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
           (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static int check_all(char **paths, int count)
{
    struct rusage usage;
    int bad = 0;
    for (int i = 0; i < count; i++) {
        struct archive_verdict verdict;
        struct error error = {""};
        if (archive_check(paths[i], NULL, &verdict, NULL, NULL, &error) != STATUS_OK) {
            printf("%s: %s\n", paths[i], error.text);
            bad++;
        }
    }
    getrusage(RUSAGE_SELF, &usage);
    printf("%d files, %d refused, %.3f s\n", count, bad, cpu_s(&usage));
    return bad > 0;
}

static int many(const char *folder)
{
    static const size_t counts[] = {1, 50, 500, 5000};
    struct maker maker;
    double first_kb = 0;
    open_maker(&maker, "faithful", folder);
    printf("%8s %14s %12s %16s %12s\n", "pages", "CPU ms/page", "peak MB", "x one page", "file MB");
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct rusage usage = {0};
        int state = 0;
        const char *path = path_of(&maker, folder, i);
        fflush(stdout);
        pid_t child = fork();
        if (child == 0) {
            build(&maker, 0, counts[i], true, false, path);
            _exit(0);
        }
        if (child < 0 || wait4(child, &state, 0, &usage) < 0 || state != 0)
            return 1;
        first_kb = i == 0 ? (double)usage.ru_maxrss : first_kb;
        printf("%8zu %14.2f %12.1f %16.2f %12.1f\n", counts[i],
               cpu_s(&usage) * 1000 / (double)counts[i], (double)usage.ru_maxrss / 1024,
               (double)usage.ru_maxrss / first_kb, (double)file_size(path) / 1e6);
        file_remove(path, NULL);
    }
    arena_free(maker.arena);
    return 0;
}

int main(int argc, char **argv)
{
    message_use("en");
    if (argc > 1 && strcmp(argv[1], "sign") != 0) /* signatures need the true time */
        setenv("SOHOA_NOW", TIME, 0);
    if (argc == 5 && strcmp(argv[1], "build") == 0)
        return build_all(argv[2], strtoul(argv[3], NULL, 10), argv[4]);
    if (argc >= 9 && argc <= 11 && strcmp(argv[1], "sign") == 0)
        return sign_all(argv, strtoul(argv[3], NULL, 10), argc > 9 ? argv[9] : "plain",
                        argc > 10 ? argv[10] : "");
    if (argc > 2 && strcmp(argv[1], "check") == 0)
        return check_all(argv + 2, argc - 2);
    if (argc == 3 && strcmp(argv[1], "many") == 0)
        return many(argv[2]);
    fprintf(stderr, "usage: conformance build|sign|check|many ...\n");
    return 2;
}
