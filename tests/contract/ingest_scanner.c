/* Scanning: against SANE's own test and pnm back ends, saned over the loopback, and our feeder with
 * every fault. What comes out is compared pixel by pixel with what went in, or with what SANE's
 * own scanimage reads from the same device. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "ingest/ingest.h"
#include "tests/scanner_rig.h"

static struct rig rig;
static struct error error;
static struct ingest_result result;

/* ---------------------------------------------------------------- one scan, as a table would say
 */

static struct {
    int pages;
    char names[64][16], modes[64][16];
    double dpi;
    char device[64];
    int stop_after;   /* pages after which the sink says RETRY; 0 never */
    int cancel_sheet; /* progress says no at this sheet; 0 never */
    int cancel_side;
    bool unknown_share, known_share;
    void (*on_page)(void);
} seen;

static enum status take(void *context, const struct page *page, struct error *fault)
{
    (void)context;
    snprintf(seen.names[seen.pages], sizeof seen.names[0], "%s", page->name);
    snprintf(seen.modes[seen.pages], sizeof seen.modes[0], "%s", page->mode);
    snprintf(seen.device, sizeof seen.device, "%s", page->device);
    seen.dpi = page->dpi_x;
    seen.pages++;
    /* durable already: the master and its facts are there */
    char facts[64];
    snprintf(facts, sizeof facts, "%s.page.json", page->name);
    assert_true(rig_has(&rig, page->file));
    assert_true(rig_has(&rig, facts));
    if (seen.on_page)
        seen.on_page();
    return seen.pages == seen.stop_after ? error_set(fault, STATUS_RETRY, "enough") : STATUS_OK;
}

static bool go_on(void *context, int sheet, int side, double share)
{
    (void)context;
    seen.unknown_share |= share < 0;
    seen.known_share |= share > 0;
    assert_true(share <= 1);
    return !(sheet == seen.cancel_sheet && side == seen.cancel_side && share != 0);
}

static struct scan_profile profile_of(const char *device, enum scan_source source,
                                      enum scan_mode mode, const char *options)
{
    return (struct scan_profile){.name = "test-profile",
                                 .device = device,
                                 .source = source,
                                 .mode = mode,
                                 .resolution_dpi = 300,
                                 .depth_bits = 8,
                                 .options = options,
                                 .timeout_s = 60};
}

static enum status scan_from(const struct scan_profile *profile, int first_sheet)
{
    struct ingest_sink sink = {.page = take, .progress = go_on};
    memset(&error, 0, sizeof error);
    seen.pages = 0;
    seen.unknown_share = seen.known_share = false;
    return ingest_scan(profile, rig.out, first_sheet, &sink, &result, &error);
}

static enum status scan(enum scan_source source, enum scan_mode mode, const char *options)
{
    struct scan_profile profile = profile_of("", source, mode, options);
    return scan_from(&profile, 1);
}

static void assert_says(const char *words)
{
    if (!strstr(error.text, words))
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void assert_master(const char *name, const struct image *paper)
{
    struct image master;
    rig_read(&rig, name, &master);
    assert_true(rig_same(&master, paper));
    assert_true(master.dpi_x == 300 && master.dpi_y == 300);
    image_clear(&master);
}

/* Sheets NNNN-1, NNNN-2 of 200 x 100, grey. */
static void stack(int sheets, struct image papers[][2])
{
    for (int i = 0; i < sheets; i++)
        for (int side = 0; side < 2; side++) {
            char name[32];
            snprintf(name, sizeof name, "%04d-%d.tif", i + 1, side + 1);
            rig_sheet(&rig, name, 200, 100, 1, 8, (unsigned)(10 * i + side), &papers[i][side]);
        }
}

static void clear(int sheets, struct image papers[][2])
{
    for (int i = 0; i < sheets; i++)
        for (int side = 0; side < 2; side++)
            image_clear(&papers[i][side]);
}

/* Nothing but whole pages of this batch lies in the folder. */
static void assert_files(int masters)
{
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    int found = 0;
    assert_int_equal(file_list(rig.out, arena, &names, &count, &error), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        assert_null(strstr(names[i], ".part"));
        found += strstr(names[i], ".scan.tif") != NULL;
    }
    assert_int_equal(found, masters);
    arena_free(arena);
}

/* ---------------------------------------------------------------- our feeder */

static void keeps_every_side_of_every_sheet_unchanged(void **state)
{
    (void)state;
    struct image papers[3][2];
    stack(3, papers);
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_OK);
    assert_int_equal(result.pages, 6);
    assert_int_equal(result.sheets, 3);
    assert_int_equal(result.put_back_sheet, 0);
    assert_string_equal(seen.names[0], "0001-1");
    assert_string_equal(seen.names[5], "0003-2");
    for (int i = 0; i < 6; i++) {
        char name[32];
        snprintf(name, sizeof name, "%04d-%d.scan.tif", i / 2 + 1, i % 2 + 1);
        assert_master(name, &papers[i / 2][i % 2]);
    }
    assert_true(seen.known_share && !seen.unknown_share);
    assert_files(6);
    clear(3, papers);
}

