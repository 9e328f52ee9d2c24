/* sohoa show, validity: one document, and whether it is in force. */
#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/text.h"
#include "index/day.h"
#include "index/reuse.h"
#include "index/validity.h"
#include "tools/decisions.h"
#include "tools/paper.h"

/* ------------------------------------------------------------------ show */

static json_t *reuse_json(const struct reuse *list, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s, s:I}", "dossier",
                                               list[i].dossier, "component", list[i].component,
                                               "state", component_state_name(list[i].state), "day",
                                               list[i].day, "record", (json_int_t)list[i].record));
    return array;
}

static json_t *paper_json(struct cli *cli, const struct paper *paper)
{
    json_t *object = json_object();
    const struct {
        const char *key, *value;
    } texts[] = {{"document", paper->id},         {"path", paper->path},
                 {"type", paper->type},           {"title", paper->title},
                 {"procedure", paper->procedure}, {"procedure_suffix", paper->suffix},
                 {"number", paper->number},       {"date", paper->date},
                 {"agency", paper->agency},       {"unit", paper->unit},
                 {"box", paper->box_code},        {"shelf", paper->shelf},
                 {"owner", paper->owner},         {"owner_name", paper->owner_name},
                 {"owner_id", paper->owner_id},   {"birth_date", paper->birth_date},
                 {"state", paper->state},         {"valid_from", paper->begins},
                 {"valid_to", paper->ends},       {"code", paper->code}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (texts[i].value && *texts[i].value)
            json_put_text(object, texts[i].key, texts[i].value);
    json_t *others = json_array();
    for (size_t i = 0; i < paper->other_count; i++) {
        json_t *other = json_pack("{s:s}", "name", paper->others[i].name);
        json_put_text(other, "id", *paper->others[i].id ? paper->others[i].id : NULL);
        json_put_text(other, "birth_date",
                      *paper->others[i].birth_date ? paper->others[i].birth_date : NULL);
        json_array_append_new(others, other);
    }
    json_object_set_new(object, "owners", others);
    json_object_set_new(object, "version", json_integer(paper->version));
    json_object_set_new(object, "pages", json_integer(paper->pages));
    json_object_set_new(object, "in_force", json_boolean(paper->in_force));
    const char *pdf = paper_pdf(cli, paper->path);
    if (pdf)
        json_put_text(object, "pdf", pdf);
    const char *received = paper_received(cli, paper->path);
    if (received)
        json_put_text(object, "received", received);
    return object;
}

static void print_line(const char *label, const char *value)
{
    if (value && *value)
        printf("  %s%*s %s\n", label, terminal_pad(label, 20), "", value);
}

/* "Trần Thị Hương · 186300626 · 25/02/1981", as much of it as is known. */
static const char *other_line(struct arena *arena, const struct paper_owner *other)
{
    return arena_printf(arena, "%s%s%s%s%s", other->name, *other->id ? " · " : "", other->id,
                        *other->birth_date ? " · " : "",
                        *other->birth_date ? terminal_date(arena, other->birth_date) : "");
}

static void print_files(struct cli *cli, const struct paper *paper)
{
    const char *pdf = paper_pdf(cli, paper->path);
    print_line(_("file"), pdf ? pdf
                              : _("its package is NOT in the store: take it back from a backup "
                                  "(sohoa fixity repair, sohoa restore) or by sohoa import"));
    for (int i = 1; pdf && (pdf = paper_volume(cli, paper->path, i)); i++)
        print_line("", pdf);
    print_line(_("as it came in"), paper_received(cli, paper->path));
}

static void print_paper(struct cli *cli, const struct paper *paper, const struct reuse *list,
                        size_t count)
{
    struct arena *arena = cli->arena;
    terminal_bold(true);
    printf("%s\n", *paper->title ? paper->title : paper->type);
    terminal_bold(false);
    print_line(_("owner"), paper->owner_name);
    print_line(_("number of the owner"), paper->owner_id);
    print_line(_("born"), terminal_date(arena, paper->birth_date));
    for (size_t i = 0; i < paper->other_count; i++)
        print_line(i == 0 ? _("and of") : "", other_line(arena, &paper->others[i]));
    print_line(_("number"), paper->number);
    print_line(_("date"), terminal_date(arena, paper->date));
    print_line(_("agency"), paper->agency);
    print_line(_("procedure"), arena_printf(arena, "%s%s %s", paper->procedure, paper->suffix,
                                            paper->procedure_name));
    print_line(_("state"), validity_state_label(validity_state_find(paper->state)));
    print_line(_("in force until"), !paper->ends    ? _("for ever")
                                    : !*paper->ends ? _("not in force")
                                                    : terminal_date(arena, paper->ends));
    print_line(_("result code"), paper->code);
    if (*paper->shelf || *paper->box_code)
        print_line(_("place"), arena_printf(arena, "%s %s", paper->shelf, paper->box_code));
    for (size_t i = 0; i < count; i++)
        print_line(
            i == 0 ? _("used again for") : "",
            arena_printf(arena, "%s · %s", list[i].dossier, terminal_date(arena, list[i].day)));
    print_files(cli, paper);
}

int cmd_show(struct cli *cli, int argc, char **argv)
{
    static const char *dossier;
    static const struct option_row rows[] = {{"dossier", OPTION_TEXT, &dossier, N_("CODE"),
                                              N_("for which dossier; stands for a purpose")},
                                             OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    struct paper paper;
    struct reuse *used = NULL;
    size_t used_count = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 1, 1, &rest, &count, &code))
        return code;
    enum status status = paper_read(cli, rest[0], &paper);
    if (status == STATUS_OK)
        status = paper_reason(cli, &paper, dossier);
    if (status == STATUS_OK)
        status = reuse_list(cli->db, &(struct reuse_filter){.document = paper.id}, cli->arena,
                            &used, &used_count, &cli->error);
    if (status == STATUS_OK)
        status = decisions_look(cli, "show", paper.id, NULL,
                                dossier ? arena_printf(cli->arena, "dossier=%s", dossier) : NULL);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        json_t *answer = paper_json(cli, &paper);
        json_object_set_new(answer, "reuse", reuse_json(used, used_count));
        return cli_json(answer);
    }
    print_paper(cli, &paper, used, used_count);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ validity */

