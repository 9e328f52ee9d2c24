/* The feeder as a SANE back end: the order of calls, what ends a page too early, each fault. */
#include "tests/contract/ingest_feeding.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

static void keeps_the_order_of_calls(void **state)
{
    (void)state;
    SANE_Byte byte[64];
    SANE_Int length, fd;
    rig_sheet(&rig, "0001.tif", 400, 300, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(sane_read(device, byte, sizeof byte, &length), SANE_STATUS_INVAL);
    assert_int_equal(sane_set_io_mode(device, SANE_TRUE), SANE_STATUS_INVAL);
    assert_int_equal(sane_get_select_fd(device, &fd), SANE_STATUS_INVAL);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_DEVICE_BUSY);
    assert_int_equal(set_string("mode", "Color", NULL), SANE_STATUS_DEVICE_BUSY);
    SANE_Handle second;
    assert_int_equal(sane_open("sohoafeeder:0", &second), SANE_STATUS_DEVICE_BUSY);
    assert_int_equal(drain(NULL), SANE_STATUS_EOF);
    assert_int_equal(sane_read(device, byte, sizeof byte, &length), SANE_STATUS_EOF);
    finish();
}

static void reads_without_blocking(void **state)
{
    (void)state;
    SANE_Byte bytes[4096];
    SANE_Int length = -1, fd = -1;
    size_t total = 0;
    int empty = 0;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(set_word("page-time", 300, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    assert_int_equal(sane_set_io_mode(device, SANE_TRUE), SANE_STATUS_GOOD);
    assert_int_equal(sane_get_select_fd(device, &fd), SANE_STATUS_GOOD);
    for (;;) {
        SANE_Status status = sane_read(device, bytes, sizeof bytes, &length);
        if (status == SANE_STATUS_EOF)
            break;
        assert_int_equal(status, SANE_STATUS_GOOD);
        total += (size_t)length;
        if (length > 0)
            continue;
        struct pollfd readable = {fd, POLLIN, 0};
        empty++;
        assert_int_equal(poll(&readable, 1, 10000), 1);
    }
    assert_int_equal(total, 200 * 100);
    assert_true(empty > 0);
    finish();
}

static void cancel_ends_a_page_and_the_sheet_is_fed_again(void **state)
{
    (void)state;
    struct image front, back;
    SANE_Byte bytes[1000];
    SANE_Int length;
    rig_sheet(&rig, "0001-1.tif", 500, 400, 1, 8, 1, &front);
    rig_sheet(&rig, "0001-2.tif", 500, 400, 1, 8, 2, &back);
    begin();
    use("ADF Duplex", "Gray", 8);
    sane_cancel(device); /* nothing to cancel: harmless */
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    assert_int_equal(sane_read(device, bytes, sizeof bytes, &length), SANE_STATUS_GOOD);
    sane_cancel(device);
    assert_int_equal(sane_read(device, bytes, sizeof bytes, &length), SANE_STATUS_CANCELLED);
    assert_scans(&front);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD); /* the back */
    sane_cancel(device);
    sane_cancel(device);
    assert_int_equal(set_word("page-time", 0, NULL), SANE_STATUS_GOOD);
    assert_scans(&front);
    assert_scans(&back);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    assert_int_equal(set_word("next-sheet", 1, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    finish(); /* in the middle of a page */
    image_clear(&front);
    image_clear(&back);
}

static void cancel_now(int number)
{
    (void)number;
    sane_cancel(device);
}

static void cancel_in_a_signal_handler_ends_a_read_that_blocks(void **state)
{
    (void)state;
    struct sigaction act = {.sa_handler = cancel_now}, before;
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(set_word("page-time", 600000, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_GOOD);
    sigaction(SIGALRM, &act, &before);
    ualarm(200 * 1000, 0);
    assert_int_equal(drain(NULL), SANE_STATUS_CANCELLED);
    sigaction(SIGALRM, &before, NULL);
    finish();
}

static void gives_each_fault_its_status_and_once(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        SANE_Status at_start, at_end;
    } faults[] = {{"jam", SANE_STATUS_GOOD, SANE_STATUS_JAMMED},
                  {"double-feed", SANE_STATUS_JAMMED, 0},
                  {"out-of-paper", SANE_STATUS_NO_DOCS, 0},
                  {"cover-open", SANE_STATUS_COVER_OPEN, 0},
                  {"io-error", SANE_STATUS_GOOD, SANE_STATUS_IO_ERROR}};
    struct image papers[3];
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, &papers[0]);
    rig_sheet(&rig, "0002.tif", 200, 100, 1, 8, 2, &papers[1]);
    rig_sheet(&rig, "0003.tif", 200, 100, 1, 8, 3, &papers[2]);
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct buffer rows = {0};
        begin();
        use("ADF", "Gray", 8);
        arm(faults[i].name, 2, 1);
        assert_scans(&papers[0]);
        assert_int_equal(sane_start(device), faults[i].at_start);
        if (faults[i].at_start == SANE_STATUS_GOOD) {
            assert_int_equal(drain(&rows), faults[i].at_end);
            assert_int_equal(rows.size, 200 * 50); /* the upper half */
        }
        assert_int_equal(get_word("double-feed"), strcmp(faults[i].name, "double-feed") == 0);
        assert_int_equal(get_word("cover-open"), strcmp(faults[i].name, "cover-open") == 0);
        assert_scans(&papers[1]); /* put back */
        assert_scans(&papers[2]);
        assert_int_equal(get_word("double-feed"), SANE_FALSE);
        assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
        finish();
        buffer_clear(&rows);
    }
    begin();
    use("ADF", "Gray", 8);
    arm("double-feed", 1, 1);
    assert_int_equal(set_word("double-feed-detection", SANE_FALSE, NULL), SANE_STATUS_GOOD);
    assert_scans(&papers[0]);
    assert_scans(&papers[2]); /* the second sheet went through unseen */
    finish();
    begin();
    use("ADF", "Gray", 8);
    arm("unplugged", 1, 1);
    assert_int_equal(scan_and_drop(), SANE_STATUS_IO_ERROR);
    assert_int_equal(sane_start(device), SANE_STATUS_IO_ERROR);
    sane_close(device);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_INVAL);
    sane_exit();
    for (int i = 0; i < 3; i++)
        image_clear(&papers[i]);
}

