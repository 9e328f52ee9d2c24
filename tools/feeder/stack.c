#include "tools/feeder/feeder.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/file.h>
#include <unistd.h>

#include "core/buffer.h"
#include "core/file.h"
#include "core/message.h"

const SANE_String_Const fault_names[FAULT_KINDS + 1] = {
    "none",     "jam",       "double-feed", "out-of-paper", "cover-open",
    "io-error", "unplugged", "hang",        "crash",        NULL};

enum fault_kind fault_find(const char *name)
{
    int kind = 0;
    while (kind < FAULT_KINDS && strcmp(fault_names[kind], name) != 0)
        kind++;
    return (enum fault_kind)kind;
}

static bool is_image(const char *name)
{
    static const char *const endings[] = {".tif", ".tiff", ".jpg", ".jpeg", ".png"};
    const char *dot = strrchr(name, '.');
    for (size_t i = 0; dot && i < sizeof endings / sizeof *endings; i++)
        if (strcasecmp(dot, endings[i]) == 0)
            return true;
    return false;
}

/* "0007-2.scan.tif": the sheet is called "0007" and this is side 1 (counted from 0). A name without
 * "-1" or "-2" before its first dot is a front. */
static int side_of(const char *name, size_t *stem)
{
    size_t length = strcspn(name, ".");
    *stem = length;
    if (length < 3 || name[length - 2] != '-' || name[length - 1] < '1' || name[length - 1] > '2')
        return 0;
    *stem = length - 2;
    return name[length - 1] - '1';
}

enum status stack_load(struct stack *stack, const char *folder, struct error *error)
{
    char **names = NULL;
    size_t count = 0;
    stack_clear(stack);
    stack->arena = arena_new();
    enum status status = file_list(folder, stack->arena, &names, &count, error);
    if (status != STATUS_OK)
        return status;
    stack->sheets = arena_array(stack->arena, count + 1, sizeof *stack->sheets);
    const char *last = "";
    size_t last_stem = 0;
    for (size_t i = 0; i < count; i++) {
        size_t stem = 0;
        if (names[i][0] == '.' || !is_image(names[i]))
            continue;
        int side = side_of(names[i], &stem);
        bool same = side == 1 && stack->count > 0 && stem == last_stem &&
                    strncmp(names[i], last, stem) == 0 && !stack->sheets[stack->count - 1].sides[1];
        struct sheet *sheet = &stack->sheets[same ? stack->count - 1 : stack->count++];
        sheet->sides[side] = file_join(stack->arena, folder, names[i]);
        last = names[i];
        last_stem = stem;
    }
    return STATUS_OK;
}

void stack_clear(struct stack *stack)
{
    arena_free(stack->arena);
    *stack = (struct stack){0};
}

/* ---------------------------------------------------------------- memory */

static void memory_line(struct memory *memory, const char *line)
{
    char kind[32];
    int sheet = 0, side = 0, next = 0;
    if (sscanf(line, "next %d", &next) == 1 && next > 0) {
        memory->next = next;
    } else if (sscanf(line, "fired %31s %d %d", kind, &sheet, &side) == 3 &&
               fault_find(kind) < FAULT_KINDS) {
        struct fault fault = {fault_find(kind), sheet, side};
        memory_fire(memory, &fault);
    }
}

enum status memory_open(struct memory *memory, struct error *error)
{
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    char *text = NULL;
    if (!memory->path)
        goto done;
    /* The file itself is replaced at each write, so the lock is on one beside it. */
    char *lock = arena_printf(arena, "%s.lock", memory->path);
    memory->lock_fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (memory->lock_fd < 0) {
        status = error_set(error, STATUS_FATAL, _("The feeder's state file %s cannot be made."),
                           memory->path);
        goto done;
    }
    if (flock(memory->lock_fd, LOCK_EX | LOCK_NB) != 0) {
        memory_close(memory);
        status = error_set(error, STATUS_RETRY, _("The feeder is in use."));
        goto done;
    }
    memory->next = 1;
    memory->fired_count = 0;
    if (!file_exists(memory->path))
        goto done;
    status = file_read(memory->path, 1 << 16, arena, &text, NULL, error);
    char *rest = text;
    for (char *line; status == STATUS_OK && (line = strsep(&rest, "\n"));)
        memory_line(memory, line);
done:
    arena_free(arena);
    return status;
}

void memory_close(struct memory *memory)
{
    if (memory->lock_fd >= 0)
        close(memory->lock_fd);
    memory->lock_fd = -1;
}

enum status memory_save(const struct memory *memory, struct error *error)
{
    if (!memory->path)
        return STATUS_OK;
    struct buffer text = {0};
    buffer_printf(&text, "next %d\n", memory->next);
    for (size_t i = 0; i < memory->fired_count; i++)
        buffer_printf(&text, "fired %s %d %d\n", fault_names[memory->fired[i].kind],
                      memory->fired[i].sheet, memory->fired[i].side);
    enum status status = file_write(memory->path, text.data, text.size, error);
    buffer_clear(&text);
    return status;
}

bool memory_has_fired(const struct memory *memory, const struct fault *fault)
{
    for (size_t i = 0; i < memory->fired_count; i++)
        if (memory->fired[i].kind == fault->kind && memory->fired[i].sheet == fault->sheet &&
            memory->fired[i].side == fault->side)
            return true;
    return false;
}

void memory_fire(struct memory *memory, const struct fault *fault)
{
    if (!memory_has_fired(memory, fault) && memory->fired_count < FEEDER_FAULTS_MAX)
        memory->fired[memory->fired_count++] = *fault;
}
