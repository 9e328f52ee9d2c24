#include "core/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/message.h"

#define BLOCK_SIZE ((size_t)64 * 1024)

/* Blocks form a chain, newest first; only the newest has room. What is larger than a quarter block
 * gets a block of its own behind the newest one, so that the newest keeps its room. */
struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks;
};

static _Noreturn void out_of_memory(size_t size)
{
    fprintf(stderr,
            _("sohoa: the computer has no memory left (%zu bytes asked for); close other programs "
              "or add memory, then start again.\n"),
            size);
    exit(70);
}

void *memory_new(size_t size)
{
    void *memory = calloc(1, size > 0 ? size : 1);

    if (memory == NULL)
        out_of_memory(size);
    return memory;
}

void *memory_resize(void *old, size_t size)
{
    void *memory = realloc(old, size > 0 ? size : 1);

    if (memory == NULL)
        out_of_memory(size);
    return memory;
}

struct arena *arena_new(void)
{
    return memory_new(sizeof(struct arena));
}

void arena_clear(struct arena *arena)
{
    struct block *block = arena->blocks;

    while (block != NULL) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    arena->blocks = NULL;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL)
        return;
    arena_clear(arena);
    free(arena);
}

static struct block *block_new(size_t size)
{
    struct block *block;

    if (size > SIZE_MAX - sizeof *block)
        out_of_memory(size);
    block = memory_new(sizeof *block + size);
    block->size = size;
    return block;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    const size_t align = alignof(max_align_t);
    struct block *newest = arena->blocks;
    void *memory;

    if (size > SIZE_MAX - align)
        out_of_memory(size);
    size = size == 0 ? align : (size + align - 1) / align * align;
    if (newest != NULL && newest->size - newest->used >= size) {
        memory = newest->bytes + newest->used;
        newest->used += size;
        return memory;
    }
    if (newest != NULL && size > BLOCK_SIZE / 4) {
        struct block *own = block_new(size);
        own->used = size;
        own->next = newest->next;
        newest->next = own;
        return own->bytes;
    }
    newest = block_new(size > BLOCK_SIZE ? size : BLOCK_SIZE);
    newest->used = size;
    newest->next = arena->blocks;
    arena->blocks = newest;
    return newest->bytes;
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        out_of_memory(SIZE_MAX);
    return arena_alloc(arena, bytes);
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_strndup(arena, text, strlen(text));
}

char *arena_strndup(struct arena *arena, const char *text, size_t length)
{
    char *copy;

    length = length > 0 ? strnlen(text, length) : 0;
    copy = arena_alloc(arena, length + 1);
    if (length > 0) /* an empty buffer has no bytes to point at */
        memcpy(copy, text, length);
    return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    char *text;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0)
        return arena_strdup(arena, "");
    text = arena_alloc(arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

void *arena_grown(struct arena *arena, void *list, size_t size, struct arena_growing *growing)
{
    if (growing->count < growing->room)
        return list;
    size_t room = growing->room ? 2 * growing->room : 8;
    void *more = arena_array(arena, room, size);
    if (growing->count > 0)
        memcpy(more, list, growing->count * size);
    growing->room = room;
    return more;
}
