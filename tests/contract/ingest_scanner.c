/* Scanning: our feeder with every fault, and bad input. What comes out is compared pixel by pixel
 * with what went in. */
#include "tests/contract/ingest_scanning.h"

#include <sys/wait.h>
#include <unistd.h>

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

/* ---------------------------------------------------------------- */

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
    };
    return SCANNING(tests);
}