static void keeps_every_mode_and_depth(void **state)
{
    (void)state;
    static const struct {
        enum scan_mode mode;
        const char *name;
        int channels, bits;
        const char *options;
    } kinds[] = {
        {SCAN_COLOR, "color", 3, 8, ""},
        {SCAN_COLOR, "color", 3, 16, ""},
        {SCAN_COLOR, "color", 3, 8, "three-pass=yes"},
        {SCAN_COLOR, "color", 3, 16, "three-pass=yes; unknown-height=yes"},
        {SCAN_GRAY, "gray", 1, 8, "unknown-height=yes"},
        {SCAN_GRAY, "gray", 1, 16, ""},
        {SCAN_LINEART, "lineart", 1, 1, ""},
        {SCAN_LINEART, "lineart", 1, 1, "unknown-height=yes"},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct image paper;
        /* higher than what is first set aside for an unknown height, and an odd width */
        rig_sheet(&rig, "0001.tif", 77, 5003, kinds[i].channels, kinds[i].bits, 4, &paper);
        struct scan_profile profile = profile_of("", SCAN_FLATBED, kinds[i].mode, kinds[i].options);
        profile.depth_bits = kinds[i].bits == 16 ? 16 : 8;
        assert_int_equal(scan_from(&profile, 7), STATUS_OK);
        assert_string_equal(seen.modes[0], kinds[i].name);
        assert_string_equal(seen.device, "sohoafeeder:0");
        assert_true(seen.unknown_share == (strstr(kinds[i].options, "unknown") != NULL));
        assert_master("0007-1.scan.tif", &paper);
        image_clear(&paper);
        rig_clear_out(&rig);
    }
}

static void keeps_blank_backs_and_simplex_takes_fronts_only(void **state)
{
    (void)state;
    struct image front, master;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, &front);
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_OK);
    assert_int_equal(result.pages, 2);
    rig_read(&rig, "0001-2.scan.tif", &master);
    assert_int_equal(master.data[0], 255);
    image_clear(&master);
    rig_clear_out(&rig);
    assert_int_equal(scan(SCAN_ADF_SIMPLEX, SCAN_GRAY, ""), STATUS_OK);
    assert_int_equal(result.pages, 1);
    assert_int_equal(result.sheets, 1);
    assert_master("0001-1.scan.tif", &front);
    assert_files(1);
    image_clear(&front);
}

static void records_device_and_profile_in_the_master(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char *bytes = NULL;
    size_t size = 0;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, ""), STATUS_OK);
    char *path = file_join(arena, rig.out, "0001-1.scan.tif");
    assert_int_equal(file_read(path, 1 << 20, arena, &bytes, &size, &error), STATUS_OK);
    assert_non_null(memmem(bytes, size, "profile test-profile; flatbed gray 8 bit 300 dpi", 48));
    assert_non_null(memmem(bytes, size, "sohoafeeder:0", 13));
    arena_free(arena);
}

/* Each fault at the front or the back of the second of three sheets: what came before is kept, the
 * partial page is not, the sentence names the sheet, and the batch goes on from it. */
static void after_each_fault_the_batch_goes_on(void **state)
{
    (void)state;
    static const struct {
        const char *kind, *words, *back_words;
    } faults[] = {
        {"jam", "jammed at sheet 2", NULL},
        {"double-feed", "Two sheets went in together at sheet 2", NULL},
        {"cover-open", "cover is open; sheet 2", NULL},
        {"io-error", "stopped answering at sheet 2", NULL},
        {"unplugged", "stopped answering at sheet 2", NULL},
        {"crash", "driver crashed at sheet 2", NULL},
        {"hang", "Sheet 2 took too long", NULL},
        {"out-of-paper", NULL, "no back of sheet 2"},
    };
    struct image papers[3][2];
    stack(3, papers);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
        for (int side = 1; side <= 2; side++) {
            char conf[200];
            const char *words =
                side == 2 && faults[i].back_words ? faults[i].back_words : faults[i].words;
            snprintf(conf, sizeof conf, "state state-%zu-%d\nfault %s 2 %d\n", i, side,
                     faults[i].kind, side);
            rig_file(&rig, "sane", "sohoafeeder.conf", conf);
            struct scan_profile profile = profile_of("", SCAN_ADF_DUPLEX, SCAN_GRAY, "");
            profile.timeout_s = strcmp(faults[i].kind, "hang") == 0 ? 1 : 60;
            enum status status = scan_from(&profile, 1);
            assert_int_equal(result.pages, 2 + side - 1);
            assert_int_equal(result.sheets, 1);
            assert_files(result.pages);
            if (words) {
                assert_int_equal(status, STATUS_RETRY);
                assert_says(words);
                assert_says("Put sheet 2 and those after it back");
                assert_int_equal(result.put_back_sheet, 2);
            } else {
                assert_int_equal(status, STATUS_OK); /* an empty feeder between sheets is the end */
            }
            profile.timeout_s = 60;
            assert_int_equal(scan_from(&profile, 2), STATUS_OK);
            assert_int_equal(result.pages, 4);
            for (int page = 0; page < 6; page++) {
                char name[32];
                snprintf(name, sizeof name, "%04d-%d.scan.tif", page / 2 + 1, page % 2 + 1);
                assert_master(name, &papers[page / 2][page % 2]);
            }
            /* the front whose back never came is kept beside the new one */
            assert_true(rig_has(&rig, "0002-1.superseded-1.tif") == (side == 2));
            rig_clear_out(&rig);
        }
    clear(3, papers);
}

