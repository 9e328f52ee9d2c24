/* Making anchors, and taking them to another medium. */
#include "archive/anchor.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "archive/sign/certificate.h"
#include "archive/sign/cms.h"
#include "archive/proof/timestamp.h"
#include "core/file.h"
#include "core/json.h"
#include "core/log.h"
#include "core/message.h"

enum { ANCHOR_MAX = 1 << 20 };

static const char *sibling(struct arena *arena, const char *json, const char *ending)
{
    return arena_printf(arena, "%.*s%s", (int)(strlen(json) - 5), json, ending);
}

static bool is_anchor(const char *name)
{
    size_t size = strlen(name);
    return size > 5 && strcmp(name + size - 5, ".json") == 0;
}

/* The newest anchor's .json; NULL: none. */
static enum status newest(const char *folder, struct arena *arena, const char **path,
                          struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    enum status status = STATUS_OK;
    *path = NULL;
    if (file_is_folder(folder))
        status = file_list(folder, arena, &names, &count, error);
    for (size_t i = 0; i < count; i++)
        if (is_anchor(names[i]))
            *path = file_join(arena, folder, names[i]);
    return status;
}

bool anchor_last(const char *journal, char time[26], int64_t *sequence)
{
    struct arena *arena = arena_new();
    const char *path = NULL;
    json_t *json = NULL;
    bool found =
        newest(file_join(arena, journal, ANCHOR_FOLDER), arena, &path, NULL) == STATUS_OK && path &&
        json_read(path, &json, NULL) == STATUS_OK;
    if (found) {
        snprintf(time, 26, "%s",
                 json_text(json, "time", arena) ? json_text(json, "time", arena) : "");
        *sequence = json_int(json, "sequence", 0);
    }
    json_decref(json);
    arena_free(arena);
    return found;
}

/* ---------------------------------------------------------------- making */

/* The signature beside the .json, and the token beside that. */
static enum status sign_file(const struct signer *signer, const char *json, struct arena *arena,
                             struct error *error)
{
    struct buffer blob = {0};
    uint8_t digest[HASH_SIZE_MAX];
    char *bytes = NULL;
    size_t size = 0;
    enum status status = file_read(json, ANCHOR_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK) {
        struct hash *hash = hash_new_kind(signer->digest);
        hash_add(hash, bytes, size);
        hash_end(hash, digest);
        status =
            cms_write(signer, digest, hash_kind_size(signer->digest), NULL, NULL, &blob, error);
    }
    if (status == STATUS_OK)
        status = file_write(sibling(arena, json, ".p7s"), blob.data, blob.size, error);
    buffer_clear(&blob);
    return status;
}

/* No authority within reach is no fault: the anchor waits, and the next one asks again. */
static void stamp_file(const struct archive_settings *settings, const char *json,
                       struct arena *arena)
{
    struct buffer token = {0};
    struct error fault = {""};
    uint8_t digest[HASH_SIZE_MAX];
    char *bytes = NULL;
    size_t size = 0;
    const char *path = sibling(arena, json, ".tst");
    if (file_exists(path) || !settings->tsa || !*settings->tsa ||
        file_read(sibling(arena, json, ".p7s"), ANCHOR_MAX, arena, &bytes, &size, &fault) !=
            STATUS_OK)
        return;
    struct hash *hash = hash_new();
    hash_add(hash, bytes, size);
    hash_end(hash, digest);
    const struct archive_settings patient = timestamp_patient(settings);
    if (timestamp_get(&patient, NULL, NULL, HASH_SHA256, digest, &token, &fault) != STATUS_OK ||
        file_write(path, token.data, token.size, &fault) != STATUS_OK)
        log_write(LOG_WARNING, "anchor %s waits for a time-stamp: %s", file_name(json), fault.text);
    buffer_clear(&token);
}

/* What the journal knows of anchors. */
struct known {
    json_t *stamped;    /* name of each token that it names */
    int64_t last_other; /* entry that is not about anchors */
};

static enum status note_known(void *context, const struct journal_record *record,
                              struct error *error)
{
    struct known *known = context;
    (void)error;
    if (strcmp(record->action, ANCHOR_STAMPED) == 0)
        json_object_set_new(known->stamped, file_name(record->object), json_true());
    else if (strcmp(record->action, ANCHOR_MADE) != 0)
        known->last_other = record->sequence;
    return STATUS_OK;
}

