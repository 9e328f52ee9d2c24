/* One scan, as a table would say: the folder, what came of it, what was seen on the way. For the
 * contract tests of scanners; each program has its own. */
#ifndef SOHOA_TESTS_CONTRACT_INGEST_SCANNING_H
#define SOHOA_TESTS_CONTRACT_INGEST_SCANNING_H

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/log.h"
#include "core/message.h"
#include "ingest/ingest.h"
#include "tests/scanner_rig.h"

static struct rig rig;
static struct error error;
static struct ingest_result result;

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

static inline enum status take(void *context, const struct page *page, struct error *fault)
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

static inline bool go_on(void *context, int sheet, int side, double share)
{
    (void)context;
    seen.unknown_share |= share < 0;
    seen.known_share |= share > 0;
    assert_true(share <= 1);
    return !(sheet == seen.cancel_sheet && side == seen.cancel_side && share != 0);
}

static inline struct scan_profile profile_of(const char *device, enum scan_source source,
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

static inline enum status scan_from(const struct scan_profile *profile, int first_sheet)
{
    struct ingest_sink sink = {.page = take, .progress = go_on};
    memset(&error, 0, sizeof error);
    seen.pages = 0;
    seen.unknown_share = seen.known_share = false;
    return ingest_scan(profile, rig.out, first_sheet, &sink, &result, &error);
}

static inline enum status scan(enum scan_source source, enum scan_mode mode, const char *options)
{
    struct scan_profile profile = profile_of("", source, mode, options);
    return scan_from(&profile, 1);
}

static inline void assert_says(const char *words)
{
    if (!strstr(error.text, words))
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static inline void assert_master(const char *name, const struct image *paper)
{
    struct image master;
    rig_read(&rig, name, &master);
    assert_true(rig_same(&master, paper));
    assert_true(master.dpi_x == 300 && master.dpi_y == 300);
    image_clear(&master);
}

/* Sheets NNNN-1, NNNN-2 of 200 x 100, grey. */
static inline void stack(int sheets, struct image papers[][2])
{
    for (int i = 0; i < sheets; i++)
        for (int side = 0; side < 2; side++) {
            char name[32];
            snprintf(name, sizeof name, "%04d-%d.tif", i + 1, side + 1);
            rig_sheet(&rig, name, 200, 100, 1, 8, (unsigned)(10 * i + side), &papers[i][side]);
        }
}

static inline void clear(int sheets, struct image papers[][2])
{
    for (int i = 0; i < sheets; i++)
        for (int side = 0; side < 2; side++)
            image_clear(&papers[i][side]);
}

/* Nothing but whole pages of this batch lies in the folder. */
static inline void assert_files(int masters)
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
static inline int set_up(void **state)
{
    (void)state;
    rig_make(&rig, "sohoafeeder\n");
    memset(&seen, 0, sizeof seen);
    return 0;
}

static inline int tear_down(void **state)
{
    (void)state;
    rig_remove(&rig);
    return 0;
}

/* Runs them all. */
#define SCANNING(tests)                                                                            \
    (log_open("/dev/null", LOG_ERROR, "test"), message_use("en"),                                  \
     cmocka_run_group_tests(tests, NULL, NULL))

#endif
