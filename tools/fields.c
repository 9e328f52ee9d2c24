#include "tools/fields.h"

#include <string.h>

enum status fields_assignment(struct cli *cli, const char *assignment, enum field_id *field,
                              const char **value)
{
    const char *equals = strchr(assignment, '=');
    const char *name = equals != NULL
                           ? arena_strndup(cli->arena, assignment, (size_t)(equals - assignment))
                           : assignment;
    *field = field_find(name);
    if (equals != NULL && *field != FIELD_COUNT) {
        *value = equals + 1;
        return STATUS_OK;
    }
    const char *names[FIELD_COUNT + 1] = {NULL};
    for (int f = 0; f < FIELD_COUNT; f++)
        names[f] = field_name(f);
    const char *nearest = settings_nearest(name, names);
    return error_set(&cli->error, STATUS_REJECT,
                     _("'%s' is not FIELD=VALUE with a known field; did you mean %s?"), assignment,
                     nearest != NULL ? nearest : field_name(FIELD_OWNER));
}