static void a_cancel_in_the_middle_keeps_what_is_there(void **state)
{
    (void)state;
    struct image papers[2][2];
    stack(2, papers);
    seen.cancel_sheet = 2;
    seen.cancel_side = 1;
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, "page-time=1000; next-sheet=1"),
                     STATUS_RETRY);
    assert_says("stopped at sheet 2");
    assert_int_equal(result.pages, 2);
    assert_int_equal(result.put_back_sheet, 2);
    assert_files(2);
    clear(2, papers);
}

/* The program is killed while a sheet is in the scanner: what is durable stays, nothing half is
 * stored, the device is free again, and the next program goes on with the sheet. */
static void a_killed_program_gives_the_scanner_back(void **state)
{
    (void)state;
    struct image papers[2][2];
    stack(2, papers);
    rig_file(&rig, "sane", "sohoafeeder.conf", "state feeder.state\n");
    pid_t other = fork();
    if (other == 0) {
        scan(SCAN_ADF_DUPLEX, SCAN_GRAY, "page-time=600000; next-sheet=2");
        _exit(0);
    }
    char path[128];
    snprintf(path, sizeof path, "%s/feeder.state", rig.sane); /* written when next-sheet is set */
    for (int i = 0; i < 1000 && !file_exists(path); i++)
        usleep(10 * 1000);
    usleep(200 * 1000);
    kill(other, SIGKILL);
    waitpid(other, NULL, 0);
    assert_files(0);
    enum status status = STATUS_RETRY;
    for (int i = 0; i < 100 && status != STATUS_OK; i++) {
        status = scan(SCAN_ADF_DUPLEX, SCAN_GRAY, "");
        if (status != STATUS_OK)
            usleep(50 * 1000);
    }
    assert_int_equal(status, STATUS_OK);
    assert_int_equal(result.pages, 2);
    assert_master("0001-1.scan.tif", &papers[1][0]);
    clear(2, papers);
}

static void a_sink_that_says_no_ends_the_batch_after_its_page(void **state)
{
    (void)state;
    struct image papers[2][2];
    stack(2, papers);
    seen.stop_after = 1;
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_RETRY);
    assert_string_equal(error.text, "enough");
    assert_int_equal(result.pages, 1);
    assert_int_equal(result.put_back_sheet, 1);
    assert_files(1);
    clear(2, papers);
}

static void a_full_disk_names_the_sheet(void **state)
{
    (void)state;
    struct image papers[2][2];
    stack(2, papers);
    rig_file(&rig, "out", "0001-2.scan.tif.part", ""); /* in the way of the name to write to */
    struct arena *arena = arena_new();
    char *path = file_join(arena, rig.out, "0001-2.scan.tif.part");
    unlink(path);
    assert_int_equal(file_mkdirs(file_join(arena, path, "full"), &error), STATUS_OK);
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_RETRY);
    assert_says("Put sheet 1");
    assert_int_equal(result.pages, 1);
    assert_int_equal(result.put_back_sheet, 1);
    arena_free(arena);
    clear(2, papers);
}

/* ---------------------------------------------------------------- bad input */

static void no_scanner_is_said(void **state)
{
    (void)state;
    const struct scan_device *devices = NULL;
    size_t count = 9;
    rig_file(&rig, "sane", "dll.conf", "");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, ""), STATUS_FATAL);
    assert_says("No scanner was found");
    assert_int_equal(ingest_devices(&devices, &count, &error), STATUS_OK);
    assert_int_equal(count, 0);
    struct scan_profile profile = profile_of("fujitsu:nowhere", SCAN_FLATBED, SCAN_GRAY, "");
    assert_int_equal(scan_from(&profile, 1), STATUS_FATAL);
    assert_says("There is no scanner fujitsu:nowhere");
    assert_files(0);
    ingest_end();
}