static void remembers_what_was_fed_and_what_went_wrong(void **state)
{
    (void)state;
    struct image papers[2];
    rig_file(&rig, "sane", "sohoafeeder.conf",
             "# as an office would keep it\n"
             "state feeder.state\n"
             "option mode Gray\n"
             "fault jam 2\n");
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, &papers[0]);
    rig_sheet(&rig, "0002.tif", 200, 100, 1, 8, 2, &papers[1]);
    begin();
    assert_scans(&papers[0]);
    assert_int_equal(scan_and_drop(), SANE_STATUS_JAMMED);
    finish();
    begin(); /* on another day */
    assert_int_equal(get_word("next-sheet"), 2);
    assert_scans(&papers[1]);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    finish();
    begin();
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    assert_int_equal(set_word("next-sheet", 1, NULL), SANE_STATUS_GOOD);
    assert_scans(&papers[0]);
    finish();
    begin();
    assert_int_equal(get_word("next-sheet"), 2);
    SANE_Handle second;
    assert_int_equal(sane_open("sohoafeeder:0", &second), SANE_STATUS_DEVICE_BUSY);
    finish();
    image_clear(&papers[0]);
    image_clear(&papers[1]);
}

static void an_open_device_is_busy_for_other_programs(void **state)
{
    (void)state;
    rig_file(&rig, "sane", "sohoafeeder.conf", "state feeder.state\n");
    rig_sheet(&rig, "0001.tif", 200, 100, 1, 8, 1, NULL);
    pid_t other = fork();
    int ended = 0;
    assert_true(other >= 0);
    if (other == 0) {
        sane_init(NULL, NULL);
        SANE_Status status = sane_open("sohoafeeder:0", &device);
        rig_file(&rig, "out", "open", "");
        while (rig_has(&rig, "open"))
            usleep(10000);
        _exit(status);
    }
    for (int i = 0; i < 1000 && !rig_has(&rig, "open"); i++)
        usleep(10000);
    assert_int_equal(sane_init(NULL, NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_DEVICE_BUSY);
    rig_clear_out(&rig);
    assert_int_equal(waitpid(other, &ended, 0), other);
    assert_int_equal(WEXITSTATUS(ended), SANE_STATUS_GOOD);
    assert_int_equal(sane_open("sohoafeeder:0", &device), SANE_STATUS_GOOD);
    finish();
}

static void a_damaged_image_is_an_io_error(void **state)
{
    (void)state;
    rig_file(&rig, "sheets", "0001.tif", "II*");
    rig_sheet(&rig, "0002.tif", 200, 100, 1, 8, 1, NULL);
    begin();
    use("ADF", "Gray", 8);
    assert_int_equal(sane_start(device), SANE_STATUS_IO_ERROR);
    assert_int_equal(sane_start(device), SANE_STATUS_IO_ERROR); /* it is still there */
    assert_int_equal(set_word("next-sheet", 2, NULL), SANE_STATUS_GOOD);
    assert_int_equal(scan_and_drop(), SANE_STATUS_EOF);
    finish();
}

static void an_empty_folder_is_an_empty_feeder(void **state)
{
    (void)state;
    begin();
    assert_int_equal(get_word("page-loaded"), SANE_FALSE);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    assert_int_equal(set_string("source", "Flatbed", NULL), SANE_STATUS_GOOD);
    assert_int_equal(sane_start(device), SANE_STATUS_NO_DOCS);
    finish();
}

/* ---------------------------------------------------------------- */

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(keeps_the_order_of_calls),
        TEST(reads_without_blocking),
        TEST(cancel_ends_a_page_and_the_sheet_is_fed_again),
        TEST(cancel_in_a_signal_handler_ends_a_read_that_blocks),
        TEST(gives_each_fault_its_status_and_once),
        TEST(remembers_what_was_fed_and_what_went_wrong),
        TEST(an_open_device_is_busy_for_other_programs),
        TEST(a_damaged_image_is_an_io_error),
        TEST(an_empty_folder_is_an_empty_feeder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
