/* The parent's half of the scanner source: pages, their names, the disk, and what to tell
 * people. */
#include "ingest/scanner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "core/log.h"
#include "core/message.h"
#include "ingest/master.h"

#define LIST_TIMEOUT_S 60 /* some back ends look through the network */

#define ROW(member, kind, otherwise, low, high, choices, help)                                     \
    {                                                                                              \
#member, kind, offsetof(struct scan_profile, member), otherwise, low, high, choices, help  \
    }
const struct setting_row scan_profile_rows[] = {
    ROW(device, SETTING_TEXT, "", 0, 0, NULL, N_("SANE name of the scanner; empty: the first one")),
    ROW(source, SETTING_CHOICE, "adf-duplex", 0, 0, "flatbed|adf-simplex|adf-duplex",
        N_("where the paper lies")),
    ROW(mode, SETTING_CHOICE, "color", 0, 0, "color|gray|lineart", N_("what is kept of a page")),
    ROW(resolution_dpi, SETTING_INT, "300", 1, 2400, NULL,
        N_("dots per inch; the law wants 200 or more")),
    ROW(depth_bits, SETTING_INT, "8", 8, 16, NULL, N_("bits per sample: 8 or 16")),
    ROW(page_width_mm, SETTING_REAL, "0", 0, 1000, NULL,
        N_("width of the paper; 0: as wide as the scanner goes")),
    ROW(page_height_mm, SETTING_REAL, "0", 0, 5000, NULL,
        N_("height of the paper; 0: as high as the scanner goes")),
    ROW(options, SETTING_TEXT, "", 0, 0, NULL,
        N_("further options of the scanner: name=value; name=value")),
    ROW(timeout_s, SETTING_INT, "120", 1, 3600, NULL,
        N_("a page that takes longer is a fault; seconds")),
    SETTING_ROWS_END};
#undef ROW

/* What is going on in one ingest_scan. */
struct run {
    const struct scan_profile *profile;
    const char *folder;
    const struct ingest_sink *sink;
    struct ingest_result *result;
    struct scanner_child child;
    struct scanner_packet packet;
    struct scanner_page page;
    struct arena *arena; /* of the page */
    char device[256];
    int sheet, side; /* that comes in */
    int64_t due_ms;
    bool done;
};

static bool from_glass(const struct run *run)
{
    return run->profile->source == SCAN_FLATBED;
}

static void wind_clock(struct run *run)
{
    run->due_ms = scanner_clock_ms() + (int64_t)run->profile->timeout_s * 1000;
}

/* ---------------------------------------------------------------- faults */

/* Each is two sentences at most: what happened; then put_back() says what to do. */
static const char *what_happened(enum scanner_fault fault)
{
    switch (fault) {
    case FAULT_JAM:
        return N_("The paper jammed at sheet %d.");
    case FAULT_DOUBLE_FEED:
        return N_("Two sheets went in together at sheet %d.");
    case FAULT_COVER_OPEN:
        return N_("The scanner's cover is open; sheet %d did not go in.");
    case FAULT_EMPTY:
        return N_("There is no paper in the feeder for sheet %d.");
    case FAULT_GONE:
        return N_("The scanner stopped answering at sheet %d; look at its cable and power.");
    case FAULT_TIMEOUT:
        return N_("Sheet %d took too long and was given up.");
    case FAULT_CRASH:
        return N_("The scanner's driver crashed at sheet %d.");
    case FAULT_BAD_PAGE:
        return N_("Sheet %d came in incomplete.");
    case FAULT_STOPPED:
        return N_("Scanning was stopped at sheet %d.");
    default:
        return N_("The scanner reported a fault at sheet %d.");
    }
}

/* The pages so far are safe; this sheet and what follows goes back. A front whose back never came
 * belongs to a sheet that goes back: it is scanned anew, the old front is kept beside it. */
static enum status put_back(struct run *run, struct error *error, const char *happened)
{
    const char *what_to_do =
        from_glass(run) ? _("Lay sheet %d on the glass again and continue.")
                        : _("Put sheet %d and those after it back into the feeder and continue.");
    char advice[256];
    run->result->put_back_sheet = run->sheet;
    snprintf(advice, sizeof advice, what_to_do, run->sheet);
    return error_set(error, STATUS_RETRY, "%s %s", happened, advice);
}

static enum status fault(struct run *run, enum scanner_fault kind, struct error *error)
{
    char happened[256];
    log_write(LOG_WARNING, "scan: fault %d at sheet %d side %d", (int)kind, run->sheet, run->side);
    snprintf(happened, sizeof happened, message(what_happened(kind)), run->sheet);
    return put_back(run, error, happened);
}

static enum status trouble(struct run *run, struct error *error)
{
    struct scanner_trouble *trouble = &run->packet.trouble;
    trouble->text[sizeof trouble->text - 1] = 0;
    if (trouble->fault == FAULT_SENTENCE)
        return error_set(error, (enum status)trouble->status, "%s", trouble->text);
    if (trouble->fault == FAULT_DEVICE)
        log_write(LOG_WARNING, "scan: the device says: %s", trouble->text);
    return fault(run, (enum scanner_fault)trouble->fault, error);
}

