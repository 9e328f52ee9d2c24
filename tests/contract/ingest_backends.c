/* Scanning: against SANE's own test and pnm back ends, and saned over the loopback. What comes out
 * is compared pixel by pixel with what went in, or with what SANE's own scanimage reads from the
 * same device. */
#include "tests/contract/ingest_scanning.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

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

static int stop(void **state)
{
    end_saned();
    return tear_down(state);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stop)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
    return SCANNING(tests);
}
