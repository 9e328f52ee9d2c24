/* Colour (6.2.3, 6.2.4): spaces, profiles, shadings. Beside our RGB output intent grey and RGB are
 * allowed, and what a profile or a white point defines; all else is refused. */
#include <string.h>

#include "archive/check/check.h"
#include "core/message.h"

#define SPACE_DEPTH 4
#define HEADER_SIZE 128 /* of a profile */

static int components_of(const uint8_t *space)
{
    static const struct {
        char name[5];
        int components;
    } spaces[] = {{"GRAY", 1}, {"RGB ", 3}, {"Lab ", 3}, {"CMYK", 4}};
    for (size_t i = 0; i < sizeof spaces / sizeof *spaces; i++)
        if (memcmp(space, spaces[i].name, 4) == 0)
            return spaces[i].components;
    return 0;
}

static bool is_device(const uint8_t *kind, bool any)
{
    static const char devices[][5] = {"mntr", "prtr", "scnr", "spac"};
    for (size_t i = 0; i < (any ? 4 : 2); i++)
        if (memcmp(kind, devices[i], 4) == 0)
            return true;
    return false;
}

bool check_profile(struct check *check, const struct pdf_value *stream, int64_t components,
                   bool any_device)
{
    struct buffer bytes = {0};
    const struct pdf_value *n = pdf_get(check->file, stream, "N");
    bool good = pdf_stream_decoded(check->file, stream, CHECK_STREAM_MAX, &bytes) &&
                bytes.size > HEADER_SIZE && memcmp(bytes.data + 36, "acsp", 4) == 0 &&
                bytes.data[8] < 5 && is_device(bytes.data + 12, any_device) && n->kind == PDF_INT &&
                (components == 0 || n->number == components) &&
                n->number == components_of(bytes.data + 16) &&
                (any_device || memcmp(bytes.data + 16, "Lab ", 4) != 0);
    buffer_clear(&bytes);
    return good;
}

static int components(struct check *check, const struct pdf_value *space, int depth)
{
    if (pdf_is_name(space, "DeviceGray"))
        return 1;
    if (pdf_is_name(space, "DeviceRGB"))
        return 3;
    if (space->kind != PDF_ARRAY || space->size < 2 || depth > SPACE_DEPTH)
        return 0;
    const struct pdf_value *family = pdf_resolve(check->file, &space->items[0]);
    const struct pdf_value *second = pdf_resolve(check->file, &space->items[1]);
    if (pdf_is_name(family, "Indexed") && space->size == 4)
        return components(check, second, depth + 1) > 0 ? 1 : 0;
    if (pdf_is_name(family, "ICCBased") && space->size == 2)
        return check_profile(check, second, 0, true)
                   ? (int)pdf_get(check->file, second, "N")->number
                   : 0;
    bool white = pdf_get(check->file, second, "WhitePoint")->kind == PDF_ARRAY;
    if (pdf_is_name(family, "CalGray") && white)
        return 1;
    return (pdf_is_name(family, "CalRGB") || pdf_is_name(family, "Lab")) && white ? 3 : 0;
}

int check_space(struct check *check, const struct pdf_value *space)
{
    return components(check, space, 0);
}

void check_group(struct check *check, const struct pdf_value *dict, const char *where)
{
    const struct pdf_value *group = pdf_get(check->file, dict, "Group");
    const struct pdf_value *space = pdf_get(check->file, group, "CS");
    if (space->kind != PDF_NULL && check_space(check, space) == 0)
        check_tell(check, _("%s: a transparency group's colour space is not allowed (6.2.4)."),
                   where);
}

void check_shading(struct check *check, const struct pdf_value *shading, const char *where)
{
    if (check_space(check, pdf_get(check->file, shading, "ColorSpace")) == 0)
        check_tell(check, _("%s: a shading's colour space is not allowed (6.2.4)."), where);
}
