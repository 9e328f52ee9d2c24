/*
 * Images in files as if they came from a scanner: each page one sheet, its front.
 *
 * A file is taken whole or not at all: of a multi-page TIFF every page is decoded before the first
 * is stored, so that no document loses a page in its middle without a word.
 */
#include "ingest/ingest.h"

#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/image.h"
#include "core/message.h"
#include "core/text.h"
#include "ingest/effort.h"
#include "ingest/master.h"
#include "ingest/received.h"
#include "ingest/resume.h"

typedef void held_fn(void *context, const char *path, const char *why);

struct run {
    const char *folder;
    const struct ingest_sink *sink;
    held_fn *held;
    struct ingest_result *result;
    int sheet;           /* the next */
    struct arena *arena; /* of the file in hand */
    struct known_pages *known;
};

/* ---------------------------------------------------------------- names */

/* Controls, and the marks that turn the direction of what follows: they make a name look like
 * another one, or a terminal do things. */
static bool hostile(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x200e || code == 0x200f ||
           (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xfeff;
}

static size_t sequence_size(const char *at)
{
    size_t left = strnlen(at, 4);
    for (size_t size = 1; size <= left; size++)
        if (text_valid(at, size))
            return size;
    return 0;
}

/* The path as it may be shown and logged; odd says whether something had to be written as \xNN. */
static char *printable(struct arena *arena, const char *path, bool *odd)
{
    struct buffer text = {0};
    *odd = false;
    for (const char *at = path; *at;) {
        size_t size = sequence_size(at);
        const char *next = at;
        if (size && !hostile(text_next(&next))) {
            buffer_add(&text, at, size);
            at += size;
            continue;
        }
        *odd = true;
        for (size_t i = 0; i < (size ? size : 1); i++)
            buffer_printf(&text, "\\x%02x", (unsigned char)*at++);
    }
    char *copy = arena_strdup(arena, text.data ? (const char *)text.data : "");
    buffer_clear(&text);
    return copy;
}

/* "2.jpg" before "10.jpg", as people number and file managers show. */
static int by_name(const void *a, const void *b)
{
    const char *one = *(const char *const *)a, *two = *(const char *const *)b;
    int order = strverscmp(one, two);
    return order ? order : strcmp(one, two);
}

/* ---------------------------------------------------------------- one page */

static enum status stopped(int sheet, struct error *error)
{
    return error_set(error, STATUS_RETRY, _("stopped before sheet %d; start again to go on"),
                     sheet);
}

static bool goes_on(const struct run *run, double share)
{
    const struct ingest_sink *sink = run->sink;
    return !sink->progress || sink->progress(sink->context, run->sheet, 1, share);
}

/* The page is durable: counts and tells it. */
static enum status tell(struct run *run, const struct page *page, struct error *error)
{
    run->result->pages++;
    run->result->sheets++;
    run->sheet++;
    return run->sink->page(run->sink->context, page, error);
}

/* The page is safe from before. */
static void count_known(struct run *run)
{
    run->result->pages++;
    run->result->sheets++;
}

static enum status read_page(const char *path, int number, struct image *image, struct error *error)
{
    enum status status = image_read(path, number, image, error);
    if (status == STATUS_OK)
        status = master_check_dpi(image->dpi_x, image->dpi_y, error);
    if (status != STATUS_OK)
        image_clear(image);
    return status;
}

/* Which file a page came from, without its name: people name files after citizens, and what is kept
 * of a page is kept for ever. Who has the file can hash its path and compare. */
static const char *origin_of(struct arena *arena, const char *path)
{
    char hex[HASH_HEX_SIZE];
    hash_bytes(path, strlen(path), hex);
    return arena_printf(arena, "file-%.16s", hex);
}

/* ---------------------------------------------------------------- one file */

/* What came of a file: HELD says that the file is no page and why; the run goes on. */
enum taking { TAKEN, HELD, BROKEN };

/* The bytes that were decoded are those that were stored: the hot folder's writer may still be at
 * it. */
static enum taking take_jpeg(struct run *run, const char *path, const char *origin,
                             const struct image *facts, enum status *status, struct error *error)
{
    struct image image = {0};
    struct page page = {.origin = origin};
    struct image_jpeg_facts own = {0};
    char before[HASH_HEX_SIZE];
    if (image_jpeg_probe(path, &own, error) != STATUS_OK)
        return HELD;
    if (own.cmyk) { /* the copy could not be made of it */
        error_set(error, STATUS_REJECT,
                  _("a JPEG in CMYK, the colours of printing presses, which may not stand in PDF/A "
                    "beside sRGB: save it as RGB, or scan the sheet again"));
        return HELD;
    }
    if (hash_file(path, before, error) != STATUS_OK ||
        read_page(path, 0, &image, error) != STATUS_OK)
        return HELD;
    image_clear(&image);
    if (resume_has_bytes(run->known, origin, before)) {
        count_known(run);
        return TAKEN;
    }
    *status = master_store_jpeg(run->arena, run->folder, run->sheet, 1, path, facts, &page, error);
    if (*status != STATUS_OK)
        return BROKEN;
    if (strcmp(before, page.sha256) != 0) {
        file_remove(file_join(run->arena, run->folder, page.file), NULL);
        file_remove(arena_printf(run->arena, "%s/%s.page.json", run->folder, page.name), NULL);
        error_set(error, STATUS_REJECT, _("the file changed while it was read; import it again"));
        return HELD;
    }
    *status = tell(run, &page, error);
    return *status == STATUS_OK ? TAKEN : BROKEN;
}

static enum taking take_pixels(struct run *run, const char *path, const char *origin, int pages,
                               enum status *status, struct error *error)
{
    struct image image = {0};
    for (int i = 0; pages > 1 && i < pages; i++) {
        if (read_page(path, i, &image, error) != STATUS_OK) {
            error_add(error, STATUS_REJECT, _("page %d of %d"), i + 1, pages);
            return HELD;
        }
        image_clear(&image);
    }
    for (int i = 0; i < pages; i++) {
        struct page page = {.origin = origin};
        if (i && !goes_on(run, 0)) {
            *status = stopped(run->sheet, error);
            return BROKEN;
        }
        *status = read_page(path, i, &image, error);
        if (*status != STATUS_OK)
            return i ? BROKEN : HELD;
        if (resume_has_pixels(run->known, origin, &image)) {
            image_clear(&image);
            count_known(run);
            continue;
        }
        *status = master_store(run->arena, run->folder, run->sheet, 1, &image, NULL, &page, error);
        image_clear(&image);
        if (*status == STATUS_OK)
            *status = tell(run, &page, error);
        if (*status != STATUS_OK)
            return BROKEN;
    }
    return TAKEN;
}

/* The file as it came, under a name that is its content's. */
static enum status keep_received(struct run *run, const char *path, const char *hex,
                                 const char **name, struct error *error)
{
    char again[HASH_HEX_SIZE];
    *name = arena_printf(run->arena, "received-%.16s.pdf", hex);
    char *kept = file_join(run->arena, run->folder, *name);
    if (file_exists(kept))
        return STATUS_OK;
    enum status status = file_copy(path, kept, error);
    if (status == STATUS_OK)
        status = hash_file(kept, again, error);
    if (status == STATUS_OK && strcmp(hex, again) != 0) {
        file_remove(kept, NULL);
        status = error_set(error, STATUS_REJECT,
                           _("the file changed while it was read; import it again"));
    }
    return status;
}

static enum status take_rendered(struct run *run, const char *path, const char *origin, int number,
                                 const char *received, struct error *error)
{
    struct image image = {0};
    struct page page = {
        .origin = origin, .received = received, .received_page = number + 1, .mode = "rendered"};
    double cpu_s = 0;
    enum status status =
        received_render(path, number, RECEIVED_DPI, EFFORT_CALL_MAX_S, &image, &cpu_s, error);
    if (status != STATUS_OK)
        return status;
    if (resume_has_pixels(run->known, origin, &image)) {
        image_clear(&image);
        count_known(run);
        return STATUS_OK;
    }
    status = master_store(run->arena, run->folder, run->sheet, 1, &image, NULL, &page, error);
    image_clear(&image);
    return status == STATUS_OK ? tell(run, &page, error) : status;
}

/* ---------------------------------------------------------------- a PDF of others */

/* What its pages take, before anything of it is kept. */
struct trial {
    const char *path;
    int64_t bytes;
    int pages, dearest;
    double cpu_s, dearest_s;
};

/* At the resolution at which it will be read. */
static enum status check_size(const struct image *image, int dpi, struct error *error)
{
    double scale = (double)RECEIVED_DPI / dpi;
    double width = image->width_px * scale, height = image->height_px * scale;
    if (width <= IMAGE_SIDE_MAX && height <= IMAGE_SIDE_MAX && width * height <= IMAGE_PIXELS_MAX)
        return STATUS_OK;
    return error_set(error, STATUS_REJECT,
                     _("it is %.1f x %.1f m large, which cannot be read at %d dpi; ask who sent it "
                       "for one in the size of the paper"),
                     width / RECEIVED_DPI * 0.0254, height / RECEIVED_DPI * 0.0254, RECEIVED_DPI);
}

static enum status try_page(struct trial *trial, int page, int dpi, double most_s,
                            struct error *error)
{
    struct image image = {0};
    double before_s = trial->cpu_s;
    enum status status =
        received_render(trial->path, page, dpi, most_s, &image, &trial->cpu_s, error);
    if (status == STATUS_OK)
        status = check_size(&image, dpi, error);
    image_clear(&image);
    if (status == STATUS_REJECT)
        return error_add(error, STATUS_REJECT, _("page %d of %d"), page + 1, trial->pages);
    if (trial->cpu_s - before_s > trial->dearest_s) {
        trial->dearest_s = trial->cpu_s - before_s;
        trial->dearest = page;
    }
    return status;
}

static enum status try_coarse(struct run *run, struct trial *trial, struct error *error)
{
    double all_s = effort_pages_s(trial->bytes, trial->pages, RECEIVED_COARSE_DPI);
    double call_s = effort_call_s(trial->bytes);
    enum status status = STATUS_OK;
    for (int i = 0; i < trial->pages && status == STATUS_OK; i++) {
        if (!goes_on(run, 0))
            return stopped(run->sheet, error);
        status = try_page(trial, i, RECEIVED_COARSE_DPI, call_s, error);
        if (status == STATUS_OK && trial->cpu_s > all_s)
            status = received_too_dear(trial->cpu_s, error);
    }
    return status;
}

/* What takes longer the more pixels there are shows only at the full resolution: some pages are
 * tried there when all may take too long. */
static enum status try_fine(struct trial *trial, struct error *error)
{
    enum { TRIED = 5 };
    const double larger =
        (double)RECEIVED_DPI * RECEIVED_DPI / ((double)RECEIVED_COARSE_DPI * RECEIVED_COARSE_DPI);
    double all_s = effort_pages_s(trial->bytes, trial->pages, RECEIVED_DPI);
    int count = trial->pages < TRIED ? trial->pages : TRIED;
    enum status status = STATUS_OK;
    if (trial->cpu_s * larger <= all_s)
        return STATUS_OK;
    trial->cpu_s = 0;
    int dearest = trial->dearest;
    for (int i = 0; i < count && status == STATUS_OK; i++)
        status = try_page(trial, i == 0 ? dearest : (int)((int64_t)i * trial->pages / count),
                          RECEIVED_DPI, effort_call_s(trial->bytes), error);
    double expected_s = trial->cpu_s / count * trial->pages;
    return status == STATUS_OK && expected_s > all_s ? received_too_dear(trial->cpu_s, error)
                                                     : status;
}

static enum status try_pages(struct run *run, const char *path, int pages, struct error *error)
{
    struct trial trial = {.path = path, .bytes = file_size(path), .pages = pages};
    enum status status = try_coarse(run, &trial, error);
    return status == STATUS_OK ? try_fine(&trial, error) : status;
}

/* What is kept is the file; the pages are rendered to be read. */
static enum taking take_pdf(struct run *run, const char *path, const char *origin,
                            enum status *status, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    const char *received = NULL;
    int pages = 0;
    *status = hash_file(path, hex, error);
    if (*status == STATUS_OK && run->sink->known)
        *status = run->sink->known(run->sink->context, hex, error);
    if (*status == STATUS_OK)
        *status = received_look(path, &pages, error);
    if (*status == STATUS_OK)
        *status = try_pages(run, path, pages, error);
    if (*status == STATUS_OK)
        *status = keep_received(run, path, hex, &received, error);
    if (*status == STATUS_REJECT)
        return HELD;
    const char *kept = received ? file_join(run->arena, run->folder, received) : "";
    for (int i = 0; i < pages && *status == STATUS_OK; i++) {
        if (i && !goes_on(run, 0))
            *status = stopped(run->sheet, error);
        else
            *status = take_rendered(run, kept, origin, i, received, error);
    }
    if (*status == STATUS_REJECT)
        error_add(error, *status, "%s", file_name(path));
    return *status == STATUS_OK ? TAKEN : BROKEN;
}

static enum status take_file(struct run *run, const char *path, struct error *error)
{
    struct image facts;
    enum image_format format;
    int pages = 0;
    bool odd;
    enum taking taking;
    enum status status = STATUS_OK;
    arena_clear(run->arena);
    char *shown = printable(run->arena, path, &odd);
    if (!goes_on(run, 0))
        return stopped(run->sheet, error);
    if (odd) {
        error_set(error, STATUS_REJECT,
                  _("the name holds bytes that are no readable text; rename the file"));
        taking = HELD;
    } else if (received_is_pdf(path)) {
        taking = take_pdf(run, path, origin_of(run->arena, path), &status, error);
    } else if (image_probe(path, &facts, &format, &pages, error) != STATUS_OK) {
        taking = HELD;
    } else if (format == IMAGE_JPEG) {
        taking = take_jpeg(run, path, origin_of(run->arena, path), &facts, &status, error);
    } else {
        taking = take_pixels(run, path, origin_of(run->arena, path), pages, &status, error);
    }
    if (taking == HELD) {
        run->result->held++;
        if (run->held)
            run->held(run->sink->context, shown, error->text);
        error->text[0] = '\0';
        return STATUS_OK;
    }
    if (taking == BROKEN && run->result->put_back_sheet == 0)
        run->result->put_back_sheet = run->sheet;
    return taking == TAKEN ? STATUS_OK : status;
}

/* ---------------------------------------------------------------- all files */

static enum status take_folder(struct run *run, const char *path, struct error *error)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(path, arena, &names, &count, error);
    if (status == STATUS_OK && count)
        qsort(names, count, sizeof *names, by_name);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        char *file = file_join(arena, path, names[i]);
        if (names[i][0] != '.' && !file_is_folder(file))
            status = take_file(run, file, error);
    }
    arena_free(arena);
    return status;
}

enum status ingest_files(const char *const *paths, size_t path_count, const char *folder,
                         int first_sheet, const struct ingest_sink *sink, held_fn *held,
                         struct ingest_result *result, struct error *error)
{
    struct error spare;
    *result = (struct ingest_result){0};
    struct run run = {.folder = folder,
                      .sink = sink,
                      .held = held,
                      .result = result,
                      .sheet = first_sheet,
                      .arena = arena_new()};
    struct error *sentence = error ? error : &spare;
    enum status status = resume_read(folder, first_sheet, &run.known, sentence);
    for (size_t i = 0; status == STATUS_OK && i < path_count; i++)
        status = file_is_folder(paths[i]) ? take_folder(&run, paths[i], sentence)
                                          : take_file(&run, paths[i], sentence);
    arena_free(run.arena);
    resume_free(run.known);
    if (status == STATUS_OK && result->pages == 0 && result->held == 0)
        status = error_set(error, STATUS_REJECT,
                           _("there is nothing to take: no TIFF, JPEG, PNG or PDF lies there"));
    return status;
}
