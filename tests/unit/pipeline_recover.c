/* What the start of a run puts right. */
#include "tests/unit/pipeline_bench.h"

#include "archive/store.h"
#include "pipeline/recover.h"

static struct recovery again(struct bench *bench)
{
    struct recovery recovery;
    bench_reopen_db(bench);
    GOOD(recover(&bench->warehouse, bench->db, &recovery, &bench->error));
    return recovery;
}

static const char *in_batch(struct bench *bench, const char *batch, const char *name)
{
    return file_join(bench->arena, pipeline_batch_folder(&bench->warehouse, batch, bench->arena),
                     name);
}

static const char *page_state(struct bench *bench, const char *batch, const char *page)
{
    return bench_state(bench, "page", spool_page_id(bench->arena, batch, page));
}

static void touch(struct bench *bench, const char *path)
{
    GOOD(file_write(path, "x", 1, &bench->error));
}

static void close_batch(struct bench *bench, const char *batch)
{
    GOOD(pipeline_close_batch(&bench->warehouse, bench->db, batch, &bench->error));
}

/* ---------------------------------------------------------------- pages and half files */

static void master_without_a_row_is_taken_up(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    bench_take(bench, batch, "0001-1");
    bench_master(bench, batch, "0002-1", true);  /* the end came before the row */
    bench_master(bench, batch, "0003-1", false); /* and before page.json */
    bench_orphan(bench, batch);
    assert_int_equal(again(bench).pages_adopted, 2);
    assert_string_equal(page_state(bench, batch, "0002-1"), "scanned");
    assert_string_equal(page_state(bench, batch, "0003-1"), "scanned");

    struct page page;
    GOOD(page_read(pipeline_batch_folder(&bench->warehouse, batch, bench->arena), "0003-1",
                   bench->arena, &page, &bench->error));
    assert_int_equal(page.sheet, 3);
    assert_int_equal(page.side, 1);
    assert_int_equal(page.width_px, 40);
    assert_int_equal(strlen(page.sha256), 64);
    assert_int_equal(again(bench).pages_adopted, 0);
}

static void damaged_master_gets_its_row_too(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    touch(bench, in_batch(bench, batch, "0001-1.scan.tif"));
    bench_orphan(bench, batch);
    again(bench);
    assert_string_equal(page_state(bench, batch, "0001-1"), "scanned");
}

static void folder_called_like_a_master_does_not_stop_the_others(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    GOOD(file_mkdirs(in_batch(bench, batch, "0001-1.scan.tif"), &bench->error));
    bench_master(bench, batch, "0002-1", false);
    bench_orphan(bench, batch);
    assert_int_equal(again(bench).pages_adopted, 1);
    assert_string_equal(page_state(bench, batch, "0002-1"), "scanned");
    assert_true(file_is_folder(in_batch(bench, batch, "0001-1.scan.tif")));
}

static void half_files_go_and_whole_ones_stay(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    bench_take(bench, batch, "0001-1");
    GOOD(file_mkdirs(in_batch(bench, batch, "some-document"), &bench->error));
    touch(bench, in_batch(bench, batch, "0002-1.scan.tif.part"));
    touch(bench, in_batch(bench, batch, "some-document/document.pdf.part"));
    touch(bench, in_batch(bench, batch, "some-document/document.json"));
    touch(bench, in_batch(bench, batch, "0001-1.superseded-1.tif"));
    bench_orphan(bench, batch);
    assert_int_equal(again(bench).parts, 2);
    assert_false(file_exists(in_batch(bench, batch, "0002-1.scan.tif.part")));
    assert_false(file_exists(in_batch(bench, batch, "some-document/document.pdf.part")));
    assert_true(file_exists(in_batch(bench, batch, "some-document/document.json")));
    assert_true(file_exists(in_batch(bench, batch, "0001-1.superseded-1.tif")));
    assert_true(file_exists(in_batch(bench, batch, "0001-1.scan.tif")));
}

static void page_scanned_again_just_before_the_end_starts_anew(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "scanner", "adf-duplex");
    bench_take(bench, batch, "0001-1");
    db_run(bench->db, "UPDATE ledger SET state = 'read' WHERE kind = 'page'", NULL);
    bench_master(bench, batch, "0001-1", true); /* page.json says: not inspected */
    bench_orphan(bench, batch);
    again(bench);
    assert_string_equal(page_state(bench, batch, "0001-1"), "scanned");
    /* in a closed batch it is a page that a person let go on unread */
    db_run(bench->db, "UPDATE ledger SET state = 'read' WHERE kind = 'page'", NULL);
    close_batch(bench, batch);
    again(bench);
    assert_string_equal(page_state(bench, batch, "0001-1"), "read");
}

