#include "core/event.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/message.h"

#define FILE_LIMIT ((size_t)64 * 1024 * 1024)

static const char *const kinds[] = {"software", "person", "device"};

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

const char *event_subject(const char *document, int version, struct arena *arena)
{
    return arena_printf(arena, "%s/v%d", document, version);
}

void event_name(struct event *event, const char *document)
{
    struct arena *arena = arena_new();
    hash_uuid(arena_printf(arena, "event\n%s\n%s\n%s\n%s\n%s\n%s\n%s\n%s", document, event->type,
                           or_empty(event->object), or_empty(event->agent),
                           kinds[event->agent_kind], or_empty(event->outcome),
                           or_empty(event->detail),
                           event->agent_kind == EVENT_PERSON ? or_empty(event->at) : ""),
              event->id);
    arena_free(arena);
}

/* ---------------------------------------------------------------- one line each */

static void put_line(struct buffer *out, const struct event *event)
{
    json_t *object = json_object();
    json_put_text(object, "id", event->id);
    json_put_text(object, "type", event->type);
    json_put_text(object, "at", event->at);
    json_put_text(object, "agent", event->agent);
    json_put_text(object, "agent_kind", kinds[event->agent_kind]);
    json_put_text(object, "outcome", event->outcome);
    json_put_text(object, "detail", event->detail);
    json_put_text(object, "object", event->object);
    char *line = json_dumps(object, JSON_SORT_KEYS | JSON_COMPACT);
    if (line) {
        buffer_text(out, line);
        buffer_text(out, "\n");
    }
    free(line);
    json_decref(object);
}

static bool take_line(const json_t *object, struct arena *arena, struct event *out)
{
    const char *id = json_text(object, "id", arena);
    const char *kind = json_text(object, "agent_kind", arena);
    if (!id || strlen(id) != 36)
        return false;
    memcpy(out->id, id, sizeof out->id);
    out->type = json_text(object, "type", arena);
    out->at = json_text(object, "at", arena);
    out->agent = json_text(object, "agent", arena);
    out->outcome = or_empty(json_text(object, "outcome", arena));
    out->detail = json_text(object, "detail", arena);
    out->object = json_text(object, "object", arena);
    for (size_t i = 0; kind && i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kind, kinds[i]) == 0)
            out->agent_kind = (enum event_agent)i;
    return out->type && *out->type &&
           strspn(out->type, "abcdefghijklmnopqrstuvwxyz_") == strlen(out->type) && out->at &&
           out->agent;
}

enum status event_read(const char *path, struct arena *arena, struct event **events, size_t *count,
                       struct error *error)
{
    char *text = NULL;
    size_t room = 0;
    *events = NULL;
    *count = 0;
    if (!file_exists(path))
        return STATUS_OK;
    enum status status = file_read(path, FILE_LIMIT, arena, &text, NULL, error);
    if (status != STATUS_OK)
        return status;
    for (const char *at = text; *at; at++)
        room += *at == '\n';
    *events = arena_array(arena, room + 1, sizeof **events);
    for (char *line = text, *end; *line; line = end + 1) {
        end = strchr(line, '\n');
        json_t *object = end ? json_loadb(line, (size_t)(end - line), 0, NULL) : NULL;
        bool taken = object && take_line(object, arena, &(*events)[*count]);
        json_decref(object);
        if (!taken)
            return error_set(error, STATUS_REJECT, _("Line %zu of %s tells of no event."),
                             *count + 1, path);
        ++*count;
    }
    return STATUS_OK;
}

/* ---------------------------------------------------------------- files */

enum status event_write(const char *path, const struct event *events, size_t count,
                        struct error *error)
{
    struct buffer out = {0};
    for (size_t i = 0; i < count; i++)
        put_line(&out, &events[i]);
    enum status status = file_write(path, out.data, out.size, error);
    buffer_clear(&out);
    return status;
}

/* The lock on the .part is taken before the file is read, so that two who append do not lose each
 * other's event. */
enum status event_append(const char *folder, const char *document, const struct event *event,
                         struct error *error)
{
    struct arena *arena = arena_new();
    struct file_writer *writer = NULL;
    struct event *events = NULL, added = *event;
    struct buffer out = {0};
    size_t count = 0;
    const char *path = file_join(arena, folder, "events.jsonl");
    event_name(&added, document);
    enum status status = file_create(path, &writer, error);
    if (status == STATUS_OK)
        status = event_read(path, arena, &events, &count, error);
    bool there = false;
    for (size_t i = 0; i < count && !there; i++)
        there = strcmp(events[i].id, added.id) == 0;
    if (status != STATUS_OK || there)
        goto done;
    for (size_t i = 0; i < count; i++)
        put_line(&out, &events[i]);
    put_line(&out, &added);
    fwrite(out.data, 1, out.size, file_stream(writer)); /* file_commit asks how it went */
    status = file_commit(writer, error);
    writer = NULL;
done:
    file_abandon(writer);
    buffer_clear(&out);
    arena_free(arena);
    return status;
}