/* The feeder is empty, or the one sheet on the glass is done. */
static enum status end_of_paper(struct run *run, struct error *error)
{
    run->done = true;
    if (run->result->pages == 0)
        return fault(run, FAULT_EMPTY, error);
    if (run->side == 1)
        return STATUS_OK;
    char happened[320];
    snprintf(happened, sizeof happened,
             _("The scanner gave no back of sheet %d (is skipping of blank pages switched off in "
               "the scanner?)."),
             run->sheet);
    return put_back(run, error, happened);
}

/* ---------------------------------------------------------------- pages */

static enum status store(struct run *run, struct page *page, struct error *error)
{
    static const char *const sources[] = {"flatbed", "adf-simplex", "adf-duplex"};
    const struct image *image = &run->page.image;
    const char *profile = run->profile->name ? run->profile->name : "";
    const char *mode = image->bits == 1 ? "lineart" : image->channels == 1 ? "gray" : "color";
    struct image_tags tags = {.device = run->device,
                              .description = arena_printf(
                                  run->arena, "sheet %d side %d; profile %s; %s %s %d bit %.0f dpi",
                                  run->sheet, run->side, *profile ? profile : "-",
                                  sources[run->profile->source], mode, image->bits, image->dpi_x)};
    *page = (struct page){.origin = run->device, .device = run->device, .mode = mode};
    return master_store(run->arena, run->folder, run->sheet, run->side, image, &tags, page, error);
}

/* Which side of which sheet comes next. */
static void turn_over(struct run *run)
{
    if (run->profile->source == SCAN_ADF_DUPLEX && run->side == 1) {
        run->side = 2;
        return;
    }
    run->side = 1;
    run->sheet++;
    run->result->sheets++;
}

static enum status page_end(struct run *run, struct error *error)
{
    struct page page = {0};
    if (!scanner_page_end(&run->page))
        return fault(run, FAULT_BAD_PAGE, error);
    enum status status = store(run, &page, error);
    if (status != STATUS_OK) {
        char why[sizeof error->text] = "";
        if (error)
            memcpy(why, error->text, sizeof why);
        put_back(run, error, why);
        return status;
    }
    run->result->pages++;
    turn_over(run);
    status = run->sink->page(run->sink->context, &page, error);
    if (status != STATUS_OK) {
        run->result->put_back_sheet = from_glass(run) ? 0 : run->sheet;
        return status;
    }
    scanner_page_clear(&run->page);
    arena_clear(run->arena);
    wind_clock(run);
    scanner_go(&run->child);
    return STATUS_OK;
}

static bool progress(struct run *run)
{
    const struct ingest_sink *sink = run->sink;
    return !sink->progress ||
           sink->progress(sink->context, run->sheet, run->side, scanner_page_share(&run->page));
}

static enum status take(struct run *run, size_t size, struct error *error)
{
    const struct scanner_packet *packet = &run->packet;
    bool good = true;
    switch (packet->kind) {
    case SCANNER_READY:
        snprintf(run->device, sizeof run->device, "%.255s", packet->text);
        wind_clock(run);
        break;
    case SCANNER_FRAME:
        good = scanner_page_frame(&run->page, &packet->frame);
        break;
    case SCANNER_DATA:
        good = run->page.frames > 0 && scanner_page_data(&run->page, packet->bytes, size);
        break;
    case SCANNER_FRAME_END:
        good = scanner_page_frame_end(&run->page);
        break;
    case SCANNER_PAGE_END:
        return page_end(run, error);
    case SCANNER_END:
        return end_of_paper(run, error);
    default:
        return trouble(run, error);
    }
    return good ? STATUS_OK : fault(run, FAULT_BAD_PAGE, error);
}

static enum status run_on(struct run *run, struct error *error)
{
    enum status status = STATUS_OK;
    size_t size = 0;
    wind_clock(run);
    while (status == STATUS_OK && !run->done) {
        enum scanner_event event = scanner_next(&run->child, &run->packet, &size);
        if (event == SCANNER_GONE)
            status = fault(run, FAULT_CRASH, error);
        else if (event == SCANNER_MESSAGE)
            status = take(run, size, error);
        if (status != STATUS_OK || run->done)
            break;
        if (!progress(run))
            status = fault(run, FAULT_STOPPED, error);
        else if (scanner_clock_ms() > run->due_ms)
            status = fault(run, FAULT_TIMEOUT, error);
    }
    return status;
}

static enum status check_profile(const struct scan_profile *profile, struct error *error)
{
    if (profile->resolution_dpi < MASTER_DPI_MIN)
        return error_set(error, STATUS_FATAL,
                         _("The profile asks for %d dpi; pages need at least %d dpi (NĐ 30/2020)."),
                         profile->resolution_dpi, MASTER_DPI_MIN);
    if (profile->depth_bits != 8 && profile->depth_bits != 16)
        return error_set(error, STATUS_FATAL,
                         _("The profile asks for %d bits per sample; it can be 8 or 16."),
                         profile->depth_bits);
    return STATUS_OK;
}

