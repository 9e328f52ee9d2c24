/* sohoa init, doctor, config, devices: setting up, and looking whether all is there. */
#include <stdio.h>
#include <string.h>

#include "archive/anchor.h"
#include "core/file.h"
#include "core/journal.h"
#include "core/text.h"
#include "tools/command.h"

int cmd_init(struct cli *cli, int argc, char **argv)
{
    static const char *agency;
    static bool no_test_keys;
    static const struct option_row rows[] = {
        {"agency", OPTION_TEXT, &agency, N_("NAME"),
         N_("name of the agency that keeps the archive and makes the copies")},
        {"no-test-keys", OPTION_FLAG, &no_test_keys, NULL,
         N_("make no test certificate; a real key is set in sohoa.conf")},
        OPTION_ROWS_END};
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, rows, 0, 1, &rest, &count, &code))
        return code;
    const char *root = count == 1 ? rest[0] : cli->root;
    bool existed = file_exists(file_join(cli->arena, root, "sohoa.conf"));
    enum status status = warehouse_create(root, agency, !no_test_keys, &cli->error);
    if (status == STATUS_OK) {
        cli_identify(cli);
        status = journal_append(
            file_join(cli->arena, root, JOURNAL_FOLDER),
            &(struct journal_entry){"init", NULL, existed ? "existed" : NULL, NULL}, &cli->error);
    }
    if (status != STATUS_OK)
        return cli_fail(cli, status);
    if (cli->json)
        return cli_json(json_pack("{s:s, s:b}", "warehouse", root, "created", !existed));
    if (existed)
        printf(_("%s is a warehouse already; nothing was changed.\n"), root);
    else
        printf(_("New warehouse in %s. Its settings: %s/sohoa.conf\n"), root, root);
    if (!existed && !no_test_keys)
        printf(
            _("It signs with a TEST certificate, without legal value, until [archive] key names a "
              "real one.\n"));
    if (!existed && (!agency || !*agency))
        printf(_("No agency is named yet: each copy bears its name. Set [archive] custodian.\n"));
    if (!existed)
        printf(_("Next: sohoa doctor --warehouse %s\n"), root);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ doctor */

/* Wrong: a setting, or what it names; nothing else has to be found out to know that. */
enum finding_level { FINDING_GOOD, FINDING_NOTE, FINDING_MISSING, FINDING_WRONG };

struct doctor {
    struct cli *cli;
    json_t *findings;
    int missing, wrong;
};

static void say(struct doctor *doctor, enum finding_level level, const char *what,
                const char *sentence)
{
    static const char *const marks[] = {"✓", "•", "✗", "✗"};
    static const char *const names[] = {"good", "note", "missing", "wrong"};
    doctor->missing += level >= FINDING_MISSING;
    doctor->wrong += level == FINDING_WRONG;
    if (doctor->cli->json)
        json_array_append_new(doctor->findings, json_pack("{s:s, s:s, s:s}", "what", what, "level",
                                                          names[level], "sentence", sentence));
    else
        printf("%s %s%*s %s\n", marks[level], message(what), terminal_pad(message(what), 16), "",
               sentence);
}

static void look_at_language_data(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    struct ocr_engine *engine = NULL;
    if (ocr_open(&cli->warehouse.ocr, &engine, &cli->error) == STATUS_OK)
        say(doctor, FINDING_GOOD, N_("language data"),
            arena_printf(cli->arena, _("model %s opens"), cli->warehouse.ocr.model));
    else
        say(doctor, FINDING_MISSING, N_("language data"), cli->error.text);
    ocr_close(engine);
}

static void look_at_scanners(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    const struct scan_device *devices = NULL;
    size_t count = 0;
    enum status status = ingest_devices(&devices, &count, &cli->error);
    if (status != STATUS_OK)
        say(doctor, FINDING_NOTE, N_("scanner"), cli->error.text);
    else if (count == 0)
        say(doctor, FINDING_NOTE, N_("scanner"),
            _("none found: connect one and switch it on, or import image files"));
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        say(doctor, FINDING_GOOD, N_("scanner"),
            arena_printf(cli->arena, "%s (%s %s)", devices[i].name, devices[i].vendor,
                         devices[i].model));
    ingest_end();
}

#define DAYS_WARN 60

/* What a key that opens still needs a word about. */
static void look_at_signer(struct doctor *doctor, const char *what, const struct signer *signer)
{
    struct arena *arena = doctor->cli->arena;
    const char *who = signer_describe(signer, arena);
    int days = signer_days(signer);
    const char *left = terminal_count(arena, "%lld day", "%lld days", days);
    if (signer_is_test(signer))
        say(doctor, FINDING_NOTE, what,
            arena_printf(arena,
                         _("TEST certificate: what it signs has no legal value; [archive] key, "
                           "certificate and trust name the real one (%s)"),
                         who));
    else if (days < DAYS_WARN)
        say(doctor, FINDING_NOTE, what,
            arena_printf(arena, _("ends in %s: ask for a new certificate now (%s)"), left, who));
    else
        say(doctor, FINDING_GOOD, what, arena_printf(arena, _("%s, %s left"), who, left));
}

