/*
 * The pass record: what was checked, by which checker, when, and the hash of the very bytes. What
 * has none is never stored as PDF/A.
 */
#include <string.h>

#include "archive/archive.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/message.h"

#define CHECKER "sohoa " SOHOA_VERSION

struct first_finding {
    char text[400];
};

static void keep_first(void *context, const char *sentence)
{
    struct first_finding *first = context;
    if (first->text[0] == 0)
        strncat(first->text, sentence, sizeof first->text - 1);
}

static enum status write_record(const char *path, const char *record, const char *hash,
                                const struct archive_verdict *verdict, size_t words,
                                bool text_compared, struct error *error)
{
    char now[26];
    file_now(now);
    json_t *value = json_object();
    json_put_text(value, "checker", CHECKER);
    json_put_text(value, "checked_at", now);
    json_put_text(value, "flavour", verdict->flavour);
    json_put_text(value, "sha256", hash);
    json_object_set_new(value, "bytes", json_integer(file_size(path)));
    json_object_set_new(value, "findings", json_integer(0));
    json_object_set_new(value, "pages", json_integer(verdict->pages));
    json_object_set_new(value, "signatures", json_integer(verdict->signatures));
    if (text_compared)
        json_object_set_new(value, "words_compared", json_integer((json_int_t)words));
    enum status status = json_write(record, value, error);
    json_decref(value);
    return status;
}

enum status archive_pass(const char *path, const char *trust, const struct archive_source *source,
                         const char *record, struct error *error)
{
    struct archive_verdict verdict;
    struct first_finding first = {""};
    char before[HASH_HEX_SIZE], after[HASH_HEX_SIZE];
    size_t words = 0;
    enum status status = file_remove(record, error);
    if (status == STATUS_OK)
        status = hash_file(path, before, error);
    if (status == STATUS_OK)
        status = archive_check(path, trust, &verdict, keep_first, &first, error);
    if (status == STATUS_REJECT && first.text[0] != 0)
        return error_set(error, STATUS_REJECT, _("The finished PDF is not right: %s"), first.text);
    if (status == STATUS_OK && source != NULL)
        status = archive_check_text(path, source, &words, error);
    if (status == STATUS_OK)
        status = hash_file(path, after, error);
    if (status == STATUS_OK && strcmp(before, after) != 0)
        status = error_set(error, STATUS_RETRY, _("%s changed while it was checked."), path);
    if (status != STATUS_OK)
        return status;
    return write_record(path, record, after, &verdict, words, source != NULL, error);
}

enum status archive_passed(const char *path, const char *record, struct error *error)
{
    json_t *value = NULL;
    char hash[HASH_HEX_SIZE];
    if (!file_exists(record))
        return error_set(error, STATUS_REJECT,
                         _("%s has not passed the check of PDF/A and may not be stored as such."),
                         file_name(path));
    enum status status = json_read(record, &value, error);
    if (status == STATUS_OK)
        status = hash_file(path, hash, error);
    const char *said =
        status == STATUS_OK ? json_string_value(json_object_get(value, "sha256")) : "";
    if (status == STATUS_OK &&
        (said == NULL || strcmp(said, hash) != 0 || json_int(value, "findings", -1) != 0))
        status =
            error_set(error, STATUS_REJECT,
                      _("%s is not the file that passed the check of PDF/A; it changed since."),
                      file_name(path));
    json_decref(value);
    return status;
}

enum status archive_recorded(const char *path, const char *record,
                             const struct archive_verdict *verdict, struct error *error)
{
    json_t *value = NULL;
    if (!file_exists(record))
        return STATUS_OK;
    enum status status = archive_passed(path, record, error);
    if (status == STATUS_OK)
        status = json_read(record, &value, error);
    const char *flavour = json_string_value(json_object_get(value, "flavour"));
    if (status == STATUS_OK &&
        (json_int(value, "bytes", -1) != file_size(path) ||
         json_int(value, "pages", -1) != verdict->pages ||
         json_int(value, "signatures", -1) != verdict->signatures || !flavour ||
         (verdict->pdfa_2u && strcmp(flavour, verdict->flavour) != 0)))
        status = error_set(error, STATUS_REJECT,
                           _("%s says something else of %s than what is found now."),
                           file_name(record), file_name(path));
    json_decref(value);
    return status;
}
