/* The page tree, pages and their annotations. */
#include "archive/check/check.h"

#include <stdio.h>
#include <string.h>

#include "core/message.h"

#define TREE_DEPTH 32
#define SIDE_MIN 3.0
#define SIDE_MAX 14400.0

struct tree {
    struct check *check;
    long pages;
    int depth;
};

/* ---------------------------------------------------------------- annotations */

/* ISO 32000-1 table 169 but what 6.3.1 forbids. */
static const char *const annotations[] = {
    "Text",     "Link",      "FreeText",  "Line",     "Square",    "Circle",      "Polygon",
    "PolyLine", "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp",       "Caret",
    "Ink",      "Popup",     "Widget",    "TrapNet",  "Watermark", "PrinterMark", "Redact"};

#define FLAG_INVISIBLE 1
#define FLAG_HIDDEN 2
#define FLAG_PRINT 4
#define FLAG_NO_VIEW 32
#define FLAG_TOGGLE_NO_VIEW 256

/* It takes no room at all, and so needs no appearance. */
static bool is_point(struct check *check, const struct pdf_value *annotation)
{
    const struct pdf_value *box = pdf_get(check->file, annotation, "Rect");
    double side[4] = {0};
    bool good = box->kind == PDF_ARRAY && box->size == 4;
    for (size_t i = 0; good && i < 4; i++) {
        const struct pdf_value *one = pdf_resolve(check->file, &box->items[i]);
        good = one->kind == PDF_INT || one->kind == PDF_REAL;
        side[i] = one->real;
    }
    return good && side[0] == side[2] && side[1] == side[3];
}

static void check_appearance(struct check *check, const struct pdf_value *annotation,
                             const char *where)
{
    const struct pdf_value *ap = pdf_get(check->file, annotation, "AP");
    const struct pdf_value *normal = pdf_get(check->file, ap, "N");
    if (ap->kind != PDF_DICT) {
        if (!is_point(check, annotation))
            check_tell(check, _("%s: an annotation has no appearance (6.3.3)."), where);
        return;
    }
    if (ap->size != 1 || normal->kind != PDF_DICT || normal->stream_at <= 0)
        check_tell(check, _("%s: an annotation's appearance is not one stream N (6.3.3)."), where);
    else
        check_form(check, normal, where);
}

/* What the range leaves out stands between "<" and ">" of this very object, and the range begins
 * the file. Where the value is no object of its own nothing is known. */
static bool leaves_out_contents(struct check *check, const struct pdf_value *value,
                                const struct pdf_value *range)
{
    struct pdf_file *file = check->file;
    size_t end = 0;
    if (value->kind != PDF_REF || !pdf_object_whole(file, value->number, &end) || end == 0)
        return true;
    const int64_t from = range->items[0].number + range->items[1].number,
                  to = range->items[2].number;
    return range->items[0].number == 0 && from < to && from > file->slots[value->number].offset &&
           to <= (int64_t)end && file->bytes[from] == '<' && file->bytes[to - 1] == '>';
}

/* What archive_sign must have filled in; whether it is true is signature_check's business. */
static void check_signature_value(struct check *check, const struct pdf_value *widget)
{
    const struct pdf_value *value = pdf_get(check->file, widget, "V");
    const struct pdf_value *contents = pdf_get(check->file, value, "Contents");
    const struct pdf_value *range = pdf_get(check->file, value, "ByteRange");
    if (value->kind != PDF_DICT)
        return;
    bool filled = false;
    for (size_t i = 0; contents->kind == PDF_STRING && i < contents->size; i++)
        filled = filled || contents->text[i] != 0;
    if (!filled)
        check_tell(check,
                   _("The signature field is empty: the document is not signed yet (6.4.3)."));
    bool good = range->kind == PDF_ARRAY && range->size == 4;
    for (size_t i = 0; i < 4 && good; i++)
        good = range->items[i].kind == PDF_INT && range->items[i].number >= 0 &&
               (size_t)range->items[i].number <= check->file->size;
    if (!good || !leaves_out_contents(check, pdf_raw(widget, "V"), range))
        check_tell(check, _("The signature's ByteRange does not lie in the file (6.4.3)."));
}

static void check_annotation(struct check *check, const struct pdf_value *annotation,
                             const char *where)
{
    const struct pdf_value *type = pdf_get(check->file, annotation, "Subtype");
    const struct pdf_value *flags = pdf_get(check->file, annotation, "F");
    bool known = false;
    for (size_t i = 0; i < sizeof annotations / sizeof *annotations; i++)
        known = known || pdf_is_name(type, annotations[i]);
    if (!known)
        check_tell(check, _("%s: annotations of type %s are forbidden (6.3.1)."), where,
                   type->kind == PDF_NAME ? type->text : "-");
    if (pdf_is_name(type, "Popup"))
        return;
    int64_t bad = FLAG_INVISIBLE | FLAG_HIDDEN | FLAG_NO_VIEW | FLAG_TOGGLE_NO_VIEW;
    if (flags->kind != PDF_INT || (flags->number & FLAG_PRINT) == 0 || (flags->number & bad) != 0)
        check_tell(check, _("%s: an annotation's flags do not say print and show (6.3.2)."), where);
    check_appearance(check, annotation, where);
    if (pdf_is_name(type, "Widget")) {
        if (pdf_get(check->file, annotation, "A")->kind != PDF_NULL)
            check_tell(check, _("%s: a form field has an action (6.4.1)."), where);
        const struct pdf_value *kind = pdf_get(check->file, annotation, "FT");
        if (kind->kind == PDF_NULL)
            kind = pdf_get(check->file, pdf_get(check->file, annotation, "Parent"), "FT");
        if (pdf_is_name(kind, "Btn"))
            check_tell(check, _("%s: buttons are not judged by this checker (6.3.3)."), where);
        if (pdf_is_name(kind, "Sig"))
            check_signature_value(check, annotation);
    }
}

