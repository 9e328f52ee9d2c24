#include "archive/verify/trace.h"

#include <stdlib.h>
#include <string.h>

#include "archive/image/again.h"
#include "archive/image/guard.h"
#include "archive/package/masters.h"
#include "archive/pdf/pdf_raster.h"
#include "archive/pdf/pdf_read.h"
#include "archive/verify/trace_layers.h"
#include "archive/pdf/xmp.h"
#include "core/file.h"
#include "core/json.h"
#include "core/message.h"
#include "core/package.h"

enum { MANIFEST_MAX = 64 << 20 };

/* A page's images: its own and their masks; one more than there may be, so that it shows. */
#define SHOWN_MAX (2 * STREAMS_MAX + 1)

struct trace {
    const char *package;
    struct arena *arena;
    struct bag_file *files; /* of the manifest, sorted by path */
    size_t file_count;
    char masters[HASH_HEX_SIZE]; /* masters_digest of the document; "": there is a master missing */
    const struct document *document;
    bool copy;     /* for use: without masters */
    bool *damaged; /* for each page: its master is not what the manifest says */
    struct trace_report *report;
    bag_finding *finding;
    void *context;
    /* of the volume in hand */
    struct pdf_file pdf;
    const struct pdf_value **pages;
    size_t page_count;
    json_t *packing; /* NULL: there is none */
};

