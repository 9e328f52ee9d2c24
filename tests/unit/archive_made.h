/* A file of one page, made of strings, for the tests of the PDF reader and of what stands behind a
 * signature: included by one .c file each. */
#ifndef SOHOA_TESTS_UNIT_ARCHIVE_MADE_H
#define SOHOA_TESTS_UNIT_ARCHIVE_MADE_H

#include "archive/pdf/pdf_read.h"
#include "tests/sample_pdf.h"

#define ROOT "/Root 1 0 R"
#define CATALOG "<< /Type /Catalog /Pages 2 0 R /Note (first) >>"
#define TREE "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
#define PAGE "<< /Type /Page /Parent 2 0 R >>"

static const int packed[] = {1, 2, 3};
static const char *const bodies[] = {CATALOG, TREE, PAGE};

static struct sample_file made;
static struct pdf_file file;
static struct error fault;

static int set_up(void **state)
{
    (void)state;
    sample_begin(&made);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    buffer_clear(&made.out);
    return 0;
}

static void opens(void)
{
    fault.text[0] = '\0';
    enum status status = pdf_file_bytes(made.out.data, made.out.size, &file, &fault);
    assert_string_equal(fault.text, "");
    assert_int_equal(status, STATUS_OK);
}

/* The catalog's Note, and one page. */
static void assert_note(const char *note)
{
    size_t pages;
    opens();
    const struct pdf_value *catalog = pdf_get(&file, file.trailer, "Root");
    assert_true(pdf_is_name(pdf_get(&file, catalog, "Type"), "Catalog"));
    assert_string_equal(pdf_get(&file, catalog, "Note")->text, note);
    pdf_pages(&file, &pages);
    assert_int_equal(pages, 1);
    pdf_file_close(&file);
}

static void pack(void)
{
    sample_packed(&made, 10, packed, bodies, 3, "", NULL);
}

#endif
