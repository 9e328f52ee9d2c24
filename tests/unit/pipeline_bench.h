/* A warehouse to try the pipeline on, for the tests of this folder. */
#ifndef SOHOA_TESTS_PIPELINE_BENCH_H
#define SOHOA_TESTS_PIPELINE_BENCH_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/file.h"
#include "core/image.h"
#include "core/log.h"
#include "core/message.h"
#include "pipeline/ledger.h"
#include "pipeline/spool.h"

struct bench {
    char folder[64];
    const char *root;
    struct warehouse warehouse;
    struct db *db;
    struct arena *arena;
    struct error error;
};

/* What went wrong is worth more than a number. */
#define GOOD(call)                                                                                 \
    do {                                                                                           \
        enum status good_status = (call);                                                          \
        if (good_status != STATUS_OK)                                                              \
            print_error("%s: %s\n", #call, bench->error.text);                                     \
        assert_int_equal(good_status, STATUS_OK);                                                  \
    } while (0)

static inline void bench_open(struct bench *bench)
{
    GOOD(warehouse_open(bench->root, NULL, &bench->warehouse, &bench->error));
    GOOD(warehouse_db(&bench->warehouse, &bench->db, &bench->error));
    bench->warehouse.pipeline.retry_s = 0.01;
}

static inline void bench_close_db(struct bench *bench)
{
    db_close(bench->db);
    bench->db = NULL;
}

static inline void bench_reopen_db(struct bench *bench)
{
    if (!bench->db)
        GOOD(warehouse_db(&bench->warehouse, &bench->db, &bench->error));
}

static inline int bench_set_up(void **state)
{
    struct bench *bench = memory_new(sizeof *bench);
    message_use("en");
    strcpy(bench->folder, "/tmp/sohoa-pipeline.XXXXXX");
    assert_non_null(mkdtemp(bench->folder));
    bench->arena = arena_new();
    bench->root = file_join(bench->arena, bench->folder, "kho");
    GOOD(warehouse_create(bench->root, "UBND xã Thử Nghiệm", false, &bench->error));
    log_open(file_join(bench->arena, bench->root, "log/sohoa.log"), LOG_INFO, "test");
    bench_open(bench);
    *state = bench;
    return 0;
}

static inline int bench_tear_down(void **state)
{
    struct bench *bench = *state;
    bench_close_db(bench);
    warehouse_close(&bench->warehouse);
    log_open(NULL, LOG_WARNING, "test");
    file_remove_tree(bench->folder, NULL);
    arena_free(bench->arena);
    free(bench);
    return 0;
}

static inline int64_t bench_number(struct bench *bench, const char *sql)
{
    int64_t value = -1;
    bench_reopen_db(bench);
    GOOD(ledger_number(bench->db, &value, &bench->error, sql, NULL));
    return value;
}

/* "state" or "state held" of a row, "none" when there is none. */
static inline const char *bench_state(struct bench *bench, const char *kind, const char *id)
{
    struct db_query *query = NULL;
    const char *text = "none";
    bench_reopen_db(bench);
    GOOD(db_prepare(bench->db, "SELECT state, held FROM ledger WHERE kind = ? AND id = ?", &query,
                    &bench->error));
    db_bind_text(query, 1, kind);
    db_bind_text(query, 2, id);
    if (db_step(query, &bench->error) == STATUS_OK)
        text =
            arena_printf(bench->arena, "%s%s", db_text(query, 0), db_int(query, 1) ? " held" : "");
    db_finish(query);
    return text;
}

static inline const char *bench_why(struct bench *bench, const char *id)
{
    struct db_query *query = NULL;
    const char *text = "";
    bench_reopen_db(bench);
    GOOD(db_prepare(bench->db, "SELECT why FROM ledger WHERE id = ?", &query, &bench->error));
    db_bind_text(query, 1, id);
    if (db_step(query, &bench->error) == STATUS_OK)
        text = arena_strdup(bench->arena, db_text(query, 0));
    db_finish(query);
    return text;
}

/* A master on disk as ingest leaves it, with its page.json when facts is set. */
static inline struct page bench_master(struct bench *bench, const char *batch, const char *name,
                                       bool facts)
{
    struct image image = {0};
    const char *folder = pipeline_batch_folder(&bench->warehouse, batch, bench->arena);
    struct page page = {.name = arena_strdup(bench->arena, name),
                        .file = arena_printf(bench->arena, "%s.scan.tif", name),
                        .origin = "",
                        .sha256 = "",
                        .device = "",
                        .mode = "gray",
                        .scanned_at = "2026-11-22T14:05:09+07:00",
                        .width_px = 40,
                        .height_px = 60,
                        .channels = 1,
                        .bits = 8,
                        .dpi_x = 300,
                        .dpi_y = 300};
    sscanf(name, "%d-%d", &page.sheet, &page.side);
    image_init(&image, 40, 60, 1, 8);
    memset(image.data, 255, image.stride * 60);
    image.dpi_x = image.dpi_y = 300;
    GOOD(image_write_tiff(&image, file_join(bench->arena, folder, page.file), NULL, &bench->error));
    image_clear(&image);
    if (facts)
        GOOD(page_write(&page, folder, &bench->error));
    return page;
}

/* A batch with its folder and row, open in the name of this process. */
static inline const char *bench_batch(struct bench *bench, const char *source, const char *profile)
{
    struct batch batch = {.source = source,
                          .device = "",
                          .profile = profile,
                          .operator_name = "",
                          .box_code = "H1",
                          .shelf = "K2",
                          .separate = SEPARATE_BATCH};
    GOOD(pipeline_open_batch(&bench->warehouse, bench->db, &batch, bench->arena, &bench->error));
    return batch.id;
}

static inline void bench_take(struct bench *bench, const char *batch, const char *name)
{
    struct page page = bench_master(bench, batch, name, true);
    GOOD(pipeline_take_page(bench->db, batch, &page, &bench->error));
}

/* As if the process that scans were gone. */
static inline void bench_orphan(struct bench *bench, const char *batch)
{
    GOOD(db_do(bench->db, &bench->error, "UPDATE ledger SET owner = '' WHERE id = ?", "s", batch));
}

#endif