static void look_at_one_key(struct doctor *doctor, const char *what, bool officer)
{
    struct cli *cli = doctor->cli;
    struct signer *signer = NULL;
    const struct archive_settings *archive = &cli->warehouse.archive;
    enum status status = officer ? signer_open_officer(archive, NULL, &signer, &cli->error)
                                 : signer_open(archive, NULL, &signer, &cli->error);
    if (status == STATUS_OK)
        look_at_signer(doctor, what, signer);
    else
        say(doctor, status == STATUS_FATAL ? FINDING_WRONG : FINDING_MISSING, what,
            cli->error.text);
    signer_close(signer);
}

static void look_at_keys(struct doctor *doctor)
{
    const struct archive_settings *archive = &doctor->cli->warehouse.archive;
    if (!archive->sign) {
        say(doctor, FINDING_NOTE, N_("signing key"),
            _("signing is off ([archive] sign = no): documents are stored without legal value"));
        return;
    }
    if (!*archive->custodian)
        say(doctor, FINDING_MISSING, N_("agency"),
            _("[archive] custodian names nobody: no copy would say which agency made it"));
    look_at_one_key(doctor, N_("signing key"), false);
    if (archive->officer_key && *archive->officer_key)
        look_at_one_key(doctor, N_("officer's key"), true);
}

/* Roots that can be read, so that certificates are asked about and time-stamps believed. */
static void look_at_trust(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    const struct archive_settings *archive = &cli->warehouse.archive;
    struct prover *prover = NULL;
    if (!*archive_roots(archive))
        say(doctor, FINDING_NOTE, N_("trusted roots"),
            arena_printf(cli->arena,
                         _("before signing nobody is asked whether the certificate was revoked: "
                           "%s"),
                         signer_not_asked()));
    else if (prover_open(archive, &prover, &cli->error) != STATUS_OK)
        say(doctor, FINDING_MISSING, N_("trusted roots"), cli->error.text);
    else
        say(doctor, FINDING_GOOD, N_("trusted roots"), _("can be read"));
    prover_close(prover);
    if (*archive->tsa)
        say(doctor, FINDING_GOOD, N_("time-stamps"),
            arena_printf(cli->arena, _("level %s, from %s (not asked now)"),
                         archive_level_name((enum archive_level)archive->level), archive->tsa));
    else
        say(doctor, FINDING_NOTE, N_("time-stamps"),
            _("no authority is set ([archive] tsa): what is signed is proven only as long as its "
              "certificate"));
}

static void say_setting(void *context, const char *setting, const char *sentence)
{
    struct doctor *doctor = context;
    say(doctor, FINDING_WRONG, arena_printf(doctor->cli->arena, "archive.%s", setting), sentence);
}

static void look_at_settings(struct doctor *doctor)
{
    const struct warehouse *warehouse = &doctor->cli->warehouse;
    int before = doctor->wrong;
    archive_check_settings(&warehouse->archive, warehouse->root, say_setting, doctor);
    if (doctor->wrong == before)
        say(doctor, FINDING_GOOD, N_("settings"),
            _("roots, font, colours, seal and addresses are such"));
}

static void look_at_space(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    int64_t bytes = file_free_space(cli->warehouse.root);
    const char *sentence =
        arena_printf(cli->arena, _("%.1f GB free, room for about %lld colour pages"),
                     (double)bytes / 1e9, (long long)(bytes / 30000000));
    say(doctor, bytes < 2000000000 ? FINDING_MISSING : FINDING_GOOD, N_("space"), sentence);
}

static void look_at_database(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    struct db *db = NULL;
    if (warehouse_db(&cli->warehouse, &db, &cli->error) == STATUS_OK)
        say(doctor, FINDING_GOOD, N_("database"), _("opens, tables are there"));
    else
        say(doctor, FINDING_MISSING, N_("database"), cli->error.text);
    db_close(db);
}

static void look_at_anchors(struct doctor *doctor)
{
    struct cli *cli = doctor->cli;
    const char *tsa = cli->warehouse.archive.tsa;
    struct anchor_state anchors;
    if (anchor_look(cli->warehouse.journal, tsa != NULL && *tsa != 0, &anchors, &cli->error) !=
        STATUS_OK) {
        say(doctor, FINDING_MISSING, N_("anchors"), cli->error.text);
        return;
    }
    const char *overdue = cli_overdue(cli, anchors.since);
    say(doctor, overdue != NULL ? FINDING_MISSING : FINDING_GOOD, N_("anchors"),
        overdue != NULL ? overdue
                        : arena_printf(cli->arena, _("%d made, %d of them wait for a time-stamp"),
                                       anchors.anchors, anchors.waiting));
}