static void check_annotations(struct check *check, const struct pdf_value *page, int page_number)
{
    char where[40];
    snprintf(where, sizeof where, _("page %d"), page_number);
    const struct pdf_value *list = pdf_get(check->file, page, "Annots");
    for (size_t i = 0; list->kind == PDF_ARRAY && i < list->size; i++)
        check_annotation(check, pdf_resolve(check->file, &list->items[i]), where);
}

/* ---------------------------------------------------------------- pages */

static void check_size(struct check *check, const struct pdf_value *box, const char *where)
{
    bool good = box->kind == PDF_ARRAY && box->size == 4;
    for (size_t i = 0; i < 4 && good; i++)
        good = box->items[i].kind == PDF_INT || box->items[i].kind == PDF_REAL;
    double width = good ? box->items[2].real - box->items[0].real : 0;
    double height = good ? box->items[3].real - box->items[1].real : 0;
    if (width < SIDE_MIN || width > SIDE_MAX || height < SIDE_MIN || height > SIDE_MAX)
        check_tell(check, _("%s: the page's size is not between 3 and 14,400 units (6.1.13)."),
                   where);
}

/* Its own box must be there, of the others those that are. */
static void check_sizes(struct check *check, const struct pdf_value *page, const char *where)
{
    static const char *const others[] = {"CropBox", "BleedBox", "TrimBox", "ArtBox"};
    check_size(check, pdf_get(check->file, page, "MediaBox"), where);
    for (size_t i = 0; i < 4; i++)
        if (pdf_get(check->file, page, others[i])->kind != PDF_NULL)
            check_size(check, pdf_get(check->file, page, others[i]), where);
}

static void check_page(struct check *check, const struct pdf_value *page, long number)
{
    char where[40];
    struct buffer content = {0};
    snprintf(where, sizeof where, _("page %d"), (int)number);
    check_sizes(check, page, where);
    check_group(check, page, where);
    if (pdf_get(check->file, page, "PresSteps")->kind != PDF_NULL)
        check_tell(check, _("%s: the page has steps of a presentation (6.10)."), where);
    const struct pdf_value *resources = pdf_get(check->file, page, "Resources");
    if (resources->kind != PDF_DICT)
        check_tell(check, _("%s: the page has no resources of its own (6.2.2)."), where);
    if (!pdf_page_content(check->file, page, check_content_left(check), &content))
        check_tell(check, _("%s: the content cannot be read."), where);
    else
        check_content(check, resources, content.data, content.size, where);
    buffer_clear(&content);
    check_annotations(check, page, (int)number);
}

/* Returns the number of pages below; parent: object number the child must name. */
static long check_node(struct tree *tree, const struct pdf_value *reference,
                       const struct pdf_value *parent)
{
    struct check *check = tree->check;
    const struct pdf_value *node = pdf_resolve(check->file, reference);
    const struct pdf_value *back = pdf_raw(node, "Parent");
    if (parent != NULL && (back->kind != PDF_REF || back->number != parent->number))
        check_tell(check, _("The page tree is broken: a node does not name its parent."));
    /* a node that could be resolved has a number in the table */
    if (reference->kind != PDF_REF || node->kind != PDF_DICT || check->seen[reference->number]) {
        check_tell(check, _("The page tree is broken."));
        return 0;
    }
    check->seen[reference->number] = true;
    if (pdf_is_name(pdf_get(check->file, node, "Type"), "Page")) {
        check_page(check, node, ++tree->pages);
        return 1;
    }
    const struct pdf_value *kids = pdf_get(check->file, node, "Kids");
    if (!pdf_is_name(pdf_get(check->file, node, "Type"), "Pages") || kids->kind != PDF_ARRAY ||
        tree->depth >= TREE_DEPTH) {
        check_tell(check, _("The page tree is broken."));
        return 0;
    }
    long below = 0;
    tree->depth++;
    for (size_t i = 0; i < kids->size && check->findings < CHECK_FINDINGS_MAX; i++)
        below += check_node(tree, &kids->items[i], reference);
    tree->depth--;
    const struct pdf_value *count = pdf_get(check->file, node, "Count");
    if (count->kind != PDF_INT || count->number != below)
        check_tell(check, _("The page tree is broken: its count of pages is wrong."));
    return below;
}

void check_pages(struct check *check, const struct pdf_value *catalog)
{
    struct tree tree = {.check = check};
    check->pages = (int)check_node(&tree, pdf_raw(catalog, "Pages"), NULL);
    if (check->pages == 0)
        check_tell(check, _("The file has no pages."));
    check->pages = (int)tree.pages;
}