static enum status record_file(const char *journal, const char *action, const char *path,
                               struct arena *arena, struct error *error)
{
    char hex[HASH_HEX_SIZE];
    enum status status = hash_file(path, hex, error);
    const struct journal_entry entry = {action,
                                        arena_printf(arena, ANCHOR_FOLDER "/%s", file_name(path)),
                                        NULL, arena_printf(arena, "sha256=%s", hex)};
    return status == STATUS_OK ? journal_append(journal, &entry, error) : status;
}

/* A token that was named and is gone is not asked for again: that it is missing has to show. */
static enum status stamp_waiting(const struct archive_settings *settings, const char *journal,
                                 const struct known *known, struct arena *arena,
                                 struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    const char *folder = file_join(arena, journal, ANCHOR_FOLDER);
    if (!file_is_folder(folder) || file_list(folder, arena, &names, &count, NULL) != STATUS_OK)
        return STATUS_OK;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        const char *json = file_join(arena, folder, names[i]);
        if (!is_anchor(names[i]) ||
            json_object_get(known->stamped, file_name(sibling(arena, json, ".tst"))))
            continue;
        stamp_file(settings, json, arena);
        if (file_exists(sibling(arena, json, ".tst")))
            status =
                record_file(journal, ANCHOR_STAMPED, sibling(arena, json, ".tst"), arena, error);
    }
    return status;
}

static enum status write_json(const char *path, const char *before,
                              const struct journal_summary *summary, struct error *error)
{
    char now[26], previous[HASH_HEX_SIZE] = "";
    enum status status = before ? hash_file(before, previous, error) : STATUS_OK;
    if (status != STATUS_OK)
        return status;
    file_now(now);
    json_t *json = json_object();
    json_object_set_new(json, "sequence", json_integer((json_int_t)summary->sequence));
    json_object_set_new(json, "entries", json_integer((json_int_t)summary->entries));
    json_put_text(json, "head", summary->head);
    json_put_text(json, "last_entry", summary->last_time);
    json_put_text(json, "time", now);
    json_put_text(json, "previous", previous);
    status = json_write(path, json, error);
    json_decref(json);
    return status;
}

/* True when the last anchor covers all but what tells of anchors. */
static bool nothing_new(const char *before, const struct known *known)
{
    json_t *json = NULL;
    if (!before || json_read(before, &json, NULL) != STATUS_OK)
        return false;
    bool same = json_int(json, "sequence", 0) >= known->last_other;
    json_decref(json);
    return same;
}

/* A revoked certificate anchors nothing; when nobody can be asked the log says so. */
static enum status may_sign(const struct archive_settings *settings, const struct signer *signer,
                            struct error *error)
{
    struct error warning = {""};
    enum status status = signer_ask(settings, signer, &warning, error);
    if (*warning.text)
        log_write(LOG_WARNING, "anchor: revocation not asked: %s", warning.text);
    return status;
}

static enum status make_new(const struct signer *signer, const char *journal, const char *before,
                            const struct journal_summary *summary, struct arena *arena,
                            const char **path, struct error *error)
{
    const char *folder = file_join(arena, journal, ANCHOR_FOLDER);
    const char *made = arena_printf(arena, "%s/%012lld.json", folder, (long long)summary->sequence);
    enum status status = file_mkdirs(folder, error);
    if (status == STATUS_OK)
        status = write_json(made, before, summary, error);
    if (status == STATUS_OK)
        status = sign_file(signer, made, arena, error);
    if (status == STATUS_OK)
        status = record_file(journal, ANCHOR_MADE, made, arena, error);
    if (status == STATUS_OK)
        *path = made;
    return status;
}

/* Two at once would both sign and stamp the same anchor, and the journal would name two tokens of
 * which one is there. The folder is locked: who comes second waits, and sees what the first made.
 */
static enum status take_turn(const char *folder, int *turn, struct error *error)
{
    enum status status = file_mkdirs(folder, error);
    if (status != STATUS_OK)
        return status;
    *turn = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (*turn >= 0 && flock(*turn, LOCK_EX) != 0)
        if (errno != EINTR)
            return error_set(error, STATUS_RETRY, _("%s cannot be locked: %s."), folder,
                             message_errno(errno));
    return *turn >= 0 ? STATUS_OK
                      : error_set(error, STATUS_RETRY, _("%s cannot be read: %s."), folder,
                                  message_errno(errno));
}

