/*
 * How right the fields are that read_corpus found, and how well what is wrong is known.
 *
 *   fields CORPUS OUT
 *
 * CORPUS: NAME.json with the true values; OUT: NAME.json of read_corpus. Prints for each field how
 * many are right, and right or flagged; the share that is right by how sure the program is; and how
 * many of the wrong values a person sees who looks at the tenth that gains most. A value is right
 * when it is the true one without regard to case, punctuation and the place of the tone mark.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/file.h"
#include "core/gain.h"
#include "core/json.h"
#include "core/text.h"

#define FIELDS 8
#define VALUES_MAX 20000
#define STEPS 5

static const char *const keys[FIELDS] = {"type",       "citizen_name",   "id_number", "birth_date",
                                         "doc_number", "issuing_agency", "date",      "signer"};
static const double steps[STEPS + 1] = {0, 0.5, 0.75, 0.9, 0.97, 1.01};

struct value {
    bool right, flagged;
    double sureness;
    int field;
};

static struct value values[VALUES_MAX];
static size_t value_count, asked[FIELDS], right_count[FIELDS], known[FIELDS];

static char *norm(struct arena *arena, const char *text)
{
    char *spoken = text_tone_last(arena, text);
    for (char *at = spoken; *at; at++)
        if (strchr(".,;:", *at))
            *at = ' ';
    return text_tidy(arena, spoken);
}

static void compare(const json_t *truth, const json_t *found, struct arena *arena)
{
    for (int i = 0; i < FIELDS; i++) {
        const char *wanted = json_text(truth, keys[i], arena);
        const char *value = json_text(found, keys[i], arena);
        if (!wanted)
            continue;
        bool right = value && strcmp(norm(arena, wanted), norm(arena, value)) == 0;
        bool flagged = !value || json_text(json_object_get(found, "doubts"), keys[i], arena);
        asked[i]++;
        right_count[i] += right;
        known[i] += right || flagged;
        if (value && value_count < VALUES_MAX)
            values[value_count++] = (struct value){
                right, flagged, json_number(json_object_get(found, "sureness"), keys[i], 0), i};
    }
}

static int least_sure_first(const void *a, const void *b)
{
    const struct value *left = a, *right = b;
    return left->sureness < right->sureness ? -1 : left->sureness > right->sureness;
}

static double percent(size_t part, size_t all)
{
    return all ? 100.0 * (double)part / (double)all : 0;
}

static void print_tables(void)
{
    size_t all = 0, right = 0, known_all = 0, wrong = 0, caught = 0;
    printf("%-16s %6s %8s %18s %16s\n", "field", "asked", "right %", "right or flagged %",
           "wrong, unflagged");
    for (int i = 0; i < FIELDS; i++) {
        printf("%-16s %6zu %8.1f %18.1f %16zu\n", keys[i], asked[i],
               percent(right_count[i], asked[i]), percent(known[i], asked[i]), asked[i] - known[i]);
        all += asked[i];
        right += right_count[i];
        known_all += known[i];
    }
    printf("%-16s %6zu %8.1f %18.1f %16zu\n\n", "all", all, percent(right, all),
           percent(known_all, all), all - known_all);
    printf("sureness of a value   values   right %%\n");
    for (int s = 0; s < STEPS; s++) {
        size_t in = 0, good = 0;
        for (size_t i = 0; i < value_count; i++)
            if (values[i].sureness >= steps[s] && values[i].sureness < steps[s + 1]) {
                in++;
                good += values[i].right;
            }
        printf("%.2f and more %14zu %9.1f\n", steps[s], in, percent(good, in));
    }
    qsort(values, value_count, sizeof *values, least_sure_first);
    for (size_t i = 0; i < value_count; i++) {
        wrong += !values[i].right;
        caught += !values[i].right && i < (value_count + 9) / 10;
    }
    printf("\nwrong values: %zu of %zu; in the tenth that is least sure: %zu, %.1f %%\n", wrong,
           value_count, caught, percent(caught, wrong));
}

int main(int argc, char **argv)
{
    struct error error = {0};
    struct arena *arena = arena_new();
    char **names = NULL;
    size_t count = 0;
    if (argc != 3 || file_list(argv[1], arena, &names, &count, &error) != STATUS_OK) {
        fprintf(stderr, "%s\n", argc != 3 ? "fields CORPUS OUT" : error.text);
        return 2;
    }
    for (size_t i = 0; i < count; i++) {
        json_t *truth = NULL, *found = NULL;
        size_t length = strlen(names[i]);
        if (length > 5 && strcmp(names[i] + length - 5, ".json") == 0 &&
            json_read(file_join(arena, argv[1], names[i]), &truth, &error) == STATUS_OK &&
            json_read(file_join(arena, argv[2], names[i]), &found, &error) == STATUS_OK)
            compare(truth, found, arena);
        json_decref(truth);
        json_decref(found);
    }
    print_tables();
    arena_free(arena);
    return 0;
}
