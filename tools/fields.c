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
    if (*field != FIELD_COUNT)
        return error_set(&cli->error, STATUS_REJECT, _("what is %s? Write %s=\"…\""), name, name);
    const char *names[FIELD_COUNT + 1] = {NULL}, *all = "";
    for (int f = 0; f < FIELD_COUNT; f++) {
        names[f] = field_name(f);
        all = arena_printf(cli->arena, "%s%s%s", all, f > 0 ? ", " : "", names[f]);
    }
    const char *nearest = settings_nearest(name, names);
    return nearest ? error_set(&cli->error, STATUS_REJECT,
                               _("there is no field %s; did you mean %s? There are %s"), name,
                               nearest, all)
                   : error_set(&cli->error, STATUS_REJECT, _("there is no field %s; there are %s"),
                               name, all);
}