static enum status make_in_turn(const struct archive_settings *settings,
                                const struct signer *signer, const char *journal,
                                struct arena *arena, const char **path, struct error *error)
{
    struct journal_summary summary;
    struct known known = {json_object(), 0};
    const char *before = NULL;
    enum status status = journal_read(journal, note_known, NULL, &known, &summary, error);
    if (status == STATUS_OK)
        status = newest(file_join(arena, journal, ANCHOR_FOLDER), arena, &before, error);
    if (status == STATUS_OK && summary.sequence > 0) {
        status = may_sign(settings, signer, error);
        if (status == STATUS_OK && before &&
            !file_exists(sibling(arena, before, ".p7s"))) /* stopped between the two */
            status = sign_file(signer, before, arena, error);
        if (status == STATUS_OK && !nothing_new(before, &known))
            status = make_new(signer, journal, before, &summary, arena, path, error);
        if (status == STATUS_OK)
            status = stamp_waiting(settings, journal, &known, arena, error);
    }
    json_decref(known.stamped);
    return status;
}

enum status anchor_make(const struct archive_settings *settings, const struct signer *signer,
                        const char *journal, struct arena *arena, const char **path,
                        struct error *error)
{
    int turn = -1;
    *path = NULL;
    enum status status = take_turn(file_join(arena, journal, ANCHOR_FOLDER), &turn, error);
    if (status == STATUS_OK)
        status = make_in_turn(settings, signer, journal, arena, path, error);
    if (turn >= 0)
        close(turn);
    return status;
}

static void ignore(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

bool anchor_until(const char *journal, char until[26])
{
    struct arena *arena = arena_new();
    struct timestamp_reading reading = {.size = 0};
    uint8_t nothing[HASH_SIZE_MAX] = {0};
    const char *path = NULL;
    char *bytes = NULL;
    size_t size = 0;
    until[0] = '\0';
    bool found =
        newest(file_join(arena, journal, ANCHOR_FOLDER), arena, &path, NULL) == STATUS_OK && path;
    if (found && file_exists(sibling(arena, path, ".tst")) &&
        file_read(sibling(arena, path, ".tst"), ANCHOR_MAX, arena, &bytes, &size, NULL) ==
            STATUS_OK) {
        /* whether it holds is `journal verify`'s to say; here its certificate is wanted */
        timestamp_check((const uint8_t *)bytes, size, HASH_SHA256, nothing, NULL, 0, &reading,
                        ignore, NULL);
        if (reading.certificate)
            certificate_time(X509_get0_notAfter(reading.certificate), until);
        timestamp_reading_clear(&reading);
    }
    arena_free(arena);
    return found;
}

/* ---------------------------------------------------------------- another medium */

static enum status copy_one(const char *from, const char *to, int *copied, struct error *error)
{
    char here[HASH_HEX_SIZE], there[HASH_HEX_SIZE];
    if (!file_exists(to)) {
        ++*copied;
        return file_copy(from, to, error);
    }
    enum status status = hash_file(from, here, error);
    if (status == STATUS_OK)
        status = hash_file(to, there, error);
    if (status == STATUS_OK && strcmp(here, there) != 0)
        status = error_set(error, STATUS_REJECT,
                           _("%s is not the anchor that was taken there before: one of the two was "
                             "changed."),
                           to);
    return status;
}

enum status anchor_export(const char *journal, const char *to, int *copied, struct error *error)
{
    struct arena *arena = arena_new();
    const char *folder = file_join(arena, journal, ANCHOR_FOLDER);
    char **names = NULL;
    size_t count = 0;
    *copied = 0;
    enum status status = file_mkdirs(to, error);
    if (status == STATUS_OK && file_is_folder(folder))
        status = file_list(folder, arena, &names, &count, error);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (!strstr(names[i], ".part"))
            status = copy_one(file_join(arena, folder, names[i]), file_join(arena, to, names[i]),
                              copied, error);
    arena_free(arena);
    return status;
}