struct change {
    const char *day, *other, *from, *to, *reason;
};

/* Days as they are typed become ISO; what is no day is left for the record to refuse. */
static const char *iso_of(struct cli *cli, const char *text)
{
    char iso[DAY_SIZE];
    return text && text_date(text, iso) ? arena_strdup(cli->arena, iso) : text;
}

static enum status check_other(struct cli *cli, const char *act, const char *other)
{
    struct paper paper;
    return strcmp(act, "supersede") == 0 && other ? paper_read(cli, other, &paper) : STATUS_OK;
}

static int validity_done(struct cli *cli, const char *id, int64_t record)
{
    struct paper paper;
    enum status status = paper_read(cli, id, &paper);
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json) {
        json_t *answer = json_pack("{s:I, s:s, s:s, s:b}", "record", (json_int_t)record, "document",
                                   paper.id, "state", paper.state, "in_force", paper.in_force);
        json_put_text(answer, "valid_from", paper.begins);
        json_put_text(answer, "valid_to", paper.ends);
        return cli_json(answer);
    }
    printf(_("Record %lld is written.\n"), (long long)record);
    printf("%s · %s\n", validity_state_label(validity_state_find(paper.state)),
           paper.in_force ? _("in force") : _("not in force"));
    return EXIT_DONE;
}

int cmd_validity(struct cli *cli, int argc, char **argv)
{
    static struct change change;
    static const struct option_row rows[] = {
        {"day", OPTION_TEXT, &change.day, N_("DAY"), N_("since when (today)")},
        {"by", OPTION_TEXT, &change.other, N_("DOCUMENT"),
         N_("what revokes it, or takes its place")},
        {"from", OPTION_TEXT, &change.from, N_("DAY"), N_("limit: first day in force")},
        {"to", OPTION_TEXT, &change.to, N_("DAY|unlimited"), N_("limit: last day in force")},
        {"reason", OPTION_TEXT, &change.reason, N_("WORDS"), N_("why")},
        OPTION_ROWS_END};
    static const char *const rules[] = {"validity", NULL};
    char **rest = NULL, today[DAY_SIZE];
    int count = 0, code = 0;
    int64_t record = 0;
    struct paper paper;
    if (!cli_options(cli, argv[0], argc, argv, rows, 2, 2, &rest, &count, &code))
        return code;
    day_today(today);
    enum status status = paper_read(cli, rest[0], &paper);
    if (status == STATUS_OK)
        status = check_other(cli, rest[1], change.other);
    cli->object = status == STATUS_OK ? paper.id : NULL;
    if (status == STATUS_OK && strcmp(rest[1], "return") != 0) /* the one that happens to each */
        status = decisions_reason(cli, change.reason);
    if (status == STATUS_OK)
        status = decisions_record(cli, "validity",
                                  json_pack("{s:s, s:s, s:s, s:s*, s:s*, s:s*, s:s*}", "document",
                                            paper.id, "act", rest[1], "day",
                                            change.day ? iso_of(cli, change.day) : today, "other",
                                            change.other, "from", iso_of(cli, change.from), "to",
                                            iso_of(cli, change.to), "reason", change.reason),
                                  rules, &record);
    return status == STATUS_OK ? validity_done(cli, paper.id, record) : cli_fail(cli, status);
}
