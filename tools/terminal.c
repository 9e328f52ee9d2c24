/* What a person sees while waiting: progress, tables. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "core/file.h"
#include "core/text.h"
#include "tools/command.h"

static volatile sig_atomic_t interrupted;
static bool bar_is_shown;

static void on_signal(int signal_number)
{
    (void)signal_number;
    interrupted = 1;
}

void terminal_catch_interrupt(void)
{
    struct sigaction action = {.sa_handler = on_signal};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool terminal_interrupted(void)
{
    return interrupted != 0;
}

static int terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20)
        return size.ws_col;
    return 80;
}

void terminal_progress(const char *what, int64_t done, int64_t total, const char *note)
{
    if (!isatty(STDERR_FILENO))
        return;
    bar_is_shown = true;
    int columns = terminal_columns();
    fprintf(stderr, "\r\033[K%s ", what);
    if (total > 0) {
        int width = columns > 100 ? 30 : columns / 4;
        int filled = (int)(done * width / total);
        filled = filled > width ? width : filled;
        for (int i = 0; i < width; i++)
            fputs(i < filled ? "█" : "░", stderr);
        fprintf(stderr, " %3d %%", (int)(done * 100 / total));
    } else {
        fprintf(stderr, "%lld", (long long)done);
    }
    if (note != NULL && *note != 0)
        fprintf(stderr, "  %s", note);
    fflush(stderr);
}

void terminal_progress_end(void)
{
    if (bar_is_shown)
        fputs("\r\033[K", stderr);
    bar_is_shown = false;
}

void terminal_bold(bool on)
{
    if (isatty(STDOUT_FILENO))
        fputs(on ? "\033[1m" : "\033[0m", stdout);
}

void terminal_mark(bool on)
{
    if (isatty(STDOUT_FILENO))
        terminal_bold(on);
    else
        fputs(on ? "«" : "»", stdout);
}

/* ------------------------------------------------------------------ tables */

enum { COLUMNS_MAX = 16 };

struct table {
    struct arena *arena;
    size_t columns;
    bool right[COLUMNS_MAX];
    size_t width[COLUMNS_MAX];
    const char ***rows; /* the heads are row 0 */
    size_t row_count, row_room;
};

void table_row(struct table *table, const char *const *cells)
{
    if (table->row_count == table->row_room) {
        table->row_room = table->row_room * 2 + 16;
        table->rows = memory_resize(table->rows, table->row_room * sizeof *table->rows);
    }
    const char **row = arena_array(table->arena, table->columns, sizeof *row);
    for (size_t i = 0; i < table->columns; i++) {
        row[i] = arena_strdup(table->arena, cells[i] != NULL ? cells[i] : "");
        size_t width = text_length(row[i]);
        if (width > table->width[i])
            table->width[i] = width;
    }
    table->rows[table->row_count++] = row;
}

struct table *table_new(const char *const *heads)
{
    struct table *table = memory_new(sizeof *table);
    table->arena = arena_new();
    const char *cells[COLUMNS_MAX] = {NULL};
    while (table->columns < COLUMNS_MAX && heads[table->columns] != NULL) {
        size_t i = table->columns++;
        table->right[i] = heads[i][0] == '>';
        cells[i] = table->right[i] ? heads[i] + 1 : heads[i];
    }
    table_row(table, cells);
    return table;
}

int terminal_pad(const char *text, int width)
{
    int length = (int)text_length(text);
    return length < width ? width - length : 0;
}

static void print_cell(const struct table *table, size_t column, const char *text)
{
    int pad = terminal_pad(text, (int)table->width[column]);
    if (table->right[column])
        printf("%*s%s", pad, "", text);
    else
        printf("%s%*s", text, column + 1 < table->columns ? pad : 0, "");
}

static void print_rule(const struct table *table)
{
    for (size_t c = 0; c < table->columns; c++) {
        if (c > 0)
            fputs("  ", stdout);
        for (size_t i = 0; i < table->width[c]; i++)
            fputs("─", stdout);
    }
    putchar('\n');
}

void table_print(struct table *table)
{
    for (size_t r = 0; r < table->row_count; r++) {
        terminal_bold(r == 0);
        for (size_t c = 0; c < table->columns; c++) {
            if (c > 0)
                fputs("  ", stdout);
            print_cell(table, c, table->rows[r][c]);
        }
        if (r == 0)
            terminal_bold(false);
        putchar('\n');
        if (r == 0)
            print_rule(table);
    }
    table_drop(table);
}

void table_drop(struct table *table)
{
    free(table->rows);
    arena_free(table->arena);
    free(table);
}

const char *terminal_date(struct arena *arena, const char *iso)
{
    char out[MESSAGE_DATE_SIZE];
    const char *shown = message_date(iso, out);
    return shown == out ? arena_strdup(arena, out) : shown;
}

const char *terminal_age(struct arena *arena, const char *iso)
{
    char now[26];
    struct tm a = {0}, b = {0};
    file_now(now);
    if (!strptime(iso, "%Y-%m-%dT%H:%M:%S", &a) || !strptime(now, "%Y-%m-%dT%H:%M:%S", &b))
        return "—";
    long long minutes = (long long)(timegm(&b) - timegm(&a)) / 60;
    if (minutes >= 2 * 24 * 60)
        return terminal_count(arena, "%lld day", "%lld days", minutes / (24 * 60));
    if (minutes >= 2 * 60)
        return terminal_count(arena, "%lld hour", "%lld hours", minutes / 60);
    return terminal_count(arena, "%lld minute", "%lld minutes", minutes > 0 ? minutes : 0);
}

const char *terminal_count(struct arena *arena, const char *one, const char *many, long long count)
{
    return arena_printf(arena, message_count(one, many, count), count);
}

/* ------------------------------------------------------------------ lists */

struct listing listing_new(struct cli *cli, const char *const *heads)
{
    return (struct listing){cli, table_new(heads), json_array()};
}

int listing_end(struct listing *listing, enum status status)
{
    struct cli *cli = listing->cli;
    if (status == STATUS_OK && !cli->json)
        table_print(listing->table);
    else
        table_drop(listing->table);
    if (status == STATUS_OK && cli->json)
        return cli_json(listing->rows);
    json_decref(listing->rows);
    return status == STATUS_OK ? EXIT_DONE : cli_fail(cli, status);
}

void fault_list_add(void *fault_list, const char *path, const char *sentence)
{
    struct fault_list *list = fault_list;
    json_array_append_new(list->faults, json_pack("{s:s, s:s}", "path", path, "fault", sentence));
    if (list->cli->json)
        return;
    terminal_progress_end();
    printf("✗ %s: %s\n", path, sentence);
}