static void batch_that_is_being_scanned_is_left_alone(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "scanner", "adf-duplex"); /* by this process */
    bench_take(bench, batch, "0001-1");
    bench_master(bench, batch, "0001-2", true);
    touch(bench, in_batch(bench, batch, "0002-1.scan.tif.part"));
    struct recovery recovery = again(bench);
    assert_int_equal(recovery.parts, 0);
    assert_int_equal(recovery.pages_adopted, 0);
    assert_string_equal(bench_state(bench, "batch", batch), "open");
}

/* ---------------------------------------------------------------- batches */

static void interrupted_scan_says_which_sheet_goes_back(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "scanner", "adf-duplex");
    bench_take(bench, batch, "0001-1");
    bench_take(bench, batch, "0001-2");
    bench_take(bench, batch, "0002-1"); /* its back never came */
    bench_orphan(bench, batch);
    assert_int_equal(again(bench).batches_interrupted, 1);
    assert_string_equal(bench_state(bench, "batch", batch), "open held");
    assert_non_null(strstr(bench_why(bench, batch), "Put sheet 2 "));
    assert_non_null(strstr(bench_why(bench, batch), batch));

    struct batch facts;
    int first_sheet = 0;
    GOOD(pipeline_continue_batch(&bench->warehouse, bench->db, batch, &facts, &first_sheet,
                                 bench->arena, &bench->error));
    assert_int_equal(first_sheet, 2);
    assert_string_equal(bench_state(bench, "batch", batch), "open");
    bench_take(bench, batch, "0002-1");
    bench_take(bench, batch, "0002-2");
    close_batch(bench, batch);
    assert_string_equal(bench_state(bench, "batch", batch), "closed");
}

static void interrupted_simplex_scan_goes_on_with_the_next_sheet(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "scanner", "adf-simplex");
    const char *profile = file_join(bench->arena, bench->root, "profiles/adf-simplex.conf");
    static const char text[] = "[profile]\nsource = adf-simplex\n";
    if (!file_exists(profile))
        GOOD(file_write(profile, text, sizeof text - 1, &bench->error));
    bench_take(bench, batch, "0001-1");
    bench_take(bench, batch, "0002-1");
    bench_orphan(bench, batch);
    again(bench);
    assert_non_null(strstr(bench_why(bench, batch), "Put sheet 3 "));
}

static void open_batch_without_a_page_is_forgotten(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "scanner", "adf-duplex");
    const char *other = bench_batch(bench, "scanner", "adf-duplex");
    GOOD(file_remove_tree(pipeline_batch_folder(&bench->warehouse, other, bench->arena),
                          &bench->error)); /* the end came before there was a folder */
    bench_orphan(bench, batch);
    bench_orphan(bench, other);
    again(bench);
    assert_string_equal(bench_state(bench, "batch", batch), "none");
    assert_string_equal(bench_state(bench, "batch", other), "none");
    assert_false(file_exists(pipeline_batch_folder(&bench->warehouse, batch, bench->arena)));
}

static void closed_batch_takes_no_more_pages(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    bench_take(bench, batch, "0001-1");
    close_batch(bench, batch);
    struct page page = bench_master(bench, batch, "0002-1", true);
    assert_int_equal(pipeline_take_page(bench->db, batch, &page, &bench->error), STATUS_REJECT);
    assert_int_equal(pipeline_close_batch(&bench->warehouse, bench->db, batch, &bench->error),
                     STATUS_REJECT);
}

static void batch_with_pages_cannot_be_dropped(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    bench_take(bench, batch, "0001-1");
    assert_int_equal(pipeline_drop_batch(&bench->warehouse, bench->db, batch, &bench->error),
                     STATUS_REJECT);
    assert_true(file_exists(in_batch(bench, batch, "0001-1.scan.tif")));
    const char *empty = bench_batch(bench, "files", "");
    GOOD(pipeline_drop_batch(&bench->warehouse, bench->db, empty, &bench->error));
    assert_string_equal(bench_state(bench, "batch", empty), "none");
}

static void files_of_a_finished_batch_go_unless_they_are_kept(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    const char *folder = pipeline_batch_folder(&bench->warehouse, batch, bench->arena);
    bench_take(bench, batch, "0001-1");
    db_run(bench->db, "UPDATE ledger SET state = 'finished' WHERE kind = 'batch'", NULL);
    bench->warehouse.pipeline.keep_spool = true;
    again(bench);
    assert_true(file_exists(in_batch(bench, batch, "0001-1.scan.tif")));
    bench->warehouse.pipeline.keep_spool = false;
    again(bench);
    assert_false(file_is_folder(folder));
    /* the end came in the middle of removing */
    const char *half = arena_printf(bench->arena, "%s.done", folder);
    GOOD(file_mkdirs(half, &bench->error));
    touch(bench, file_join(bench->arena, half, "0001-1.scan.tif"));
    again(bench);
    assert_false(file_is_folder(half));
    assert_string_equal(bench_state(bench, "batch", batch), "finished");
}

/* ---------------------------------------------------------------- the ledger was lost */