static void an_empty_feeder_is_said(void **state)
{
    (void)state;
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_RETRY);
    assert_says("no paper in the feeder for sheet 1");
    assert_int_equal(result.pages, 0);
}

static void under_200_dpi_is_refused(void **state)
{
    (void)state;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    struct scan_profile profile = profile_of("", SCAN_FLATBED, SCAN_GRAY, "");
    profile.resolution_dpi = 199;
    assert_int_equal(scan_from(&profile, 1), STATUS_FATAL);
    assert_says("199 dpi");
    assert_says("at least 200");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "resolution=150"), STATUS_FATAL);
    assert_says("150 dpi");
    assert_files(0);
    profile.resolution_dpi = 200;
    assert_int_equal(scan_from(&profile, 1), STATUS_OK);
}

static void a_device_that_rounds_below_200_dpi_is_refused(void **state)
{
    (void)state;
    rig_file(&rig, "sane", "dll.conf", "test\n");
    rig_file(&rig, "sane", "test.conf",
             "number_of_devices 1\nresolution_min 50\nresolution_max 150\nresolution_quant 1\n"
             "resolution 100\ngeometry_max 200\nbr_x 80\nbr_y 80\nmode Gray\ndepth 8\n");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, ""), STATUS_FATAL);
    assert_says("would scan at 150 dpi");
    assert_files(0);
}

static void what_the_device_does_not_have_is_named(void **state)
{
    (void)state;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "double-fed-detection=yes"), STATUS_FATAL);
    assert_says("no option double-fed-detection");
    assert_says("double-feed-detection?");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "page-size=B4"), STATUS_FATAL);
    assert_says("B4");
    assert_says("Largest|A3|A4");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "page-time=soon"), STATUS_FATAL);
    assert_says("soon");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "auto-size=perhaps"), STATUS_FATAL);
    assert_says("yes|no");
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "auto-size"), STATUS_FATAL);
    assert_says("name=value");
    struct scan_profile profile = profile_of("", SCAN_FLATBED, SCAN_GRAY, "");
    profile.page_width_mm = 400;
    assert_int_equal(scan_from(&profile, 1), STATUS_FATAL);
    assert_says("297 mm");
    profile.page_width_mm = 210;
    profile.depth_bits = 12;
    assert_int_equal(scan_from(&profile, 1), STATUS_FATAL);
    assert_says("12 bits");
    rig_file(&rig, "sane", "dll.conf", "test\n");
    rig_file(&rig, "sane", "test.conf",
             "resolution_min 50\nresolution_max 600\nresolution_quant 1\nresolution 300\n"
             "geometry_max 20\nbr_x 20\nbr_y 20\nmode Gray\ndepth 8\n");
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_FATAL);
    assert_says("no duplex feeder");
    assert_says("Flatbed|Automatic Document Feeder");
    rig_file(&rig, "sane", "dll.conf", "pnm\n"); /* no choice of source: never an endless glass */
    assert_int_equal(scan(SCAN_ADF_SIMPLEX, SCAN_GRAY, ""), STATUS_FATAL);
    assert_says("no document feeder");
    assert_files(0);
}

static void a_damaged_image_in_the_feeder_is_a_fault_at_its_sheet(void **state)
{
    (void)state;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    rig_file(&rig, "sheets", "0002.tif", "II*");
    assert_int_equal(scan(SCAN_ADF_SIMPLEX, SCAN_GRAY, ""), STATUS_RETRY);
    assert_says("at sheet 2");
    assert_int_equal(result.pages, 1);
    assert_int_equal(result.put_back_sheet, 2);
}

static void a_page_too_small_is_not_stored(void **state)
{
    (void)state;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "br-x=0"), STATUS_RETRY);
    assert_says("came in incomplete");
    assert_files(0);
}

static bool found_source;

static void look_at(void *context, const char *name, const char *title, const char *values,
                    const char *now)
{
    (void)context;
    if (strcmp(name, "source") != 0)
        return;
    found_source = true;
    assert_string_equal(title, "Scan source");
    assert_string_equal(values, "Flatbed|ADF|ADF Duplex");
    assert_string_equal(now, "ADF");
}

static void lists_devices_and_their_options(void **state)
{
    (void)state;
    const struct scan_device *devices = NULL;
    size_t count = 0;
    assert_int_equal(ingest_devices(&devices, &count, &error), STATUS_OK);
    assert_int_equal(count, 1);
    assert_string_equal(devices[0].name, "sohoafeeder:0");
    assert_string_equal(devices[0].model, "Feeder");
    found_source = false;
    assert_int_equal(ingest_device_options("sohoafeeder:0", look_at, NULL, &error), STATUS_OK);
    assert_true(found_source);
    assert_int_equal(ingest_device_options("sohoafeeder:9", look_at, NULL, &error), STATUS_FATAL);
    ingest_end();
    ingest_end();
}

