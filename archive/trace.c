#include "archive/trace.h"

#include <stdlib.h>
#include <string.h>

#include "archive/pdf_read.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "core/package.h"

enum { MANIFEST_MAX = 64 << 20 };

struct trace {
    const char *package;
    struct arena *arena;
    struct bag_file *files; /* of the manifest, sorted by path */
    size_t file_count;
    char (*streams)[HASH_HEX_SIZE]; /* of the PDF's images, sorted */
    size_t stream_count;
    json_t *packing; /* NULL: there is none */
    struct trace_report *report;
    bag_finding *finding;
    void *context;
};

static void tell(const struct trace *trace, const char *sentence)
{
    trace->finding(trace->context, sentence);
}

static void say_nothing(void *context, const char *sentence)
{
    (void)context; /* bag_check told it already */
    (void)sentence;
}

/* ---------------------------------------------------------------- what the manifest says */

static void read_manifest(struct trace *trace)
{
    char *text = NULL;
    size_t size = 0;
    const char *path = file_join(trace->arena, trace->package, BAG_MANIFEST);
    if (file_read(path, MANIFEST_MAX, trace->arena, &text, &size, NULL) == STATUS_OK)
        bag_parse(BAG_MANIFEST, text, size, trace->arena, &trace->files, &trace->file_count,
                  say_nothing, NULL);
}

static int by_path(const void *key, const void *file)
{
    return strcmp(key, ((const struct bag_file *)file)->path);
}

/* The SHA-256 of a file below data/; NULL: the manifest does not know it. */
static const char *hash_of(const struct trace *trace, const char *path)
{
    const char *whole = arena_printf(trace->arena, PACKAGE_ROOT "/%s", path);
    const struct bag_file *file =
        trace->file_count
            ? bsearch(whole, trace->files, trace->file_count, sizeof *trace->files, by_path)
            : NULL;
    return file ? file->hash : NULL;
}

/* ---------------------------------------------------------------- what stands in the PDF */

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void read_streams(struct trace *trace)
{
    struct pdf_file file;
    const char *path = package_part_path(trace->arena, trace->package, PACKAGE_PDF);
    if (pdf_file_open(path, &file, NULL) != STATUS_OK)
        return; /* archive_check tells it */
    trace->streams = arena_array(trace->arena, file.slot_count + 1, sizeof *trace->streams);
    for (size_t i = 0; i < file.slot_count; i++) {
        const struct pdf_value *object = pdf_object_at(&file, (int64_t)i);
        const uint8_t *bytes = NULL;
        size_t size = 0;
        if (object->kind == PDF_DICT && pdf_is_name(pdf_get(&file, object, "Subtype"), "Image") &&
            pdf_stream_raw(&file, object, &bytes, &size))
            hash_bytes(bytes, size, trace->streams[trace->stream_count++]);
    }
    qsort(trace->streams, trace->stream_count, sizeof *trace->streams, by_text);
    pdf_file_close(&file);
}

static bool in_pdf(const struct trace *trace, const char *hash)
{
    return hash && trace->stream_count &&
           bsearch(hash, trace->streams, trace->stream_count, sizeof *trace->streams, by_text);
}

/* ---------------------------------------------------------------- one page */

/* The hash that was taken when the page was scanned. */
static const char *scanned_hash(const struct trace *trace, const char *name)
{
    json_t *facts = NULL;
    const char *path =
        package_path(trace->arena, trace->package, package_page(PACKAGE_FACTS, name, trace->arena));
    if (json_read(path, &facts, NULL) != STATUS_OK)
        return NULL;
    const char *hash = json_text(facts, "sha256", trace->arena);
    json_decref(facts);
    return hash && *hash ? hash : NULL;
}

static const json_t *packed_page(const struct trace *trace, const char *master)
{
    const json_t *pages = json_object_get(trace->packing, "pages");
    for (size_t i = 0; i < json_array_size(pages); i++) {
        const json_t *page = json_array_get(pages, i);
        const char *name = json_string_value(json_object_get(page, "master"));
        if (name && strcmp(name, master) == 0)
            return page;
    }
    return NULL;
}

/* All streams of the page stand in the PDF, and a faithful one is the master itself. */
static bool streams_stand(const struct trace *trace, const json_t *page, const char *master)
{
    const json_t *streams = json_object_get(page, "streams");
    const char *coding = json_string_value(json_object_get(page, "coding"));
    bool stand = json_array_size(streams) > 0;
    for (size_t i = 0; i < json_array_size(streams) && stand; i++) {
        const char *hash = json_string_value(json_object_get(json_array_get(streams, i), "sha256"));
        stand = in_pdf(trace, hash) &&
                (!coding || strcmp(coding, "faithful") != 0 || strcmp(hash, master) == 0);
    }
    return stand;
}

static bool is_same(const json_t *page)
{
    const char *coding = json_string_value(json_object_get(page, "coding"));
    return coding && (strcmp(coding, "faithful") == 0 || strcmp(coding, "transcoded") == 0 ||
                      strcmp(coding, "lossless") == 0);
}

static void check_page(struct trace *trace, const struct document_page *page)
{
    struct arena *arena = trace->arena;
    const char *master = hash_of(trace, package_page(PACKAGE_MASTER, page->file, arena));
    const char *scanned = scanned_hash(trace, page->name);
    const json_t *packed = packed_page(trace, page->file);
    if (!master) {
        tell(trace, arena_printf(arena, _("Page %s: the scanned image is not in the package."),
                                 page->name));
        return;
    }
    if (scanned && strcmp(scanned, master) != 0) {
        tell(trace, arena_printf(arena, _("Page %s: this is not the image that was scanned."),
                                 page->name));
        return;
    }
    if (!packed) {
        bool there = in_pdf(trace, master);
        trace->report->traced += there;
        trace->report->same += there;
        trace->report->untraced += !there;
        return;
    }
    const char *source = json_string_value(json_object_get(packed, "master_sha256"));
    if (!source || strcmp(source, master) != 0)
        tell(trace,
             arena_printf(arena, _("Page %s: the PDF was made of another image."), page->name));
    else if (!streams_stand(trace, packed, master))
        tell(trace,
             arena_printf(arena,
                          _("Page %s: the image in the PDF is not the one that was made of the "
                            "scan."),
                          page->name));
    else {
        trace->report->traced++;
        trace->report->same += is_same(packed);
    }
}

void trace_check(const char *package, const struct document *document, struct trace_report *report,
                 bag_finding *finding, void *context)
{
    struct trace trace = {.package = package,
                          .arena = arena_new(),
                          .report = report,
                          .finding = finding,
                          .context = context};
    const char *packing = package_part_path(trace.arena, package, PACKAGE_PACKING);
    if (file_exists(packing))
        json_read(packing, &trace.packing, NULL); /* a damaged one differs from the manifest */
    read_manifest(&trace);
    read_streams(&trace);
    *report = (struct trace_report){.pages = (int)document->page_count};
    for (size_t i = 0; i < document->page_count; i++)
        if (document->pages[i].name && document->pages[i].file)
            check_page(&trace, &document->pages[i]);
    json_decref(trace.packing);
    arena_free(trace.arena);
}