static void lose_ledger(struct bench *bench)
{
    bench_close_db(bench);
    static const char *const names[] = {"sohoa.db", "sohoa.db-wal", "sohoa.db-shm"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        GOOD(file_remove(file_join(bench->arena, bench->root, names[i]), &bench->error));
    bench_reopen_db(bench);
}

static void lost_ledger_is_made_again_from_the_spool(void **state)
{
    struct bench *bench = *state;
    struct words words = {.width_px = 40, .height_px = 60, .engine = "e", .model = "m"};
    const char *done = bench_batch(bench, "files", ""), *open = bench_batch(bench, "files", "");
    const char *folder = pipeline_batch_folder(&bench->warehouse, done, bench->arena);
    struct page page;
    bench_take(bench, done, "0001-1");
    bench_take(bench, done, "0001-2");
    bench_take(bench, done, "0002-1");
    bench_take(bench, open, "0001-1");
    page = bench_master(bench, done, "0001-1", true);
    page.inspected = true;
    GOOD(page_write(&page, folder, &bench->error));
    GOOD(words_write(&words, spool_words(bench->arena, folder, "0001-1"), &bench->error));
    page = bench_master(bench, done, "0001-2", true);
    page.inspected = true;
    GOOD(page_write(&page, folder, &bench->error));
    close_batch(bench, done);

    lose_ledger(bench);
    struct recovery recovery = again(bench);
    assert_int_equal(recovery.batches_adopted, 2);
    assert_int_equal(recovery.pages_adopted, 4);
    assert_string_equal(page_state(bench, done, "0001-1"), "read");
    assert_string_equal(page_state(bench, done, "0001-2"), "inspected");
    assert_string_equal(page_state(bench, done, "0002-1"), "scanned");
    assert_string_equal(bench_state(bench, "batch", done), "closed");
    assert_string_equal(bench_state(bench, "batch", open), "open held");
}

static void lost_ledger_is_made_again_from_the_store(void **state)
{
    struct bench *bench = *state;
    struct document document;
    const char *path = NULL;
    const char *batch = bench_batch(bench, "files", "");
    struct page page = bench_master(bench, batch, "0001-1", true);
    document_init(&document, batch, page.name);
    document.scanned_at = "2026-11-22T14:05:09+07:00";
    document.pages = &(struct document_page){.name = page.name, .file = page.file};
    document.page_count = 1;
    GOOD(spool_write_document(&bench->warehouse, &document, &bench->error));
    struct store_item items[] = {
        {in_batch(bench, batch, arena_printf(bench->arena, "%s/document.json", document.id)),
         "metadata/other/document.json"},
        {in_batch(bench, batch, "0001-1.scan.tif"), "representations/rep2/data/0001-1.scan.tif"}};
    GOOD(store_package(bench->warehouse.store, bench->warehouse.config, &document, items, 2,
                       bench->arena, &path, &bench->error));
    GOOD(file_remove_tree(pipeline_batch_folder(&bench->warehouse, batch, bench->arena),
                          &bench->error));

    lose_ledger(bench);
    assert_int_equal(again(bench).documents_from_store, 1);
    assert_string_equal(bench_state(bench, "document", document.id), "stored");
    assert_string_equal(page_state(bench, batch, "0001-1"), "read");
    assert_string_equal(bench_state(bench, "batch", batch), "separated");
    assert_int_equal(again(bench).documents_from_store, 0);
}

static void recovering_twice_changes_nothing(void **state)
{
    struct bench *bench = *state;
    const char *batch = bench_batch(bench, "files", "");
    bench_take(bench, batch, "0001-1");
    bench_master(bench, batch, "0002-1", false);
    bench_orphan(bench, batch);
    again(bench);
    struct recovery second = again(bench);
    assert_int_equal(second.leases + second.parts + second.pages_adopted + second.batches_adopted +
                         second.cleared + second.documents_from_store,
                     0);
    assert_int_equal(bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE kind = 'page'"), 2);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(master_without_a_row_is_taken_up),
        TEST(damaged_master_gets_its_row_too),
        TEST(folder_called_like_a_master_does_not_stop_the_others),
        TEST(half_files_go_and_whole_ones_stay),
        TEST(page_scanned_again_just_before_the_end_starts_anew),
        TEST(batch_that_is_being_scanned_is_left_alone),
        TEST(interrupted_scan_says_which_sheet_goes_back),
        TEST(interrupted_simplex_scan_goes_on_with_the_next_sheet),
        TEST(open_batch_without_a_page_is_forgotten),
        TEST(closed_batch_takes_no_more_pages),
        TEST(batch_with_pages_cannot_be_dropped),
        TEST(files_of_a_finished_batch_go_unless_they_are_kept),
        TEST(lost_ledger_is_made_again_from_the_spool),
        TEST(lost_ledger_is_made_again_from_the_store),
        TEST(recovering_twice_changes_nothing),
    };
    return cmocka_run_group_tests_name("pipeline_recover", tests, NULL, NULL);
}