/* ---------------------------------------------------------------- SANE's test back end */

static const char test_conf[] =
    "number_of_devices 1\nmode Gray\ndepth 8\nhand-scanner false\nthree-pass false\n"
    "three-pass-order RGB\nresolution_min 50\nresolution_max 600\nresolution_quant 1\n"
    "resolution 300\ntest-picture \"Solid black\"\nread-limit false\nread-limit-size 1\n"
    "read-delay false\nread-delay-duration 1000\nread-status-code Default\n"
    "fuzzy-parameters false\nppl-loss 0\nnon-blocking false\nselect-fd false\n"
    "enable-test-options false\ngeometry_min 0\ngeometry_max 40\ngeometry_quant 1\n"
    "tl_x 0\ntl_y 0\nbr_x 40\nbr_y 40\n";

static void use_test_backend(void)
{
    rig_file(&rig, "sane", "dll.conf", "test\n");
    rig_file(&rig, "sane", "test.conf", test_conf);
}

/* What scanimage reads: PNM, with its two or three numbers and then rows; 16 bits big endian. */
static void reference(const char *arguments, struct image *out)
{
    struct arena *arena = arena_new();
    char *bytes = NULL, kind = 0;
    size_t size = 0;
    int width = 0, height = 0, most = 1, head = 0;
    char *path = arena_printf(arena, "%s/reference.pnm", rig.folder);
    /* SANE's test back end now and then hangs in sane_exit, after all is read (a thread of its is
     * cancelled while it holds the loader's lock): then once more. */
    char *command = arena_printf(
        arena, "timeout -s KILL 10 scanimage --format=pnm --resolution 300 %s >%s 2>/dev/null",
        arguments, path);
    int code = system(command);
    for (int again = 0; again < 5 && code != 0; again++)
        code = system(command);
    assert_int_equal(code, 0);
    assert_int_equal(file_read(path, 1 << 26, arena, &bytes, &size, &error), STATUS_OK);
    assert_int_equal(
        sscanf(bytes, "P%c # SANE data follows %d %d%n", &kind, &width, &height, &head), 3);
    if (kind != '4') {
        int more = 0;
        assert_int_equal(sscanf(bytes + head, "%d%n", &most, &more), 1);
        head += more;
    }
    image_init(out, width, height, kind == '6' ? 3 : 1, kind == '4' ? 1 : most > 255 ? 16 : 8);
    size_t row = ((size_t)width * (size_t)out->channels * (size_t)out->bits + 7) / 8;
    assert_int_equal(size - (size_t)head - 1, row * (size_t)height);
    for (int y = 0; y < height; y++) {
        uint8_t *to = out->data + (size_t)y * out->stride;
        memcpy(to, bytes + head + 1 + (size_t)y * row, row);
        for (size_t i = 0; out->bits == 16 && i < row; i += 2) {
            uint16_t wide = (uint16_t)(to[i] << 8 | to[i + 1]);
            memcpy(to + i, &wide, 2);
        }
    }
    arena_free(arena);
}