int cmd_doctor(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 0, 0, &rest, &count, &code))
        return code;
    struct doctor doctor = {.cli = cli, .findings = json_array()};
    look_at_language_data(&doctor);
    look_at_scanners(&doctor);
    if (cli->warehouse.root == NULL) {
        say(&doctor, FINDING_NOTE, N_("warehouse"),
            _("no warehouse here: 'sohoa init FOLDER' makes one, --warehouse FOLDER names one"));
    } else {
        look_at_settings(&doctor);
        look_at_keys(&doctor);
        look_at_trust(&doctor);
        look_at_space(&doctor);
        look_at_database(&doctor);
        look_at_anchors(&doctor);
    }
    if (cli->json)
        cli_json(json_pack("{s:i, s:o}", "missing", doctor.missing, "findings", doctor.findings));
    else
        json_decref(doctor.findings);
    return doctor.wrong > 0 ? EXIT_SETUP : doctor.missing > 0 ? EXIT_WRONG : EXIT_DONE;
}

/* ------------------------------------------------------------------ config */

struct config_list {
    const char *only;
    json_t *values;
    const char *section;
    int shown;
    bool json;
};

static void show_setting(void *context, const char *section, const struct setting_row *row,
                         const char *value, const char *origin)
{
    struct config_list *list = context;
    char name[128];
    snprintf(name, sizeof name, "%s.%s", section, row->name);
    if (list->only != NULL && strcmp(list->only, name) != 0 && strcmp(list->only, section) != 0)
        return;
    list->shown++;
    if (list->json) {
        json_object_set_new(list->values, name,
                            json_pack("{s:s, s:s, s:s}", "value", value, "from", origin, "help",
                                      message(row->help)));
        return;
    }
    if (list->section == NULL || strcmp(list->section, section) != 0)
        printf("%s[%s]\n", list->section != NULL ? "\n" : "", section);
    list->section = section;
    printf("# %s (%s)\n%s = %s\n", message(row->help),
           strcmp(origin, "default") == 0 ? _("default") : origin, row->name, value);
}

int cmd_config(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 0, 1, &rest, &count, &code))
        return code;
    struct config_list list = {
        .only = count == 1 ? rest[0] : NULL, .values = json_object(), .json = cli->json};
    settings_each(cli->warehouse.settings, show_setting, &list);
    if (list.shown == 0) {
        json_decref(list.values);
        error_set(&cli->error, STATUS_REJECT,
                  _("there is no setting '%s'; 'sohoa config' lists them all"), rest[0]);
        cli_fail(cli, STATUS_REJECT);
        return EXIT_USAGE;
    }
    if (cli->json)
        return cli_json(list.values);
    json_decref(list.values);
    return EXIT_DONE;
}

/* ------------------------------------------------------------------ devices */

static void show_device_option(void *context, const char *name, const char *title,
                               const char *values, const char *now)
{
    table_row(context, (const char *[]){name, now, values, title});
}

int cmd_devices(struct cli *cli, int argc, char **argv)
{
    char **rest = NULL;
    int count = 0, code = 0;
    if (!cli_options(cli, argv[0], argc, argv, NULL, 0, 1, &rest, &count, &code))
        return code;
    enum status status = STATUS_OK;
    if (count == 1) {
        struct table *table =
            table_new((const char *[]){_("option"), _("now"), _("values"), _("meaning"), NULL});
        status = ingest_device_options(rest[0], show_device_option, table, &cli->error);
        if (status == STATUS_OK)
            table_print(table);
        ingest_end();
        return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
    }
    const struct scan_device *devices = NULL;
    size_t found = 0;
    status = ingest_devices(&devices, &found, &cli->error);
    if (status != STATUS_OK) {
        ingest_end();
        return cli_fail(cli, status);
    }
    json_t *list = json_array();
    for (size_t i = 0; i < found; i++) {
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "name", devices[i].name,
                                              "vendor", devices[i].vendor, "model",
                                              devices[i].model, "type", devices[i].type));
        if (!cli->json)
            printf("%s\n    %s %s (%s)\n", devices[i].name, devices[i].vendor, devices[i].model,
                   devices[i].type);
    }
    ingest_end();
    if (cli->json)
        return cli_json(list);
    json_decref(list);
    if (found == 0)
        printf(_("No scanner found: connect one and switch it on ('sohoa doctor' says more).\n"));
    return EXIT_DONE;
}
