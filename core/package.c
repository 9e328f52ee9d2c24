#include "core/package.h"

#include <string.h>

#define REP "representations/rep"

static const char *const parts[PACKAGE_PART_COUNT] = {
    [PACKAGE_METS] = "METS.xml",
    [PACKAGE_EAD] = "metadata/descriptive/EAD.xml",
    [PACKAGE_PREMIS] = "metadata/preservation/PREMIS.xml",
    [PACKAGE_DOCUMENT] = "metadata/other/document.json",
    [PACKAGE_EVENTS] = "metadata/other/events.jsonl",
    [PACKAGE_PACKING] = "metadata/other/packing.json",
    [PACKAGE_CHECK] = "metadata/other/check.json",
    [PACKAGE_PDF] = REP "1/data/document.pdf",
    [PACKAGE_RECEIVED] = REP "4/data/received.pdf",
    [PACKAGE_RECEIVED_REPORT] = "metadata/other/received.json",
};

const char *package_part(enum package_part part)
{
    return parts[part];
}

char *package_volume(enum package_part part, int volume, struct arena *arena)
{
    const char *dot = strrchr(parts[part], '.');
    if (volume == 0)
        return arena_strdup(arena, parts[part]);
    return arena_printf(arena, "%.*s-%d%s", (int)(dot - parts[part]), parts[part], volume, dot);
}

char *package_page(enum package_page what, const char *name, struct arena *arena)
{
    switch (what) {
    case PACKAGE_MASTER:
        return arena_printf(arena, REP "2/data/%s", name);
    case PACKAGE_FACTS:
        return arena_printf(arena, REP "2/metadata/other/%s.page.json", name);
    case PACKAGE_WORDS:
        return arena_printf(arena, REP "3/data/%s.words.json", name);
    case PACKAGE_ALTO:
        break;
    }
    return arena_printf(arena, REP "3/data/%s.alto.xml", name);
}

char *package_representation(int representation, struct arena *arena)
{
    return arena_printf(arena, REP "%d", representation);
}

int package_representation_of(const char *path)
{
    size_t length = strlen(REP);
    if (strncmp(path, REP, length) != 0 || path[length] < '1' || path[length] > '9' ||
        path[length + 1] != '/')
        return 0;
    return path[length] - '0';
}

char *package_path(struct arena *arena, const char *package, const char *path)
{
    return arena_printf(arena, "%s/" PACKAGE_ROOT "/%s", package, path);
}

char *package_part_path(struct arena *arena, const char *package, enum package_part part)
{
    return package_path(arena, package, parts[part]);
}