static void scans_the_test_backend_as_scanimage_does(void **state)
{
    (void)state;
    static const struct {
        enum scan_mode mode;
        int depth;
        const char *options, *arguments;
    } rows[] = {
        {SCAN_GRAY, 8, "test-picture=Color pattern",
         "--mode Gray --depth 8 --test-picture 'Color pattern'"},
        {SCAN_GRAY, 16, "test-picture=Color pattern",
         "--mode Gray --depth 16 --test-picture 'Color pattern'"},
        {SCAN_LINEART, 8, "test-picture=Grid", "--mode Gray --depth 1 --test-picture Grid"},
        {SCAN_LINEART, 8, "test-picture=Solid black",
         "--mode Gray --depth 1 --test-picture 'Solid black'"},
        {SCAN_COLOR, 8, "test-picture=Color pattern",
         "--mode Color --depth 8 --test-picture 'Color pattern'"},
        {SCAN_COLOR, 16, "test-picture=Color pattern",
         "--mode Color --depth 16 --test-picture 'Color pattern'"},
        {SCAN_COLOR, 8, "test-picture=Color pattern; three-pass=yes; three-pass-order=BRG",
         "--mode Color --depth 8 --test-picture 'Color pattern'"},
        {SCAN_COLOR, 16, "test-picture=Color pattern; three-pass=yes; three-pass-order=GBR",
         "--mode Color --depth 16 --test-picture 'Color pattern'"},
        {SCAN_COLOR, 8, "test-picture=Color pattern; three-pass=yes; hand-scanner=yes",
         "--mode Color --depth 8 --test-picture 'Color pattern' --hand-scanner=yes"},
        {SCAN_GRAY, 8, "test-picture=Grid; hand-scanner=yes",
         "--mode Gray --depth 8 --test-picture Grid --hand-scanner=yes"},
        {SCAN_GRAY, 8, "test-picture=Grid; fuzzy-parameters=yes",
         "--mode Gray --depth 8 --test-picture Grid"},
        {SCAN_COLOR, 8, "test-picture=Grid; read-limit=yes; read-limit-size=997",
         "--mode Color --depth 8 --test-picture Grid"},
        {SCAN_COLOR, 8, "test-picture=Grid; non-blocking=yes; select-fd=yes",
         "--mode Color --depth 8 --test-picture Grid"},
        {SCAN_GRAY, 8, "test-picture=Grid; read-delay=yes; read-delay-duration=5000",
         "--mode Gray --depth 8 --test-picture Grid"},
    };
    use_test_backend();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct image expected;
        char arguments[300];
        bool hand = strstr(rows[i].arguments, "hand-scanner") != NULL;
        snprintf(arguments, sizeof arguments, "-d test:0 %s %s", rows[i].arguments,
                 hand ? "" : "-l 0 -t 0 -x 40 -y 40");
        reference(arguments, &expected);
        struct scan_profile profile =
            profile_of("test:0", SCAN_FLATBED, rows[i].mode, rows[i].options);
        profile.depth_bits = rows[i].depth;
        if (scan_from(&profile, 1) != STATUS_OK)
            fail_msg("row %zu: %s", i, error.text);
        assert_true(seen.unknown_share == hand);
        assert_master("0001-1.scan.tif", &expected);
        image_clear(&expected);
        rig_clear_out(&rig);
    }
}

static void drops_the_padding_of_rows(void **state)
{
    (void)state;
    struct image whole, master, cut;
    use_test_backend();
    assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, "test-picture=Grid"), STATUS_OK);
    rig_read(&rig, "0001-1.scan.tif", &whole);
    struct scan_profile profile =
        profile_of("", SCAN_FLATBED, SCAN_GRAY, "test-picture=Grid; ppl-loss=13");
    assert_int_equal(scan_from(&profile, 2), STATUS_OK);
    rig_read(&rig, "0002-1.scan.tif", &master);
    cut = whole;
    cut.width_px -= 13;
    assert_true(rig_same(&master, &cut));
    image_clear(&whole);
    image_clear(&master);
}

static void empties_the_feeder_of_the_test_backend(void **state)
{
    (void)state;
    use_test_backend();
    assert_int_equal(scan(SCAN_ADF_SIMPLEX, SCAN_GRAY, ""), STATUS_OK);
    assert_int_equal(result.pages, 10);
    assert_int_equal(result.sheets, 10);
    assert_string_equal(seen.names[9], "0010-1");
    assert_files(10);
}

static void understands_every_status_of_a_read(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words;
    } rows[] = {
        {"UNSUPPORTED", "reported a fault at sheet 1"},
        {"CANCELLED", "stopped at sheet 1"},
        {"DEVICE_BUSY", "reported a fault at sheet 1"},
        {"INVAL", "stopped answering at sheet 1"},
        {"EOF", "Sheet 1 came in incomplete"},
        {"JAMMED", "jammed at sheet 1"},
        {"NO_DOCS", "no paper"},
        {"COVER_OPEN", "cover is open; sheet 1"},
        {"IO_ERROR", "stopped answering at sheet 1"},
        {"NO_MEM", "reported a fault at sheet 1"},
        {"ACCESS_DENIED", "reported a fault at sheet 1"},
    };
    use_test_backend();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char options[100];
        snprintf(options, sizeof options, "read-return-value=SANE_STATUS_%s", rows[i].name);
        assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, options), STATUS_RETRY);
        assert_says(rows[i].words);
        assert_says("Lay sheet 1 on the glass again");
        assert_int_equal(result.put_back_sheet, 1);
        assert_files(0);
    }
}

/* ---------------------------------------------------------------- SANE's pnm back end */

static void write_pnm(const char *name, const struct image *image)
{
    struct buffer pnm = {0};
    char path[256];
    size_t row = ((size_t)image->width_px * (size_t)image->channels * (size_t)image->bits + 7) / 8;
    buffer_printf(&pnm, "P%c\n%d %d\n%s",
                  image->bits == 1       ? '4'
                  : image->channels == 3 ? '6'
                                         : '5',
                  image->width_px, image->height_px, image->bits == 1 ? "" : "255\n");
    for (int y = 0; y < image->height_px; y++)
        buffer_add(&pnm, image->data + (size_t)y * image->stride, row);
    snprintf(path, sizeof path, "%s/%s", rig.sheets, name);
    assert_int_equal(file_write(path, pnm.data, pnm.size, &error), STATUS_OK);
    buffer_clear(&pnm);
}