/* A page on its way. */
struct tracked {
    const char *name;   /* for sentences */
    const char *master; /* its path in the package */
    const char *sha256; /* of the master, after the manifest */
    const json_t *packed;
    const struct pdf_value *shown_page; /* in the PDF; NULL: it has fewer */
    struct pdf_shown shown[SHOWN_MAX];
    size_t shown_count;
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

static const char *word(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool is_shown(const struct tracked *page, const char *sha256)
{
    for (size_t i = 0; i < page->shown_count && i < SHOWN_MAX; i++)
        if (strcmp(page->shown[i].sha256, sha256) == 0)
            return true;
    return false;
}

/* The page shows the streams that were written for it, and no other image. */
static bool streams_stand(const struct tracked *page)
{
    const json_t *streams = json_object_get(page->packed, "streams");
    size_t count = json_array_size(streams);
    bool stand = count > 0 && count == page->shown_count;
    for (size_t i = 0; i < count && stand; i++)
        stand = is_shown(page, word(json_array_get(streams, i), "sha256"));
    return stand;
}

/* EXIF's turn is done by the page's matrix: the stored raster lacks it. */
static void turn_upright(const char *master, struct image *shown)
{
    struct image facts = {0};
    struct image_jpeg_facts jpeg = {0};
    enum image_format format = IMAGE_UNKNOWN;
    int pages = 0;
    if (image_probe(master, &facts, &format, &pages, NULL) == STATUS_OK && format == IMAGE_JPEG &&
        image_jpeg_probe(master, &jpeg, NULL) == STATUS_OK)
        image_upright(shown, jpeg.orientation);
    image_clear(&facts);
}

static bool same_raster(const struct image *a, const struct image *b)
{
    return a->width_px == b->width_px && a->height_px == b->height_px &&
           a->channels == b->channels && a->bits == b->bits && a->stride == b->stride &&
           memcmp(a->data, b->data, a->stride * (size_t)a->height_px) == 0;
}

/* The page's one image and its master, decoded each from its own bytes. PDF/A-1 and JPEG have no 16
 * bits: there 8 of them count. */
static bool decode_both(struct trace *trace, const struct tracked *page, struct image *master,
                        struct image *shown)
{
    struct image narrow = {0};
    const char *path = package_path(trace->arena, trace->package, page->master);
    if (page->shown_count != 1 ||
        pdf_image_decode(&trace->pdf, page->shown[0].object, shown, NULL) != STATUS_OK ||
        image_read(path, 0, master, NULL) != STATUS_OK)
        return false;
    turn_upright(path, shown);
    if (master->bits == 16 && shown->bits == 8) {
        image_to_8bit(master, &narrow);
        image_clear(master);
        *master = narrow;
    }
    return true;
}

static bool pixels_same(struct trace *trace, const struct tracked *page)
{
    struct image shown = {0}, master = {0};
    bool same = decode_both(trace, page, &master, &shown) && same_raster(&shown, &master);
    image_clear(&shown);
    image_clear(&master);
    return same;
}

/* What was lost when it was encoded is what is lost by encoding it. */
static bool encoded_again(struct trace *trace, const struct tracked *page)
{
    struct image shown = {0}, master = {0};
    enum again again = AGAIN_DIFFERS;
    int quality = (int)json_integer_value(json_object_get(page->packed, "quality"));
    if (decode_both(trace, page, &master, &shown))
        again = again_encoded(&master, quality > 0 && quality <= 100 ? quality : 0, &shown,
                              page->shown[0].sha256);
    image_clear(&shown);
    image_clear(&master);
    trace->report->encoded += again == AGAIN_SAME;
    trace->report->alike += again == AGAIN_ALIKE;
    return again != AGAIN_DIFFERS;
}

/* The guard's figures are there, and would pass today. */
static bool guard_passed(const struct tracked *page, bool *older)
{
    struct guard_figures told;
    return guard_figures_read(json_object_get(page->packed, "guard"), &told, older) &&
           !guard_refuses(&told);
}

/* Nor would what the PDF shows now be refused, held against the master as it is now. */
static bool guard_passes(struct trace *trace, const struct tracked *page, bool older)
{
    struct image master = {0}, narrow = {0};
    struct guard_figures figures = {.judged = false};
    const char *path = package_path(trace->arena, trace->package, page->master);
    bool passes = page->shown_page && image_read(path, 0, &master, NULL) == STATUS_OK;
    if (passes && master.bits == 16)
        image_to_8bit(&master, &narrow);
    const struct image *judged = narrow.data ? &narrow : &master;
    passes = passes && judged->bits == 8 &&
             trace_layers(&trace->pdf, page->shown_page, judged, &figures);
    if (older)
        figures.broken_mm = 0;
    image_clear(&master);
    image_clear(&narrow);
    return passes && !guard_refuses(&figures);
}

/* The stream is the master byte for byte, or as far as the master is the JPEG itself. */
static bool bytes_same(const struct trace *trace, const struct tracked *page)
{
    char sha256[HASH_HEX_SIZE];
    int64_t size = 0;
    const char *shown = page->shown[0].sha256;
    const char *path = package_path(trace->arena, trace->package, page->master);
    return strcmp(shown, page->sha256) == 0 ||
           (image_jpeg_own(path, &size, sha256, NULL) == STATUS_OK && strcmp(shown, sha256) == 0);
}

/* What holds the page's image and the master together, by how it was made; NULL: it holds. */
static const char *fault_of_coding(struct trace *trace, const struct tracked *page)
{
    const char *coding = word(page->packed, "coding");
    bool exact = strcmp(coding, "transcoded") == 0 || strcmp(coding, "lossless") == 0;
    bool encoded = strcmp(coding, "encoded") == 0;
    bool faithful = strcmp(coding, "faithful") == 0, layered = strcmp(coding, "layered") == 0;
    bool older = false;
    if (faithful && !bytes_same(trace, page))
        return _("Page %s: the image in the PDF is not the one that was made of the scan.");
    if (!exact && !encoded && !faithful && !layered)
        return _("Page %s: packing.json does not say how its image was made.");
    if (encoded && !encoded_again(trace, page))
        return _("Page %s: the image in the PDF does not show what the scanned image shows.");
    if (exact && !pixels_same(trace, page))
        return _("Page %s: the pixels in the PDF are not those of the scanned image.");
    if (layered && !guard_passed(page, &older))
        return _("Page %s: packing.json does not show that its layers passed the guard.");
    if (layered && !guard_passes(trace, page, older))
        return _("Page %s: the layers in the PDF do not show what the scanned image shows.");
    trace->report->same += exact || faithful;
    trace->report->layered += layered;
    return NULL;
}

static const char *fault_of_page(struct trace *trace, const struct tracked *page)
{
    const char *scanned = scanned_hash(trace, page->name);
    if (scanned && strcmp(scanned, page->sha256) != 0)
        return _("Page %s: this is not the image that was scanned.");
    if (!page->packed) {
        bool there = page->shown_count == 1 && is_shown(page, page->sha256);
        trace->report->traced += there;
        trace->report->same += there;
        trace->report->untraced += !there;
        return NULL;
    }
    if (strcmp(word(page->packed, "master_sha256"), page->sha256) != 0)
        return _("Page %s: the PDF was made of another image.");
    if (!streams_stand(page))
        return _("Page %s: the image in the PDF is not the one that was made of the scan.");
    const char *fault = fault_of_coding(trace, page);
    trace->report->traced += fault == NULL;
    return fault;
}

/* Without its master: what the page shows was made of an image with the hash that is told. */
static const char *fault_of_copy(struct trace *trace, const struct tracked *page)
{
    bool layered = strcmp(word(page->packed, "coding"), "layered") == 0, older = false;
    if (trace->packing && !page->packed)
        return _("Page %s: packing.json tells of another page in its place.");
    if (page->packed && !streams_stand(page))
        return _("Page %s: the image in the PDF is not the one that was made of the scan.");
    if (layered && !guard_passed(page, &older))
        return _("Page %s: packing.json does not show that its layers passed the guard.");
    trace->report->elsewhere += page->packed != NULL;
    trace->report->untraced += page->packed == NULL;
    return NULL;
}

static bool is_of_others(const struct document_page *page)
{
    return strcmp(page->file, file_name(package_part(PACKAGE_PDF))) == 0;
}

/* What packing.json tells of the page at this place of the volume. */
static const json_t *packed_page(const struct trace *trace, size_t at, const char *file)
{
    const json_t *page = json_array_get(json_object_get(trace->packing, "pages"), at);
    return page && strcmp(word(page, "master"), file) == 0 ? page : NULL;
}

static void check_page(struct trace *trace, const struct document_page *of, size_t at)
{
    struct arena *arena = trace->arena;
    struct tracked page = {.name = of->name};
    if (is_of_others(of)) {
        trace->report->untraced++; /* it came as a PDF from others, nothing was scanned here */
        return;
    }
    if (trace->damaged[of - trace->document->pages]) {
        trace->report->damaged++;
        return;
    }
    page.master = package_page(PACKAGE_MASTER, of->file, arena);
    page.sha256 = hash_of(trace, page.master);
    page.packed = packed_page(trace, at, of->file);
    if (at < trace->page_count)
        page.shown_page = trace->pages[at];
    if (at < trace->page_count)
        page.shown_count = pdf_page_images(&trace->pdf, trace->pages[at], page.shown, SHOWN_MAX);
    const char *fault = _("Page %s: the scanned image is not in the package.");
    if (trace->copy)
        fault = fault_of_copy(trace, &page);
    else if (page.sha256 && trace->packing && !page.packed)
        fault = _("Page %s: packing.json tells of another page in its place.");
    else if (page.sha256)
        fault = fault_of_page(trace, &page);
    if (fault)
        tell(trace, arena_printf(arena, fault, of->name));
}

/* ---------------------------------------------------------------- all pages */

/* Masters that are in the manifest and are not what it says. */
static bool find_damaged(const struct trace *trace)
{
    bool any = false;
    for (size_t i = 0; i < trace->document->page_count; i++) {
        const struct document_page *page = &trace->document->pages[i];
        char now[HASH_HEX_SIZE];
        if (!page->file || is_of_others(page))
            continue;
        const char *master = package_page(PACKAGE_MASTER, page->file, trace->arena);
        const char *path = package_path(trace->arena, trace->package, master);
        const char *hash = hash_of(trace, master);
        trace->damaged[i] =
            hash && (hash_file(path, now, NULL) != STATUS_OK || strcmp(now, hash) != 0);
        any = any || trace->damaged[i];
    }
    return any;
}

/* For each page the hash that packing.json tells of its master; NULL: it tells none. */
static const char **packed_hashes(struct trace *trace, const struct document *document)
{
    const char **hashes = arena_array(trace->arena, document->page_count + 1, sizeof *hashes);
    size_t page = 0;
    for (int volume = document->volume_count > 0; volume <= (int)document->volume_count; volume++) {
        const char *path = package_path(trace->arena, trace->package,
                                        package_volume(PACKAGE_PACKING, volume, trace->arena));
        size_t end = volume == 0 ? document->page_count
                                 : page + (size_t)(document->volumes[volume - 1] > 0
                                                       ? document->volumes[volume - 1]
                                                       : 0);
        json_t *packing = NULL;
        json_read(path, &packing, NULL);
        for (size_t i = 0; page < end && page < document->page_count; i++, page++)
            hashes[page] = json_text(json_array_get(json_object_get(packing, "pages"), i),
                                     "master_sha256", trace->arena);
        json_decref(packing);
    }
    return hashes;
}

/* The hash of all masters. */
static void sum_masters(struct trace *trace, const struct document *document)
{
    struct master *masters = arena_array(trace->arena, document->page_count + 1, sizeof *masters);
    const char **packed = trace->copy ? packed_hashes(trace, document) : NULL;
    for (size_t i = 0; i < document->page_count; i++) {
        const char *file = document->pages[i].file;
        if (!file || is_of_others(&document->pages[i]))
            return;
        const char *hash =
            packed ? packed[i] : hash_of(trace, package_page(PACKAGE_MASTER, file, trace->arena));
        if (!hash || strlen(hash) != HASH_HEX_SIZE - 1)
            return;
        masters[i].name = file;
        memcpy(masters[i].sha256, hash, sizeof masters[i].sha256);
    }
    masters_digest(masters, document->page_count, trace->masters);
}

/* What the PDF itself says of the masters it was made of. */
static void check_binding(struct trace *trace, const char *pdf)
{
    const char *told = xmp_property(xmp_of(&trace->pdf, trace->arena), MASTERS_PROPERTY);
    if (!told || (trace->copy && !trace->masters[0])) { /* or there is nothing to hold it against */
        trace->report->unbound++;
        return;
    }
    trace->report->bound++;
    if (!trace->masters[0] || strcmp(told, trace->masters) == 0)
        return;
    trace->report->bound_faults++;
    tell(trace,
         arena_printf(trace->arena,
                      trace->copy ? _("%s was made of other scanned images than those that "
                                      "packing.json tells of (sohoa:mastersDigest).")
                                  : _("%s was made of other scanned images than those in the "
                                      "package (sohoa:mastersDigest)."),
                      file_name(pdf)));
}

/* Of a document that came in as a PDF: is it the one that lies in the package? */
static void check_received(struct trace *trace, const char *pdf)
{
    const char *told = xmp_property(xmp_of(&trace->pdf, trace->arena), RECEIVED_PROPERTY);
    const char *hash = hash_of(trace, package_part(PACKAGE_RECEIVED));
    if (!told || trace->copy || (hash && strcmp(told, hash) == 0))
        return;
    trace->report->bound_faults++;
    tell(trace, arena_printf(trace->arena,
                             _("%s was made of another PDF than the received.pdf in the package "
                               "(sohoa:receivedDigest)."),
                             file_name(pdf)));
}

static void check_volume(struct trace *trace, int volume, const struct document_page *pages,
                         size_t count)
{
    struct arena *arena = trace->arena;
    const char *packing =
        package_path(arena, trace->package, package_volume(PACKAGE_PACKING, volume, arena));
    const char *pdf =
        package_path(arena, trace->package, package_volume(PACKAGE_PDF, volume, arena));
    trace->packing = NULL;
    if (file_exists(packing))
        json_read(packing, &trace->packing, NULL); /* a damaged one differs from the manifest */
    trace->page_count = 0;
    bool open = pdf_file_open(pdf, &trace->pdf, NULL) == STATUS_OK; /* else archive_check tells */
    if (open)
        trace->pages = pdf_pages(&trace->pdf, &trace->page_count);
    for (size_t i = 0; i < count; i++)
        if (pages[i].name && pages[i].file)
            check_page(trace, &pages[i], i);
    if (open) {
        check_binding(trace, pdf);
        check_received(trace, pdf);
    }
    if (open)
        pdf_file_close(&trace->pdf);
    json_decref(trace->packing);
}

void trace_check(const char *package, const struct document *document, bool held, bool copy,
                 struct trace_report *report, bag_finding *finding, void *context)
{
    struct trace trace = {.package = package,
                          .arena = arena_new(),
                          .document = document,
                          .copy = copy,
                          .report = report,
                          .finding = finding,
                          .context = context};
    size_t first = 0;
    read_manifest(&trace);
    trace.damaged = arena_array(trace.arena, document->page_count + 1, sizeof *trace.damaged);
    if (held || !find_damaged(&trace))
        sum_masters(&trace, document);
    *report = (struct trace_report){.pages = (int)document->page_count};
    if (document->volume_count == 0)
        check_volume(&trace, 0, document->pages, document->page_count);
    for (size_t i = 0; i < document->volume_count; i++) {
        size_t count = document->volumes[i] > 0 ? (size_t)document->volumes[i] : 0;
        size_t left = document->page_count - first;
        count = count < left ? count : left;
        check_volume(&trace, (int)i + 1, document->pages + first, count);
        first += count;
    }
    arena_free(trace.arena);
}
