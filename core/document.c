#include "core/document.h"

#include <limits.h>
#include <string.h>

#include "core/file.h"
#include "core/hash.h"
#include "core/json.h"
#include "core/message.h"
#include "core/text.h"

static const struct {
    const char *name, *label;
} field_rows[FIELD_COUNT] = {
    [FIELD_TYPE] = {"type", N_("Type of paper")},
    [FIELD_TITLE] = {"title", N_("Title")},
    [FIELD_PROCEDURE] = {"procedure", N_("Procedure")},
    [FIELD_NUMBER] = {"number", N_("Number and sign")},
    [FIELD_BOOK] = {"book", N_("Book")},
    [FIELD_DATE] = {"date", N_("Date of issue")},
    [FIELD_AGENCY] = {"agency", N_("Issuing agency")},
    [FIELD_UNIT] = {"unit", N_("Unit of the inventory")},
    [FIELD_OWNER] = {"owner", N_("Issued to")},
    [FIELD_OWNER_ID] = {"owner_id", N_("Identity number")},
    [FIELD_BIRTH_DATE] = {"birth_date", N_("Date of birth")},
    [FIELD_SIGNER] = {"signer", N_("Signer")},
};

static const char *const source_names[] = {"none", "ocr", "person"};

const char *field_name(enum field_id id)
{
    return id < FIELD_COUNT ? field_rows[id].name : "";
}

const char *field_label(enum field_id id)
{
    return id < FIELD_COUNT ? _(field_rows[id].label) : "";
}

enum field_id field_find(const char *name)
{
    enum field_id id = 0;
    while (id < FIELD_COUNT && strcmp(field_rows[id].name, name) != 0)
        id++;
    return id;
}

void document_init(struct document *document, const char *batch, const char *first_page)
{
    struct arena *arena = arena_new();
    *document = (struct document){.version = 1, .batch = batch};
    hash_uuid(arena_printf(arena, "document %s/%s", batch, first_page), document->id);
    for (size_t i = 0; i < FIELD_COUNT; i++)
        document->fields[i].page = -1;
    arena_free(arena);
}

void document_add_act(struct document *document, struct arena *arena,
                      const struct document_act *act)
{
    struct document_act *acts = arena_array(arena, document->act_count + 1, sizeof *acts);
    if (document->act_count > 0)
        memcpy(acts, document->acts, document->act_count * sizeof *acts);
    acts[document->act_count++] = *act;
    document->acts = acts;
}

/* ---------------------------------------------------------------- JSON, writing */

static json_t *box_to_json(const struct box *box)
{
    return json_pack("[i,i,i,i]", box->x, box->y, box->width, box->height);
}

static json_t *field_to_json(const struct field *field)
{
    json_t *object = json_object();
    json_put_text(object, "value", field->value);
    json_put_text(object, "printed", field->printed);
    json_put_text(object, "source", source_names[field->source]);
    json_put_text(object, "doubt", field->doubt);
    json_put_number(object, "confidence", field->confidence, 4);
    if (field->page >= 0) {
        json_object_set_new(object, "page", json_integer(field->page));
        json_object_set_new(object, "box", box_to_json(&field->box));
    }
    return object;
}