static void scans_the_pnm_backend(void **state)
{
    (void)state;
    static const struct {
        int channels, bits;
        const char *options;
    } rows[] = {
        {3, 8, ""}, {3, 8, "; three-pass=yes"},   {3, 8, "; hand-scanner=yes"},
        {1, 8, ""}, {1, 8, "; hand-scanner=yes"}, {1, 1, ""},
    };
    rig_file(&rig, "sane", "dll.conf", "pnm\n");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct image paper;
        char options[300];
        rig_noise(&paper, 99, 60, rows[i].channels, rows[i].bits, 8);
        write_pnm("page.pnm", &paper);
        snprintf(options, sizeof options, "filename=%s/page.pnm%s", rig.sheets, rows[i].options);
        struct scan_profile profile = profile_of(
            "pnm:0", SCAN_FLATBED, rows[i].channels == 3 ? SCAN_COLOR : SCAN_GRAY, options);
        if (scan_from(&profile, 1) != STATUS_OK)
            fail_msg("row %zu: %s", i, error.text);
        assert_master("0001-1.scan.tif", &paper);
        image_clear(&paper);
        rig_clear_out(&rig);
    }
}

static void understands_the_statuses_of_the_pnm_backend(void **state)
{
    (void)state;
    static const struct {
        const char *name, *words;
    } rows[] = {{"eof", "incomplete"},
                {"jammed", "jammed"},
                {"nodocs", "no paper"},
                {"coveropen", "cover is open"},
                {"ioerror", "stopped answering"},
                {"nomem", "reported a fault"},
                {"accessdenied", "reported a fault"}};
    struct image paper;
    rig_file(&rig, "sane", "dll.conf", "pnm\n");
    rig_noise(&paper, 99, 60, 1, 8, 8);
    write_pnm("page.pnm", &paper);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char options[300];
        snprintf(options, sizeof options, "filename=%s/page.pnm; status-%s=yes", rig.sheets,
                 rows[i].name);
        assert_int_equal(scan(SCAN_FLATBED, SCAN_GRAY, options), STATUS_RETRY);
        assert_says(rows[i].words);
        assert_files(0);
    }
    image_clear(&paper);
}

/* ---------------------------------------------------------------- saned and net, on the loopback
 */

static pid_t saned;
static char host[32]; /* the net back end knows one port only; but 127/8 has many addresses */

static bool answers(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(6566)};
    inet_pton(AF_INET, host, &address.sin_addr);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected = connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    close(fd);
    return connected;
}

/* saned is not built with sanitizers and cannot load a feeder that is. */
#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SANITIZED true
#endif
#endif
#ifndef SANITIZED
#define SANITIZED false
#endif

/* The scanner is at "another" machine, which serves this back end. */
static bool start_saned(const char *backend, const char *conf_name, const char *conf)
{
    char server[128], text[128];
    struct error fault;
    snprintf(server, sizeof server, "%s/server", rig.folder);
    assert_int_equal(file_mkdirs(server, &fault), STATUS_OK);
    rig_file(&rig, "server", "dll.conf", backend);
    rig_file(&rig, "server", "saned.conf", "127.0.0.0/8\n");
    rig_file(&rig, "server", conf_name, conf);
    snprintf(host, sizeof host, "127.77.%d.%d", getpid() / 250 % 250, getpid() % 250 + 1);
    rig_file(&rig, "sane", "dll.conf", "net\n");
    snprintf(text, sizeof text, "connect_timeout = 20\n%s\n", host);
    rig_file(&rig, "sane", "net.conf", text);
    saned = fork();
    if (saned == 0) {
        setpgid(0, 0); /* saned forks for each connection: so that all can be ended at once */
        setenv("SANE_CONFIG_DIR", server, 1);
        execlp("saned", "saned", "-l", "-b", host, "-p", "6566", "-d0", "-e", (char *)NULL);
        execl("/usr/sbin/saned", "saned", "-l", "-b", host, "-p", "6566", "-d0", "-e",
              (char *)NULL);
        _exit(127);
    }
    for (int i = 0; i < 200; i++) {
        if (answers())
            return true;
        if (waitpid(saned, NULL, WNOHANG) == saned) {
            saned = 0;
            return false;
        }
        usleep(50 * 1000);
    }
    return false;
}

static void end_saned(void)
{
    if (saned <= 0)
        return;
    kill(-saned, SIGKILL);
    waitpid(saned, NULL, 0);
    saned = 0;
}

static void must_start(bool started)
{
    if (started)
        return;
    print_message("saned cannot listen on the loopback here\n");
    skip();
}

