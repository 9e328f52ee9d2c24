/* Content streams: their operators, and that all they name is there. */
#include "archive/check/check.h"

#include <stdlib.h>
#include <string.h>

#include "core/message.h"

#define GRAPHICS_DEPTH 28 /* 6.1.13 */
#define FORM_DEPTH 12
#define FORMS_MAX 20000 /* forms that paint forms that paint ... */
#define OPERANDS_MAX 64

/* ISO 32000-1 annex A; inline images are not judged here, see below. */
static const char *const operators[] = {
    "b",  "B",  "b*",  "B*",  "BDC", "BMC", "BT", "BX", "c",  "cm", "CS", "cs", "d",  "d0", "d1",
    "Do", "DP", "EMC", "ET",  "EX",  "f",   "F",  "f*", "G",  "g",  "gs", "h",  "i",  "J",  "j",
    "K",  "k",  "l",   "m",   "M",   "MP",  "n",  "q",  "Q",  "re", "RG", "rg", "ri", "s",  "S",
    "SC", "sc", "SCN", "scn", "sh",  "T*",  "Tc", "Td", "TD", "Tf", "Tj", "TJ", "TL", "Tm", "Tr",
    "Ts", "Tw", "Tz",  "v",   "w",   "W",   "W*", "y",  "'",  "\"", NULL};

struct content {
    struct check *check;
    const struct pdf_value *resources;
    const char *where;
    struct check_font *font, *kept[GRAPHICS_DEPTH + 1]; /* set; when each q was */
    int depth;
    bool in_text;
};

static const struct pdf_value *resource(struct content *content, const char *kind,
                                        const struct pdf_value *name)
{
    struct pdf_file *file = content->check->file;
    const struct pdf_value *found = pdf_get(file, content->resources, kind);
    found = name->kind == PDF_NAME ? pdf_get(file, found, name->text) : name;
    if (name->kind != PDF_NAME || found->kind == PDF_NULL)
        check_tell(content->check,
                   _("%s: the content names a %s that its resources do not have (6.2.2)."),
                   content->where, kind);
    return found;
}

static void paint_object(struct content *content, const struct pdf_value *name)
{
    struct check *check = content->check;
    const struct pdf_value *object = resource(content, "XObject", name);
    const struct pdf_value *type = pdf_get(check->file, object, "Subtype");
    if (object->kind == PDF_NULL)
        return;
    if (pdf_is_name(type, "Image"))
        check_image(check, object, content->where);
    else if (pdf_is_name(type, "Form"))
        check_form(check, object, content->where);
    else
        check_tell(check, _("%s: an external object is neither image nor form (6.2.9)."),
                   content->where);
}

static void show_text(struct content *content, const struct pdf_value *value)
{
    if (content->font == NULL || !content->in_text) {
        check_tell(content->check, _("%s: text is shown without a font."), content->where);
        return;
    }
    if (value->kind == PDF_STRING)
        check_shown(content->check, content->font, value->text, value->size, content->where);
    for (size_t i = 0; value->kind == PDF_ARRAY && i < value->size; i++)
        if (value->items[i].kind == PDF_STRING)
            check_shown(content->check, content->font, value->items[i].text, value->items[i].size,
                        content->where);
}

static void change_depth(struct content *content, int by)
{
    if (by > 0 && content->depth >= 0 && content->depth <= GRAPHICS_DEPTH)
        content->kept[content->depth] = content->font;
    content->depth += by;
    if (by < 0 && content->depth >= 0 && content->depth <= GRAPHICS_DEPTH)
        content->font = content->kept[content->depth];
    if (content->depth < 0 || content->depth > GRAPHICS_DEPTH)
        check_tell(content->check, _("%s: q and Q do not match or are nested above 28 (6.1.13)."),
                   content->where);
}

/* A colour space by name: ours are the device spaces that the output intent covers. */
static void set_space(struct content *content, const struct pdf_value *name)
{
    if (pdf_is_name(name, "DeviceCMYK"))
        check_tell(content->check, _("%s: CMYK colour beside an RGB output intent (6.2.4.3)."),
                   content->where);
    else if (!pdf_is_name(name, "DeviceRGB") && !pdf_is_name(name, "DeviceGray") &&
             !pdf_is_name(name, "Pattern") &&
             check_space(content->check, resource(content, "ColorSpace", name)) == 0)
        check_tell(content->check, _("%s: a colour space is not allowed (6.2.4)."), content->where);
}

/* What the resources put in the place of the device spaces. */
static void check_defaults(struct content *content)
{
    static const char *const names[] = {"DefaultGray", "DefaultRGB", "DefaultCMYK"};
    static const int sizes[] = {1, 3, 4};
    struct pdf_file *file = content->check->file;
    const struct pdf_value *spaces = pdf_get(file, content->resources, "ColorSpace");
    for (size_t i = 0; i < 3; i++) {
        const struct pdf_value *space = pdf_get(file, spaces, names[i]);
        if (space->kind != PDF_NULL && check_space(content->check, space) != sizes[i])
            check_tell(content->check, _("%s: a colour space is not allowed (6.2.4)."),
                       content->where);
    }
}

/* A tiling pattern is painted like a form, a shading pattern has its colours. */
static void set_pattern(struct content *content, const struct pdf_value *name)
{
    struct check *check = content->check;
    const struct pdf_value *pattern = resource(content, "Pattern", name);
    const struct pdf_value *state = pdf_get(check->file, pattern, "ExtGState");
    if (pattern->kind == PDF_NULL)
        return;
    if (pdf_get(check->file, pattern, "PatternType")->number == 2)
        check_shading(check, pdf_get(check->file, pattern, "Shading"), content->where);
    else
        check_form(check, pattern, content->where);
    if (state->kind == PDF_DICT)
        check_state(check, state, content->where);
}