static json_t *pages_to_json(const struct document *document)
{
    json_t *list = json_array();
    for (size_t i = 0; i < document->page_count; i++) {
        const struct document_page *page = &document->pages[i];
        json_t *object = json_object();
        json_put_text(object, "name", page->name);
        json_put_text(object, "file", page->file);
        json_object_set_new(object, "blank", json_boolean(page->blank));
        json_object_set_new(object, "turn_deg", json_integer(page->turn_deg));
        json_put_text(object, "held", page->held);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *acts_to_json(const struct document *document)
{
    json_t *list = json_array();
    for (size_t i = 0; i < document->act_count; i++) {
        const struct document_act *act = &document->acts[i];
        json_t *object = json_object();
        json_put_text(object, "at", act->at);
        json_put_text(object, "actor", act->actor);
        json_put_text(object, "what", act->what);
        json_put_text(object, "field", act->field);
        json_put_text(object, "from", act->from);
        json_put_text(object, "to", act->to);
        json_array_append_new(list, object);
    }
    return list;
}

static json_t *volumes_to_json(const struct document *document)
{
    json_t *list = json_array();
    for (size_t i = 0; i < document->volume_count; i++)
        json_array_append_new(list, json_integer(document->volumes[i]));
    return list;
}

static json_t *owners_to_json(const struct document *document)
{
    json_t *list = json_array();
    for (size_t i = 0; i < document->owner_count; i++) {
        const struct document_owner *owner = &document->owners[i];
        json_t *object = json_object();
        json_put_text(object, "name", owner->name);
        json_put_text(object, "id", owner->id);
        json_put_text(object, "birth_date", owner->birth_date);
        json_put_number(object, "confidence", owner->confidence, 4);
        json_object_set_new(object, "page", json_integer(owner->page));
        json_object_set_new(object, "box", box_to_json(&owner->box));
        json_put_text(object, "doubt", owner->doubt);
        json_array_append_new(list, object);
    }
    return list;
}

json_t *document_json(const struct document *document)
{
    json_t *object = json_object();
    json_put_text(object, "id", document->id);
    json_object_set_new(object, "version", json_integer(document->version));
    json_put_text(object, "batch", document->batch);
    json_put_text(object, "box_code", document->box_code);
    json_put_text(object, "shelf", document->shelf);
    json_put_text(object, "custodian", document->custodian);
    json_put_text(object, "fonds", document->fonds);
    json_put_text(object, "catalog", document->catalog);
    json_put_text(object, "retention", document->retention);
    json_put_text(object, "access", document->access);
    json_put_text(object, "operator", document->operator_name);
    json_put_text(object, "scanned_at", document->scanned_at);
    json_put_text(object, "approved_by", document->approved_by);
    json_put_text(object, "approved_at", document->approved_at);
    json_put_text(object, "signed_at", document->signed_at);
    json_put_text(object, "supersedes", document->supersedes);
    json_put_text(object, "reason", document->reason);
    if (document->kept_from > 0)
        json_object_set_new(object, "kept_from", json_integer(document->kept_from));
    json_t *fields = json_object();
    for (size_t i = 0; i < FIELD_COUNT; i++) {
        const struct field *field = &document->fields[i];
        if (field->value || field->printed || field->doubt || field->source != SOURCE_NONE)
            json_object_set_new(fields, field_rows[i].name, field_to_json(field));
    }
    json_object_set_new(object, "fields", fields);
    if (document->owner_count > 0)
        json_object_set_new(object, "owners", owners_to_json(document));
    json_object_set_new(object, "pages", pages_to_json(document));
    if (document->word_count > 0)
        json_object_set_new(object, "text",
                            json_pack("{s:I, s:I}", "words", (json_int_t)document->word_count,
                                      "doubtful", (json_int_t)document->doubtful_words));
    if (document->volume_count > 0)
        json_object_set_new(object, "volumes", volumes_to_json(document));
    if (document->act_count > 0)
        json_object_set_new(object, "acts", acts_to_json(document));
    return object;
}

enum status document_write(const struct document *document, const char *path, struct error *error)
{
    json_t *object = document_json(document);
    enum status status = json_write(path, object, error);
    json_decref(object);
    return status;
}

/* ---------------------------------------------------------------- JSON, reading */

static int small_int(const json_t *object, const char *key, int otherwise)
{
    int64_t value = json_int(object, key, otherwise);
    return value >= 0 && value <= INT_MAX ? (int)value : otherwise;
}

static struct box box_from_json(const json_t *object)
{
    int side[4] = {0};
    const json_t *box = json_object_get(object, "box");
    for (size_t i = 0; i < 4; i++) {
        json_int_t value = json_integer_value(json_array_get(box, i));
        side[i] = value >= 0 && value <= INT_MAX / 2 ? (int)value : 0;
    }
    return (struct box){side[0], side[1], side[2], side[3]};
}

static void field_from_json(const json_t *object, struct arena *arena, struct field *out)
{
    out->value = json_text(object, "value", arena);
    out->printed = json_text(object, "printed", arena);
    out->doubt = json_text(object, "doubt", arena);
    double confidence = json_number(object, "confidence", 0);
    out->confidence = confidence >= 0 && confidence <= 1 ? confidence : 0;
    out->page = small_int(object, "page", -1);
    const char *source = json_string_value(json_object_get(object, "source"));
    for (enum field_source i = SOURCE_NONE; source && i <= SOURCE_PERSON; i++)
        if (strcmp(source, source_names[i]) == 0)
            out->source = i;
    out->box = box_from_json(object);
}

static void owners_from_json(const json_t *list, struct arena *arena, struct document *out)
{
    size_t count = json_array_size(list);
    out->owners = arena_array(arena, count + 1, sizeof *out->owners);
    for (size_t i = 0; i < count; i++) {
        const json_t *object = json_array_get(list, i);
        struct document_owner owner = {.name = json_text(object, "name", arena)};
        owner.id = json_text(object, "id", arena);
        owner.birth_date = json_text(object, "birth_date", arena);
        owner.doubt = json_text(object, "doubt", arena);
        double confidence = json_number(object, "confidence", 0);
        owner.confidence = confidence >= 0 && confidence <= 1 ? confidence : 0;
        owner.page = small_int(object, "page", -1);
        owner.box = box_from_json(object);
        if (owner.name && *owner.name)
            out->owners[out->owner_count++] = owner;
    }
}

static bool plain_name(const char *name)
{
    return name && *name && *name != '.' && !strchr(name, '/');
}

static bool pages_from_json(const json_t *list, struct arena *arena, struct document *out)
{
    out->page_count = json_array_size(list);
    out->pages = arena_array(arena, out->page_count, sizeof *out->pages);
    for (size_t i = 0; i < out->page_count; i++) {
        const json_t *object = json_array_get(list, i);
        struct document_page *page = &out->pages[i];
        page->name = json_text(object, "name", arena);
        page->file = json_text(object, "file", arena);
        page->blank = json_flag(object, "blank", 0);
        page->turn_deg = small_int(object, "turn_deg", 0);
        page->held = json_text(object, "held", arena);
        if (!plain_name(page->name) || !plain_name(page->file) || page->turn_deg % 90 != 0 ||
            page->turn_deg > 270)
            return false;
    }
    return true;
}

static void acts_from_json(const json_t *list, struct arena *arena, struct document *out)
{
    out->act_count = json_array_size(list);
    out->acts = arena_array(arena, out->act_count, sizeof *out->acts);
    for (size_t i = 0; i < out->act_count; i++) {
        const json_t *object = json_array_get(list, i);
        out->acts[i] = (struct document_act){.at = json_text(object, "at", arena),
                                             .actor = json_text(object, "actor", arena),
                                             .what = json_text(object, "what", arena),
                                             .field = json_text(object, "field", arena),
                                             .from = json_text(object, "from", arena),
                                             .to = json_text(object, "to", arena)};
    }
}

/* Pages of each volume; together they are all pages. */
static bool volumes_from_json(const json_t *list, struct arena *arena, struct document *out)
{
    int64_t sum = 0;
    out->volume_count = json_array_size(list);
    out->volumes = arena_array(arena, out->volume_count + 1, sizeof *out->volumes);
    for (size_t i = 0; i < out->volume_count; i++) {
        int64_t pages = json_integer_value(json_array_get(list, i));
        if (pages < 1 || pages > (int64_t)out->page_count)
            return false;
        out->volumes[i] = (int)pages;
        sum += pages;
    }
    return out->volume_count == 0 || sum == (int64_t)out->page_count;
}

static bool document_from_json(const json_t *object, struct arena *arena, struct document *out)
{
    const char *id = json_string_value(json_object_get(object, "id"));
    if (!id || strlen(id) != 36 || strspn(id, "0123456789abcdef-") != 36)
        return false;
    strcpy(out->id, id);
    out->version = small_int(object, "version", 0);
    out->batch = json_text(object, "batch", arena);
    out->box_code = json_text(object, "box_code", arena);
    out->shelf = json_text(object, "shelf", arena);
    out->custodian = json_text(object, "custodian", arena);
    out->fonds = json_text(object, "fonds", arena);
    out->catalog = json_text(object, "catalog", arena);
    out->retention = json_text(object, "retention", arena);
    out->access = json_text(object, "access", arena);
    out->operator_name = json_text(object, "operator", arena);
    out->scanned_at = json_text(object, "scanned_at", arena);
    out->word_count = (size_t)small_int(json_object_get(object, "text"), "words", 0);
    out->doubtful_words = (size_t)small_int(json_object_get(object, "text"), "doubtful", 0);
    out->approved_by = json_text(object, "approved_by", arena);
    out->approved_at = json_text(object, "approved_at", arena);
    out->signed_at = json_text(object, "signed_at", arena);
    out->supersedes = json_text(object, "supersedes", arena);
    out->reason = json_text(object, "reason", arena);
    out->kept_from = small_int(object, "kept_from", 0);
    const json_t *fields = json_object_get(object, "fields");
    for (size_t i = 0; i < FIELD_COUNT; i++)
        field_from_json(json_object_get(fields, field_rows[i].name), arena, &out->fields[i]);
    owners_from_json(json_object_get(object, "owners"), arena, out);
    acts_from_json(json_object_get(object, "acts"), arena, out);
    if (!pages_from_json(json_object_get(object, "pages"), arena, out) ||
        !volumes_from_json(json_object_get(object, "volumes"), arena, out))
        return false;
    for (size_t i = 0; i < FIELD_COUNT; i++)
        if (out->fields[i].page >= (int)out->page_count)
            out->fields[i].page = -1;
    for (size_t i = 0; i < out->owner_count; i++)
        if (out->owners[i].page >= (int)out->page_count)
            out->owners[i].page = -1;
    return out->version >= 1 && plain_name(out->batch);
}

enum status document_read(const char *path, struct arena *arena, struct document *out,
                          struct error *error)
{
    json_t *object = NULL;
    *out = (struct document){0};
    enum status status = json_read(path, &object, error);
    if (status != STATUS_OK)
        return status;
    if (!document_from_json(object, arena, out)) {
        *out = (struct document){0};
        status = error_set(error, STATUS_REJECT,
                           _("%s does not describe a document; have its pages sent through again"),
                           file_name(path));
    }
    json_decref(object);
    return status;
}