static void serve_feeder(const char *conf)
{
    if (SANITIZED) {
        print_message("saned cannot load a feeder built with sanitizers\n");
        skip();
    }
    must_start(start_saned("sohoafeeder\n", "sohoafeeder.conf", conf));
}

static void a_test_scanner_on_the_network_gives_the_same_pages(void **state)
{
    (void)state;
    static const char options[] = "test-picture=Color pattern";
    struct image here;
    use_test_backend();
    struct scan_profile profile = profile_of("", SCAN_FLATBED, SCAN_COLOR, options);
    profile.depth_bits = 16;
    assert_int_equal(scan_from(&profile, 1), STATUS_OK);
    rig_read(&rig, "0001-1.scan.tif", &here);
    must_start(start_saned("test\n", "test.conf", test_conf));
    if (scan_from(&profile, 2) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_non_null(strstr(seen.device, "net:"));
    assert_master("0002-1.scan.tif", &here);
    image_clear(&here);
    profile = profile_of("", SCAN_ADF_SIMPLEX, SCAN_GRAY, options);
    if (scan_from(&profile, 3) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(result.pages, 10);
}

static void scans_over_the_network(void **state)
{
    (void)state;
    struct image papers[2][2], page;
    serve_feeder("state feeder.state\nfault jam 2\n");
    stack(2, papers);
    enum status status = scan(SCAN_ADF_DUPLEX, SCAN_GRAY, "");
    assert_says("jammed at sheet 2");
    assert_int_equal(status, STATUS_RETRY);
    assert_int_equal(result.pages, 2);
    assert_non_null(strstr(seen.device, "net:"));
    struct scan_profile profile = profile_of("", SCAN_ADF_DUPLEX, SCAN_GRAY, "");
    if (scan_from(&profile, 2) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(result.pages, 2);
    for (int i = 0; i < 4; i++) {
        char name[32];
        snprintf(name, sizeof name, "%04d-%d.scan.tif", i / 2 + 1, i % 2 + 1);
        assert_master(name, &papers[i / 2][i % 2]);
    }
    rig_sheet(&rig, "0001-1.tif", 99, 60, 3, 16, 3, &page); /* byte order, three frames */
    profile = profile_of("", SCAN_FLATBED, SCAN_COLOR, "three-pass=yes");
    profile.depth_bits = 16;
    if (scan_from(&profile, 3) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_master("0003-1.scan.tif", &page);
    image_clear(&page);
    clear(2, papers);
}

static void a_network_that_goes_away_keeps_what_is_there(void **state)
{
    (void)state;
    struct image papers[2][2];
    serve_feeder("");
    stack(2, papers);
    seen.on_page = end_saned;
    assert_int_equal(scan(SCAN_ADF_DUPLEX, SCAN_GRAY, ""), STATUS_RETRY);
    assert_says("Put sheet 1 and those after it back");
    assert_int_equal(result.pages, 1);
    assert_int_equal(result.put_back_sheet, 1);
    assert_files(1);
    clear(2, papers);
}

/* ---------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    rig_make(&rig, "sohoafeeder\n");
    memset(&seen, 0, sizeof seen);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    end_saned();
    rig_remove(&rig);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_every_side_of_every_sheet_unchanged),
        TEST(keeps_every_mode_and_depth),
        TEST(keeps_blank_backs_and_simplex_takes_fronts_only),
        TEST(records_device_and_profile_in_the_master),
        TEST(after_each_fault_the_batch_goes_on),
        TEST(a_cancel_in_the_middle_keeps_what_is_there),
        TEST(a_killed_program_gives_the_scanner_back),
        TEST(a_sink_that_says_no_ends_the_batch_after_its_page),
        TEST(a_full_disk_names_the_sheet),
        TEST(no_scanner_is_said),
        TEST(an_empty_feeder_is_said),
        TEST(under_200_dpi_is_refused),
        TEST(a_device_that_rounds_below_200_dpi_is_refused),
        TEST(what_the_device_does_not_have_is_named),
        TEST(a_damaged_image_in_the_feeder_is_a_fault_at_its_sheet),
        TEST(a_page_too_small_is_not_stored),
        TEST(lists_devices_and_their_options),
        TEST(scans_the_test_backend_as_scanimage_does),
        TEST(drops_the_padding_of_rows),
        TEST(empties_the_feeder_of_the_test_backend),
        TEST(understands_every_status_of_a_read),
        TEST(scans_the_pnm_backend),
        TEST(understands_the_statuses_of_the_pnm_backend),
        TEST(a_test_scanner_on_the_network_gives_the_same_pages),
        TEST(scans_over_the_network),
        TEST(a_network_that_goes_away_keeps_what_is_there),
    };
    log_open("/dev/null", LOG_ERROR, "test");
    message_use("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
