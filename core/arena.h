/*
 * Memory that goes in one call. Everything read for one page, document or request sits in one
 * arena. Running out of memory ends the process with a sentence: on an office PC there is nothing
 * sensible to do instead, the worker is started again and the lease runs out.
 */
#ifndef SOHOA_CORE_ARENA_H
#define SOHOA_CORE_ARENA_H

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena);  /* NULL is fine */
void arena_clear(struct arena *arena); /* gives all back, keeps the arena */

/* Zeroed, aligned for any type, valid until arena_free/arena_clear. */
void *arena_alloc(struct arena *arena, size_t size);
void *arena_array(struct arena *arena, size_t count, size_t size); /* checked multiplication */
char *arena_strdup(struct arena *arena, const char *text);         /* NULL gives NULL */
char *arena_strndup(struct arena *arena, const char *text, size_t length); /* NULL when length 0 */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* malloc that cannot fail (it ends the process with a sentence instead). Free with free(). */
void *memory_new(size_t size); /* zeroed */
void *memory_resize(void *old, size_t size);

/* A list in the arena that grows by one: gives list, or a longer copy of it, with room for member
 * growing->count, which the caller fills and counts. size: bytes of a member. */
struct arena_growing {
    size_t count, room;
};
void *arena_grown(struct arena *arena, void *list, size_t size, struct arena_growing *growing);

#endif
