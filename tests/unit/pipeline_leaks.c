/* A worker that lives long: document after document it holds the same files open and no more
 * memory. */
#include "tests/unit/pipeline_bench.h"

#include <dirent.h>

#include "pipeline/worker.h"

#define DOCUMENTS 12
#define WARM 4 /* engine, key, catalogue and caches are there by then */
#define GROWTH_MAX_KB (16 * 1024)

static struct {
    int files;
    long rss_kb;
} seen[DOCUMENTS];
static int done;

static int open_files(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static long resident_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
    fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* After a document's last step. */
static enum status look(struct work *work, struct error *error)
{
    (void)work;
    (void)error;
    assert_true(done < DOCUMENTS);
    seen[done].files = open_files();
    seen[done++].rss_kb = resident_kb();
    return STATUS_OK;
}

static void take_paper(struct bench *bench)
{
    struct image image = {0};
    char *bytes = NULL;
    size_t size = 0;
    const char *batch = bench_batch(bench, "files", "");
    const char *folder = pipeline_batch_folder(&bench->warehouse, batch, bench->arena);
    struct page page = bench_master(bench, batch, "0001-1", false);
    const char *master = file_join(bench->arena, folder, page.file);
    GOOD(file_read("tests/data/ocr/wedding.tif", 1 << 20, bench->arena, &bytes, &size,
                   &bench->error));
    GOOD(file_write(master, bytes, size, &bench->error));
    GOOD(image_read(master, 0, &image, &bench->error));
    page.width_px = image.width_px;
    page.height_px = image.height_px;
    page.channels = image.channels;
    page.bits = image.bits;
    page.dpi_x = image.dpi_x;
    page.dpi_y = image.dpi_y;
    image_clear(&image);
    GOOD(page_write(&page, folder, &bench->error));
    GOOD(pipeline_take_page(bench->db, batch, &page, &bench->error));
    GOOD(pipeline_close_batch(&bench->warehouse, bench->db, batch, &bench->error));
}

static void a_worker_of_many_documents_keeps_its_files_and_memory(void **state)
{
    struct bench *bench = *state;
    static struct step steps[64];
    struct step_table table = {steps, pipeline_table.count};
    struct worker_slot slot = {.owner = "test"};
    volatile sig_atomic_t stop = 0;
    assert_true(pipeline_table.count <= 64);
    memcpy(steps, pipeline_table.steps, pipeline_table.count * sizeof *steps);
    for (size_t i = 0; i < table.count; i++)
        if (steps[i].to && strcmp(steps[i].to, "indexed") == 0)
            steps[i].after = look;
    bench->warehouse.archive.sign = false;
    bench->warehouse.pipeline.review = REVIEW_NONE;
    bench->warehouse.pipeline.retire_pages = 10000;
    for (int i = 0; i < DOCUMENTS; i++)
        take_paper(bench);
    bench_close_db(bench);
    worker_run(&bench->warehouse, &table, &(struct run_pins){NULL, NULL}, &stop, &slot);
    assert_string_equal(slot.error.text, "");
    assert_int_equal(slot.end, WORKER_DONE);
    assert_int_equal(slot.documents_indexed, DOCUMENTS);
    assert_int_equal(done, DOCUMENTS);
    for (int i = WARM; i < DOCUMENTS; i++)
        assert_int_equal(seen[i].files, seen[WARM - 1].files);
    long growth_kb = seen[DOCUMENTS - 1].rss_kb - seen[WARM - 1].rss_kb;
#ifdef __SANITIZE_ADDRESS__
    growth_kb = 0; /* what was freed is kept aside there */
#endif
    if (growth_kb > GROWTH_MAX_KB)
        fail_msg("%ld kB more after %d documents than after %d", growth_kb, DOCUMENTS, WARM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_worker_of_many_documents_keeps_its_files_and_memory,
                                        bench_set_up, bench_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
