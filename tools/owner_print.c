/* Owners and their papers, as sohoa owner shows them. */
#include "tools/owner_print.h"

#include <stdio.h>

static const char *type_label(enum owner_type type)
{
    return type == OWNER_ORGANIZATION ? _("organisation")
           : type == OWNER_HOUSEHOLD  ? _("household business")
                                      : _("citizen");
}

const char *owner_or_dash(const char *text)
{
    return text != NULL && *text != 0 ? text : "—";
}

json_t *owner_paper_json(const struct owner_paper *paper)
{
    json_t *object = json_object();
    const struct {
        const char *key, *value;
    } texts[] = {{"document", paper->document_id},
                 {"mention", paper->mention},
                 {"type", paper->type},
                 {"title", paper->title},
                 {"number", paper->number},
                 {"date", paper->date},
                 {"agency", paper->agency},
                 {"path", paper->path},
                 {"name", paper->name},
                 {"id", paper->digits},
                 {"birth_date", paper->birth_date},
                 {"valid_from", paper->begins},
                 {"valid_to", paper->ends},
                 {"state", paper->state}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        json_put_text(object, texts[i].key, texts[i].value);
    json_object_set_new(object, "in_force", json_boolean(paper->in_force));
    return object;
}

void owner_print_head(struct cli *cli, const struct owner *owner)
{
    terminal_bold(true);
    printf("%s", owner_or_dash(owner->name));
    terminal_bold(false);
    printf(" · %s · %s · %s\n    %s\n", type_label(owner->type),
           owner_or_dash(terminal_date(cli->arena, owner->birth_date)),
           terminal_count(cli->arena, "%lld paper", "%lld papers", owner->mentions), owner->id);
}

void owner_print_paper(struct cli *cli, const struct owner_paper *paper)
{
    const char *until = !paper->ends    ? _("in force for ever")
                        : !*paper->ends ? _("not in force")
                                        : arena_printf(cli->arena,
                                                       paper->in_force ? _("in force until %s")
                                                                       : _("was in force until %s"),
                                                       terminal_date(cli->arena, paper->ends));
    printf("  %s · %s · %s · %s\n    %s\n",
           owner_or_dash(*paper->title ? paper->title : paper->type), owner_or_dash(paper->number),
           owner_or_dash(terminal_date(cli->arena, paper->date)), until,
           *paper->mention ? paper->mention
                           : arena_printf(cli->arena, "%s · %s", owner_or_dash(paper->name),
                                          paper->document_id));
}
