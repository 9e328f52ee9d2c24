/* Builds documents and looks into the PDFs: what the tests of the writer and the checker share.
 * Included by one .c file each, after cmocka.h. */
#ifndef SOHOA_TESTS_UNIT_ARCHIVE_PROBE_H
#define SOHOA_TESTS_UNIT_ARCHIVE_PROBE_H

#include <unistd.h>

#include "archive/pdf/pdf_read.h"
#include "tests/scratch.h"
#include "tests/unit/archive_document.h"

#define DPI 100 /* small pages: a test draws dozens */

static struct error fault;
static struct sample_document sample;
static struct archive_report report;

static inline int set_up(void **state)
{
    if (scratch_open(state) != 0)
        return -1;
    fault.text[0] = 0;
    setenv("SOHOA_NOW", "2026-11-22T15:00:00+07:00", 1);
    sample_document(&sample);
    return 0;
}

/* For a program that writes what others look at: the folder is theirs, and stays. */
static inline int set_up_at(const char *where)
{
    if (set_up(NULL) != 0 || rmdir(folder) != 0)
        return -1;
    snprintf(folder, sizeof folder, "%s", where);
    return 0;
}

static inline void add(const char *name, enum sample_kind kind, int turn_deg, bool jpeg)
{
    assert_int_equal(sample_add_page(&sample, arena, in(name), kind, DPI, turn_deg, jpeg, &fault),
                     STATUS_OK);
}

static inline void build(bool sign, const char *name)
{
    enum status status = sample_build(&sample, ARCHIVE_PDFA_2U, sign, in(name), &report, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(status, STATUS_OK);
}

static inline void refused(enum status wanted, const char *word)
{
    const char *path = in("refused.pdf");
    fault.text[0] = 0;
    assert_int_equal(sample_build(&sample, ARCHIVE_PDFA_2U, true, path, &report, &fault), wanted);
    if (strstr(fault.text, word) == NULL)
        fail_msg("\"%s\" does not say %s", fault.text, word);
    assert_false(file_exists(path));
}

static inline void no_finding(void *context, const char *sentence)
{
    (void)context;
    fail_msg("finding: %s", sentence);
}

static inline void assert_pdfa(const char *name)
{
    struct archive_verdict verdict;
    assert_int_equal(archive_check(in(name), NULL, &verdict, no_finding, NULL, &fault), STATUS_OK);
    assert_true(verdict.pdfa_2u);
}

static inline struct pdf_file open_pdf(const char *name)
{
    struct pdf_file file;
    assert_int_equal(pdf_file_open(in(name), &file, &fault), STATUS_OK);
    return file;
}

/* The n-th page, by walking the tree's leaves. */
static inline const struct pdf_value *page_at(struct pdf_file *file, const struct pdf_value *node,
                                              size_t *n)
{
    const struct pdf_value *kids = pdf_get(file, node, "Kids");
    if (pdf_is_name(pdf_get(file, node, "Type"), "Page"))
        return (*n)-- == 0 ? node : NULL;
    for (size_t i = 0; i < kids->size; i++) {
        const struct pdf_value *found = page_at(file, pdf_resolve(file, &kids->items[i]), n);
        if (found != NULL)
            return found;
    }
    return NULL;
}

static inline const struct pdf_value *page_of(struct pdf_file *file, size_t n)
{
    const struct pdf_value *root = pdf_get(file, file->trailer, "Root");
    const struct pdf_value *page = page_at(file, pdf_get(file, root, "Pages"), &n);
    assert_non_null(page);
    return page;
}

static inline const struct pdf_value *image_of(struct pdf_file *file, size_t n)
{
    const struct pdf_value *resources = pdf_get(file, page_of(file, n), "Resources");
    return pdf_get(file, pdf_get(file, resources, "XObject"), "I");
}

static inline char *content_of(struct pdf_file *file, size_t n)
{
    struct buffer bytes = {0};
    assert_true(
        pdf_stream_decoded(file, pdf_get(file, page_of(file, n), "Contents"), 1 << 26, &bytes));
    char *text = arena_strndup(arena, (const char *)bytes.data, bytes.size);
    buffer_clear(&bytes);
    return text;
}

/* The six numbers before "cm". */
/* Runs the tests in a folder of their own. */
#define PROBE_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, scratch_close)
#define PROBE_MAIN(tests)                                                                          \
    int main(void)                                                                                 \
    {                                                                                              \
        return cmocka_run_group_tests(tests, NULL, NULL);                                          \
    }

#endif
