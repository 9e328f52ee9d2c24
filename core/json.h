/* The door to jansson: everyone who speaks JSON includes this. */
#ifndef SOHOA_CORE_JSON_H
#define SOHOA_CORE_JSON_H

#include <jansson.h>

#include "core/arena.h"
#include "core/status.h"

/* Reads an object from a file (at most 64 MiB). REJECT with line and cause when it is not JSON. */
enum status json_read(const char *path, json_t **out, struct error *error);
/* Durable write: keys sorted, indented by 1, a newline at the end, so that equal values are equal
 * bytes. Steals nothing. */
enum status json_write(const char *path, const json_t *value, struct error *error);

/* Members, with a default when absent or of another type. Text is copied into the arena. */
const char *json_text(const json_t *object, const char *key, struct arena *arena);
int64_t json_int(const json_t *object, const char *key, int64_t otherwise);
double json_number(const json_t *object, const char *key, double otherwise);
int json_flag(const json_t *object, const char *key, int otherwise);
/* Sets text, or nothing when value is NULL. */
void json_put_text(json_t *object, const char *key, const char *value);
/* A real rounded to digits decimals, so that files do not change with the last bit. */
void json_put_number(json_t *object, const char *key, double value, int digits);

#endif
