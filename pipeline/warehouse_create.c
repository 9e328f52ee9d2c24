/* Making a warehouse: folders, configuration, keys, database; sohoa.conf last, for it is what makes
 * the folder a warehouse. Interrupted anywhere, it is simply made again. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"
#include "pipeline/pipeline.h"
#include "pipeline/share.h"

enum { CONFIG_MAX = 1 << 20 };

static const char *const folders[] = {"", "spool", "store", "journal", "log", "profiles"};

/* What an interrupted `sohoa init` may have left. */
static bool is_ours(const char *name)
{
    const char *dot = strrchr(name, '.');
    for (size_t i = 1; i < sizeof folders / sizeof *folders; i++)
        if (strcmp(name, folders[i]) == 0)
            return true;
    return strncmp(name, "sohoa.", 6) == 0 || strncmp(name, "keys", 4) == 0 ||
           (dot && (strcmp(dot, ".conf") == 0 || strcmp(dot, ".csv") == 0 ||
                    strcmp(dot, ".tsv") == 0 || strcmp(dot, ".part") == 0));
}

static enum status check_empty(const char *root, struct arena *arena, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    if (!file_is_folder(root))
        return STATUS_OK;
    enum status status = file_list(root, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (!is_ours(names[i]))
            status =
                error_set(error, STATUS_REJECT,
                          _("%s holds other things (%s); a new warehouse wants an empty folder "
                            "or one that is not there yet."),
                          root, names[i]);
    return status;
}

static enum status make_folders(const char *root, struct arena *arena, struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && status == STATUS_OK; i++)
        status = file_mkdirs(*folders[i] ? file_join(arena, root, folders[i]) : root, error);
    return status;
}

/* Keys are never overwritten, so they are made aside and put in their place all at once. */
static enum status make_keys(const char *root, const char *agency, bool test_keys,
                             struct arena *arena, struct error *error)
{
    const char *keys = file_join(arena, root, "keys"), *aside = file_join(arena, root, "keys.part");
    if (file_is_folder(keys))
        return STATUS_OK;
    enum status status = file_remove_tree(aside, error);
    if (status == STATUS_OK)
        status = file_mkdirs(aside, error);
    if (status == STATUS_OK && chmod(aside, 0700) != 0)
        status = error_set(error, STATUS_RETRY,
                           _("%s cannot be closed to others; check who owns the folder."), aside);
    if (status == STATUS_OK && test_keys)
        status = archive_test_keys(aside, agency, error);
    return status == STATUS_OK ? file_rename(aside, keys, error) : status;
}

/* Copies each file of a shipped folder that is not in to yet. */
static enum status copy_files(const char *from, const char *to, struct arena *arena,
                              struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = file_list(from, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *source = file_join(arena, from, names[i]);
        const char *target = file_join(arena, to, names[i]);
        if (strcmp(names[i], "sohoa.conf") != 0 && !file_is_folder(source) && !file_exists(target))
            status = file_copy(source, target, error);
    }
    return status;
}

/* ---------------------------------------------------------------- sohoa.conf */

struct setting_value {
    const char *section, *key, *value;
};

static bool starts_with_word(const char *line, const char *word)
{
    size_t length = strlen(word);
    line += strspn(line, " \t");
    if (strncmp(line, word, length) != 0)
        return false;
    line += length;
    line += strspn(line, " \t");
    return *line == '=';
}

/* The value to write in place of this line, NULL: the line stays. */
static const struct setting_value *replaced(const struct setting_value *values, size_t count,
                                            const char *section, const char *line)
{
    for (size_t i = 0; i < count; i++)
        if (values[i].value && strcmp(values[i].section, section) == 0 &&
            starts_with_word(line, values[i].key))
            return &values[i];
    return NULL;
}

/* The shipped text with the values in their places. Every key stands in it: a unit test of the rows
 * against config/sohoa.conf sees to that. */
static void fill_in(char *text, const struct setting_value *values, size_t count,
                    struct buffer *out)
{
    char section[64] = "";
    for (char *line = text, *next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if (line[0] == '[' && strchr(line, ']')) {
            size_t length = strcspn(line + 1, "]");
            if (length < sizeof section) {
                memcpy(section, line + 1, length);
                section[length] = '\0';
            }
        }
        const struct setting_value *value = replaced(values, count, section, line);
        if (value)
            buffer_printf(out, "%s = %s\n", value->key, value->value);
        else
            buffer_printf(out, "%s\n", line);
    }
}

static enum status write_config(const char *share, const char *root, const char *agency,
                                bool test_keys, struct arena *arena, struct error *error)
{
    char *text = NULL;
    struct buffer out = {0};
    enum status status =
        file_read(file_join(arena, share, "sohoa.conf"), CONFIG_MAX, arena, &text, NULL, error);
    if (status != STATUS_OK)
        return status;
    const struct setting_value values[] = {
        {"archive", "custodian", agency},
        {"archive", "key", test_keys ? "file:keys/agency.p12" : NULL},
        {"archive", "trust", test_keys ? "keys/ca.pem" : NULL},
        {"archive", "pin_command", test_keys ? "cat \"$SOHOA_WAREHOUSE/keys/agency.pass\"" : NULL},
    };
    fill_in(text, values, sizeof values / sizeof *values, &out);
    status = file_write(file_join(arena, root, "sohoa.conf"), out.data, out.size, error);
    buffer_clear(&out);
    return status;
}

/* ---------------------------------------------------------------- all of it */

static enum status make_database(const char *root, struct error *error)
{
    struct warehouse warehouse;
    struct db *db = NULL;
    enum status status = warehouse_open(root, NULL, &warehouse, error);
    if (status != STATUS_OK)
        return status;
    status = warehouse_db(&warehouse, &db, error);
    db_close(db);
    warehouse_close(&warehouse);
    return status;
}

static enum status check_agency(const char *agency, struct error *error)
{
    if (agency && strpbrk(agency, "\r\n"))
        return error_set(error, STATUS_REJECT,
                         _("The agency's name must stand on one line; give it again."));
    return STATUS_OK;
}

enum status warehouse_create(const char *root, const char *agency, bool test_keys,
                             struct error *error)
{
    struct arena *arena = arena_new();
    const char *share = share_config(arena);
    enum status status = STATUS_OK;
    if (file_exists(file_join(arena, root, "sohoa.conf"))) {
        status = make_database(root, error); /* there it is: made when it is missing, else opened */
        goto done;
    }
    if (!share)
        status = error_set(error, STATUS_FATAL,
                           _("The shipped configuration is not in %s; install sohoa again, or name "
                             "the folder that holds it in SOHOA_SHARE."),
                           SOHOA_DATADIR "/config");
    if (status == STATUS_OK)
        status = check_agency(agency, error);
    if (status == STATUS_OK)
        status = check_empty(root, arena, error);
    if (status == STATUS_OK)
        status = make_folders(root, arena, error);
    if (status == STATUS_OK)
        status = copy_files(share, root, arena, error);
    if (status == STATUS_OK && file_is_folder(file_join(arena, share, "profiles")))
        status = copy_files(file_join(arena, share, "profiles"), file_join(arena, root, "profiles"),
                            arena, error);
    if (status == STATUS_OK)
        status = make_keys(root, agency ? agency : "", test_keys, arena, error);
    if (status == STATUS_OK)
        status = write_config(share, root, agency, test_keys, arena, error);
    if (status == STATUS_OK)
        status = make_database(root, error);
done:
    arena_free(arena);
    return status;
}
