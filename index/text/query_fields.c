#include "index/text/query_fields.h"

#include <stdbool.h>
#include <string.h>

#include "index/catalog/types.h"

static const struct {
    const char *name; /* folded */
    enum field_kind kind;
} fields[] = {
    {"so", FIELD_OF_NUMBER},
    {"so hieu", FIELD_OF_NUMBER},
    {"so ky hieu", FIELD_OF_NUMBER},
    {"number", FIELD_OF_NUMBER},
    {"cccd", FIELD_OF_IDENTIFIER},
    {"cmnd", FIELD_OF_IDENTIFIER},
    {"cmt", FIELD_OF_IDENTIFIER},
    {"can cuoc", FIELD_OF_IDENTIFIER},
    {"dinh danh", FIELD_OF_IDENTIFIER},
    {"so dinh danh", FIELD_OF_IDENTIFIER},
    {"mst", FIELD_OF_IDENTIFIER},
    {"ma so thue", FIELD_OF_IDENTIFIER},
    {"id", FIELD_OF_IDENTIFIER},
    {"ten", FIELD_OF_NAME},
    {"ho ten", FIELD_OF_NAME},
    {"ho va ten", FIELD_OF_NAME},
    {"name", FIELD_OF_NAME},
    {"nam", FIELD_OF_YEAR},
    {"year", FIELD_OF_YEAR},
    {"sinh", FIELD_OF_BIRTH},
    {"ngay sinh", FIELD_OF_BIRTH},
    {"nam sinh", FIELD_OF_BIRTH},
    {"born", FIELD_OF_BIRTH},
    {"tu", FIELD_OF_FROM},
    {"tu nam", FIELD_OF_FROM},
    {"tu ngay", FIELD_OF_FROM},
    {"from", FIELD_OF_FROM},
    {"den", FIELD_OF_UNTIL},
    {"den nam", FIELD_OF_UNTIL},
    {"den ngay", FIELD_OF_UNTIL},
    {"until", FIELD_OF_UNTIL},
    {"loai", FIELD_OF_TYPE},
    {"loai giay to", FIELD_OF_TYPE},
    {"type", FIELD_OF_TYPE},
    {"don vi", FIELD_OF_UNIT},
    {"unit", FIELD_OF_UNIT},
    {"thu tuc", FIELD_OF_PROCEDURE},
    {"procedure", FIELD_OF_PROCEDURE},
    {"hop", FIELD_OF_BOX},
    {"box", FIELD_OF_BOX},
};

enum field_kind query_field(const char *name)
{
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].name, name) == 0)
            return fields[i].kind;
    return FIELD_NONE;
}

static bool is_name(const char *slug, const char *const *names)
{
    for (; *names; names++)
        if (strcmp(*names, slug) == 0)
            return true;
    return false;
}

size_t query_name_size(const char *value, const char *const *names, struct arena *arena)
{
    size_t size = 0;
    for (size_t at = 0; names && value[at];) {
        at += strcspn(value + at, " ");
        if (is_name(type_slug(arena, arena_strndup(arena, value, at)), names))
            size = at;
        at += strspn(value + at, " ");
    }
    return size;
}