enum status ingest_scan(const struct scan_profile *profile, const char *folder, int first_sheet,
                        const struct ingest_sink *sink, struct ingest_result *result,
                        struct error *error)
{
    *result = (struct ingest_result){0};
    enum status status = check_profile(profile, error);
    if (status != STATUS_OK)
        return status;
    struct run *run = memory_new(sizeof *run); /* with its packet too large for a stack */
    struct scanner_job job = {SCANNER_SCAN, profile->device, profile};
    run->profile = profile;
    run->folder = folder;
    run->sink = sink;
    run->result = result;
    run->sheet = first_sheet;
    run->side = 1;
    run->arena = arena_new();
    status = scanner_start(&run->child, &job, error);
    if (status == STATUS_OK)
        status = run_on(run, error);
    scanner_stop(&run->child);
    scanner_page_clear(&run->page);
    arena_free(run->arena);
    free(run);
    return status;
}

/* ---------------------------------------------------------------- devices and options */

static struct {
    struct arena *arena; /* of the list that was lent last */
    struct scan_device *devices;
    size_t count;
} listed;

/* The four texts of a message; false when they are not whole. */
static bool split(const struct scanner_packet *packet, size_t size, const char *texts[4])
{
    const char *at = packet->text, *end = at + size;
    for (int i = 0; i < 4; i++) {
        size_t length = strnlen(at, (size_t)(end - at));
        if (at + length >= end)
            return false;
        texts[i] = at;
        at += length + 1;
    }
    return true;
}

/* Runs a job that only tells, and hands each message's texts on. */
static enum status ask(const struct scanner_job *job,
                       void (*each)(void *context, const char *texts[4]), void *context,
                       struct error *error)
{
    struct scanner_child child;
    struct scanner_packet *packet = memory_new(sizeof *packet);
    const char *texts[4];
    size_t size = 0;
    bool done = false;
    int64_t due_ms = scanner_clock_ms() + LIST_TIMEOUT_S * 1000;
    enum status status = scanner_start(&child, job, error);
    while (status == STATUS_OK && !done) {
        enum scanner_event event = scanner_next(&child, packet, &size);
        if (event == SCANNER_GONE)
            status = error_set(error, STATUS_RETRY,
                               _("A scanner driver crashed while it was asked. "
                                 "Try again, or name the scanner."));
        else if (event == SCANNER_TICK && scanner_clock_ms() > due_ms)
            status = error_set(error, STATUS_RETRY, _("The scanners did not answer in time."));
        else if (event == SCANNER_MESSAGE && packet->kind == SCANNER_TROUBLE)
            status =
                error_set(error, (enum status)packet->trouble.status, "%s", packet->trouble.text);
        else if (event == SCANNER_MESSAGE && packet->kind == SCANNER_END)
            done = true;
        else if (event == SCANNER_MESSAGE && split(packet, size, texts))
            each(context, texts);
    }
    scanner_stop(&child);
    free(packet);
    return status;
}

static void add_device(void *context, const char *texts[4])
{
    (void)context;
    struct scan_device *more = arena_array(listed.arena, listed.count + 1, sizeof *more);
    if (listed.count > 0)
        memcpy(more, listed.devices, listed.count * sizeof *more);
    more[listed.count++] = (struct scan_device){
        .name = arena_strdup(listed.arena, texts[0]),
        .vendor = arena_strdup(listed.arena, texts[1]),
        .model = arena_strdup(listed.arena, texts[2]),
        .type = arena_strdup(listed.arena, texts[3]),
    };
    listed.devices = more;
}

enum status ingest_devices(const struct scan_device **devices, size_t *count, struct error *error)
{
    struct scanner_job job = {SCANNER_LIST, "", NULL};
    ingest_end();
    listed.arena = arena_new();
    enum status status = ask(&job, add_device, NULL, error);
    *devices = listed.devices;
    *count = listed.count;
    return status;
}

struct visitor {
    void (*visit)(void *context, const char *name, const char *title, const char *values,
                  const char *now);
    void *context;
};

static void pass_option(void *context, const char *texts[4])
{
    const struct visitor *visitor = context;
    visitor->visit(visitor->context, texts[0], texts[1], texts[2], texts[3]);
}

enum status ingest_device_options(const char *device,
                                  void (*visit)(void *context, const char *name, const char *title,
                                                const char *values, const char *now),
                                  void *context, struct error *error)
{
    struct scanner_job job = {SCANNER_DESCRIBE, device, NULL};
    struct visitor visitor = {visit, context};
    return ask(&job, pass_option, &visitor, error);
}

void ingest_end(void)
{
    arena_free(listed.arena);
    memset(&listed, 0, sizeof listed);
}