static void set_state(struct content *content, const struct pdf_value *state)
{
    struct check *check = content->check;
    const struct pdf_value *font = pdf_get(check->file, state, "Font");
    check_state(check, state, content->where);
    if (font->kind == PDF_ARRAY && font->size > 0)
        content->font =
            check_font(check, pdf_resolve(check->file, &font->items[0]), content->where);
}

static void apply(struct content *content, const char *operator, const struct pdf_value * operands,
                  size_t count)
{
    static const struct pdf_value nothing = {0};
    const struct pdf_value *last = count > 0 ? &operands[count - 1] : &nothing;
    const char *known = NULL;
    for (size_t i = 0; operators[i] != NULL && known == NULL; i++)
        known = strcmp(operators[i], operator) == 0 ? operators[i] : NULL;
    if (known == NULL)
        check_tell(content->check, _("%s: the content has the unknown operator %.20s (6.2.2)."),
                   content->where, operator);
    else if (strcmp(known, "q") == 0 || strcmp(known, "Q") == 0)
        change_depth(content, known[0] == 'q' ? 1 : -1);
    else if (strcmp(known, "BT") == 0 || strcmp(known, "ET") == 0)
        content->in_text = known[0] == 'B';
    else if (strcmp(known, "Do") == 0)
        paint_object(content, last);
    else if (strcmp(known, "Tf") == 0)
        content->font = check_font(
            content->check, resource(content, "Font", count > 1 ? operands : last), content->where);
    else if (strcmp(known, "Tj") == 0 || strcmp(known, "TJ") == 0 || strcmp(known, "'") == 0 ||
             strcmp(known, "\"") == 0)
        show_text(content, last);
    else if (strcmp(known, "k") == 0 || strcmp(known, "K") == 0)
        check_tell(content->check, _("%s: CMYK colour beside an RGB output intent (6.2.4.3)."),
                   content->where);
    else if (strcmp(known, "cs") == 0 || strcmp(known, "CS") == 0)
        set_space(content, last);
    else if ((strcmp(known, "scn") == 0 || strcmp(known, "SCN") == 0) && last->kind == PDF_NAME)
        set_pattern(content, last);
    else if (strcmp(known, "sh") == 0)
        check_shading(content->check, resource(content, "Shading", last), content->where);
    else if (strcmp(known, "gs") == 0)
        set_state(content, resource(content, "ExtGState", last));
    else if (strcmp(known, "ri") == 0)
        check_intent(content->check, last, content->where);
}

size_t check_content_left(const struct check *check)
{
    size_t most = CHECK_STREAM_MAX + CHECK_CONTENT_RATIO * check->file->size;
    size_t left = check->content < most ? most - check->content : 0;
    return left < CHECK_STREAM_MAX ? left : CHECK_STREAM_MAX;
}

void check_content(struct check *check, const struct pdf_value *resources, const void *bytes,
                   size_t size, const char *where)
{
    struct content content = {.check = check, .resources = resources, .where = where};
    struct arena *arena = arena_new();
    struct pdf_lexer lexer = {.bytes = bytes, .size = size, .arena = arena};
    struct pdf_value operands[OPERANDS_MAX], value;
    size_t count = 0;
    check->content += size;
    check_defaults(&content);
    while (check->findings < CHECK_FINDINGS_MAX && pdf_lexer_next(&lexer, &value)) {
        check_operand(check, &value, where);
        if (value.kind != PDF_OPERATOR) {
            if (count < OPERANDS_MAX)
                operands[count++] = value;
            continue;
        }
        if (strcmp(value.text, "BI") == 0) {
            check_tell(check, _("%s: inline images are not judged by this checker."), where);
            arena_free(arena);
            return;
        }
        apply(&content, value.text, operands, count);
        count = 0;
        arena_clear(arena);
    }
    if (lexer.failed)
        check_tell(check, _("%s: the content is damaged."), where);
    else if (content.depth != 0 && check->findings < CHECK_FINDINGS_MAX)
        check_tell(check, _("%s: q and Q do not match or are nested above 28 (6.1.13)."), where);
    arena_free(arena);
}

void check_form(struct check *check, const struct pdf_value *form, const char *where)
{
    struct buffer bytes = {0};
    const struct pdf_value *resources = pdf_get(check->file, form, "Resources");
    static const char *const forbidden[] = {"OPI", "PS", "Ref"};
    if (pdf_is_name(pdf_get(check->file, form, "Subtype2"), "PS"))
        check_tell(check, _("%s: a form has the forbidden entry %s (6.2.9)."), where, "Subtype2");
    for (size_t i = 0; i < 3; i++)
        if (pdf_get(check->file, form, forbidden[i])->kind != PDF_NULL)
            check_tell(check, _("%s: a form has the forbidden entry %s (6.2.9)."), where,
                       forbidden[i]);
    bool tile = pdf_get(check->file, form, "PatternType")->number == 1;
    check_group(check, form, where);
    if ((!tile && !pdf_is_name(pdf_get(check->file, form, "Subtype"), "Form")) ||
        check->depth >= FORM_DEPTH || check->forms++ >= FORMS_MAX ||
        !pdf_stream_decoded(check->file, form, check_content_left(check), &bytes)) {
        check_tell(check, _("%s: a form cannot be read."), where);
    } else {
        if (resources->kind != PDF_DICT && bytes.size > 0)
            check_tell(check, _("%s: a form has no resources of its own (6.2.2)."), where);
        check->depth++;
        check_content(check, resources, bytes.data, bytes.size, where);
        check->depth--;
    }
    buffer_clear(&bytes);
}
