#include "core/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/message.h"
#include "core/text.h"

#define JSON_FILE_MAX ((size_t)64 << 20)

/* jansson ends its sentence with the bytes it stumbled over ("... near 'Nguyễn'"): those may be a
 * citizen's, and sentences end up in logs. */
static void drop_excerpt(char *text)
{
    char *near = strstr(text, " near ");
    if (near)
        *near = '\0';
}

enum status json_read(const char *path, json_t **out, struct error *error)
{
    struct arena *arena = arena_new();
    char *bytes = NULL;
    size_t size = 0;
    *out = NULL;
    enum status status = file_read(path, JSON_FILE_MAX, arena, &bytes, &size, error);
    if (status == STATUS_OK) {
        json_error_t fault;
        *out = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &fault);
        if (!*out) {
            drop_excerpt(fault.text);
            status = error_set(error, STATUS_REJECT, _("%s is not JSON: line %d, %s"),
                               file_name(path), fault.line, fault.text);
        } else if (!json_is_object(*out)) {
            json_decref(*out);
            *out = NULL;
            status = error_set(error, STATUS_REJECT, _("%s does not hold a JSON object"),
                               file_name(path));
        }
    }
    arena_free(arena);
    return status;
}

enum status json_write(const char *path, const json_t *value, struct error *error)
{
    /* 15 digits: every decimal of json_put_number comes out as it was rounded, 0.93 as 0.93. */
    size_t flags = JSON_SORT_KEYS | JSON_INDENT(1) | JSON_REAL_PRECISION(15);
    char *text = json_dumps(value, flags);
    if (!text)
        return error_set(error, STATUS_FATAL, _("cannot write %s: a value is no JSON"),
                         file_name(path));
    size_t size = strlen(text);
    text[size++] = '\n'; /* takes the place of the 0; size counts */
    enum status status = file_write(path, text, size, error);
    free(text);
    return status;
}

const char *json_text(const json_t *object, const char *key, struct arena *arena)
{
    return arena_strdup(arena, json_string_value(json_object_get(object, key)));
}

int64_t json_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_integer(value) ? (int64_t)json_integer_value(value) : otherwise;
}

double json_number(const json_t *object, const char *key, double otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

int json_flag(const json_t *object, const char *key, int otherwise)
{
    const json_t *value = json_object_get(object, key);
    return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

void json_put_text(json_t *object, const char *key, const char *value)
{
    if (!value)
        return;
    if (text_valid(value, strlen(value))) {
        json_object_set_new(object, key, json_string(value));
        return;
    }
    struct arena *arena = arena_new();
    json_object_set_new(object, key, json_string(text_nfc(arena, value)));
    arena_free(arena);
}

void json_put_number(json_t *object, const char *key, double value, int digits)
{
    double scale = pow(10, digits);
    double rounded = isfinite(value) ? round(value * scale) / scale : 0;
    json_object_set_new(object, key, json_real(rounded + 0.0)); /* + 0.0: no "-0.0" */
}
