#include "bench/finding/question.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

const char *const question_classes[ASK_CLASSES] = {
    "phrase",        "phrase, no marks",  "words",
    "hard phrase",   "hard, no marks",    "hard words",
    "name",          "name, no marks",    "name, one typo",
    "given first",   "name + birth date", "identifier",
    "its other one", "number and sign",   "absent number"};

enum { WORDS_MAX = 600, FIRST = 3 };

/* ---------------------------------------------------------------- drawing */

static struct question *add(struct questions *list, enum question_class class)
{
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 1024;
        list->at = memory_resize(list->at, list->room * sizeof *list->at);
    }
    list->at[list->count] = (struct question){.class = class};
    return &list->at[list->count++];
}

static size_t split(char *text, char **words)
{
    char *rest = NULL;
    size_t count = 0;
    for (char *word = strtok_r(text, " ", &rest); word && count < WORDS_MAX;
         word = strtok_r(NULL, " ", &rest))
        words[count++] = word;
    return count;
}

static const char *join(char **words, size_t count, struct arena *arena)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++)
        text = arena_printf(arena, "%s%s%s", text, i ? " " : "", words[i]);
    return text;
}

static void draw_phrase(const struct paper *paper, uint64_t *state, struct questions *list,
                        struct arena *arena)
{
    char *words[WORDS_MAX];
    size_t count = split(arena_strdup(arena, paper->free[chance(state, 2)]), words);
    size_t length = paper->hard ? 4 + chance(state, 6) : 3 + chance(state, 6);
    for (int bare = 0; bare < 2; bare++) {
        size_t from = chance(state, (uint32_t)(count - length));
        struct question *question =
            add(list, (paper->hard ? ASK_HARD : ASK_PHRASE) + (enum question_class)bare);
        question->key = join(words + from, length, arena);
        question->text = question->words = bare ? text_fold(arena, question->key) : question->key;
    }
}

static void draw_words(const struct lexicon *lexicon, const struct paper *paper, uint64_t *state,
                       struct questions *list, struct arena *arena)
{
    char *words[WORDS_MAX], *chosen[5];
    size_t count = split(arena_strdup(arena, paper->free[0]), words);
    size_t length = 2 + chance(state, 3);
    for (size_t i = 0; i < length;) {
        char *word = words[chance(state, (uint32_t)count)];
        bool known = lexicon_is_common(lexicon, word); /* says nothing: nobody asks for it */
        for (size_t j = 0; j < i; j++)
            known = known || strcmp(chosen[j], word) == 0;
        if (!known)
            chosen[i++] = word;
    }
    struct question *question = add(list, paper->hard ? ASK_HARD_WORDS : ASK_WORDS);
    question->key = question->text = question->words = join(chosen, length, arena);
}

/* One letter changed, left out or doubled, in one of the syllables. */
static const char *with_typo(const char *name, uint64_t *state, struct arena *arena)
{
    char *letters = arena_strdup(arena, name);
    size_t size = strlen(letters), at = 0;
    bool small = strpbrk(name, "abcdefghijklmnopqrstuvwxyz") != NULL; /* not in "Hồ Mỹ Hà" */
    do
        at = chance(state, (uint32_t)size);
    while (small ? !islower((unsigned char)letters[at]) : !isalpha((unsigned char)letters[at]));
    uint32_t kind = chance(state, 3);
    if (kind == 0) {
        letters[at] = (char)('a' + ((letters[at] | 32) - 'a' + 1 + (int)chance(state, 25)) % 26);
        return letters;
    }
    return kind == 1 ? arena_printf(arena, "%.*s%s", (int)at, name, name + at + 1)
                     : arena_printf(arena, "%.*s%c%s", (int)at, name, name[at], name + at);
}

static void draw_names(const struct paper *paper, uint64_t *state, struct questions *list,
                       struct arena *arena)
{
    const struct paper_person *person =
        &paper->persons[chance(state, (uint32_t)paper->person_count)];
    const char *given = strrchr(person->name, ' ') + 1, *born = person->birth;
    const char *turned =
        arena_printf(arena, "%s %.*s", given, (int)(given - person->name - 1), person->name);
    const char *words[] = {
        person->name, text_fold(arena, person->name), with_typo(person->name, state, arena), turned,
        arena_printf(arena, "%s %.2s/%.2s/%.4s", person->name, born + 8, born + 5, born)};
    for (int i = 0; i < 5; i++) {
        struct question *question = add(list, ASK_NAME + (enum question_class)i);
        question->words = words[i];
        question->text = arena_printf(arena, "tên: %s", words[i]);
        question->key = i == 1   ? words[1]
                        : i == 4 ? arena_printf(arena, "%s %s", person->name, born)
                                 : person->name;
    }
}

static void draw_numbers(const struct paper *paper, uint64_t *state, struct questions *list,
                         struct arena *arena)
{
    struct question *question = add(list, ASK_IDENTIFIER);
    question->text = question->words = question->key = paper->persons[0].digits;
    question = add(list, ASK_NUMBER);
    question->text = question->words = question->key = paper->document.fields[FIELD_NUMBER].value;
    question = add(list, ASK_ABSENT);
    question->text = question->words =
        arena_printf(arena, "9%05u%06u", chance(state, 100000), chance(state, 1000000));
    question->key = question->text;
}

void questions_draw(const struct lexicon *lexicon, uint64_t seed, uint32_t papers, size_t each,
                    struct arena *arena, struct questions *out)
{
    uint64_t state = seed + 99;
    *out = (struct questions){.each = each};
    for (size_t i = 0; i < 3 * each; i++) {
        struct paper paper;
        uint32_t number = chance(&state, papers);
        paper_make(lexicon, seed, number, false, arena, &paper, NULL);
        if (!paper.hard) {
            draw_phrase(&paper, &state, out, arena);
            draw_words(lexicon, &paper, &state, out, arena);
            draw_names(&paper, &state, out, arena);
        }
        draw_numbers(&paper, &state, out, arena);
        number = chance(&state, (papers + 492) / 500) * 500 + 7;
        paper_make(lexicon, seed, number, false, arena, &paper, NULL);
        draw_phrase(&paper, &state, out, arena);
        draw_words(lexicon, &paper, &state, out, arena);
        if (papers < 100)
            continue;
        number = chance(&state, papers / 100) * 100 + 49;
        paper_make(lexicon, seed, number, false, arena, &paper, NULL);
        struct question *question = add(out, ASK_OTHER_IDENTIFIER);
        question->text = question->words = paper.persons[0].digits;
        question->key = arena_printf(arena, "%u", number + 1);
    }
}

/* ---------------------------------------------------------------- judging */

struct slot {
    uint64_t key; /* 0 free */
    uint32_t value;
};

struct map {
    struct slot *at;
    size_t room, count;
};

struct judge {
    struct questions *questions;
    struct arena *arena;
    struct map words; /* of a spelling: the word, the same for capitals */
    uint32_t next_word;
    struct map first, rarest, keys; /* of words or a text: question + 1, the next in same[] */
    uint32_t *same;
    uint32_t paper[4096];
    size_t count;
    uint32_t *seen; /* by word: the paper that had it last + 1 */
    size_t seen_room;
};

static uint64_t hash_of(const void *bytes, size_t size)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3u;
    hash ^= hash >> 31;
    return hash ? hash : 1;
}

static struct slot *find(struct map *map, uint64_t key)
{
    if (2 * map->count >= map->room) {
        struct map old = *map;
        map->room = old.room ? 2 * old.room : 4096;
        map->at = memory_new(map->room * sizeof *map->at);
        for (size_t i = 0; i < old.room; i++)
            if (old.at[i].key)
                *find(map, old.at[i].key) = old.at[i];
        map->count = old.count;
        free(old.at);
    }
    size_t at = key % map->room;
    while (map->at[at].key && map->at[at].key != key)
        at = (at + 1) % map->room;
    return &map->at[at];
}

static uint32_t word_of(struct judge *judge, const char *text, size_t size)
{
    uint64_t key = hash_of(text, size);
    struct slot *slot = find(&judge->words, key);
    if (slot->key)
        return slot->value;
    const char *lower = text_lower(judge->arena, arena_strndup(judge->arena, text, size));
    uint64_t lower_key = hash_of(lower, strlen(lower));
    struct slot *same = find(&judge->words, lower_key);
    uint32_t word = same->key ? same->value : ++judge->next_word;
    if (!same->key) {
        *same = (struct slot){lower_key, word};
        judge->words.count++;
    }
    if (lower_key != key) {
        *find(&judge->words, key) = (struct slot){key, word};
        judge->words.count++;
    }
    if (judge->next_word >= judge->seen_room) {
        size_t room = judge->seen_room ? 2 * judge->seen_room : 8192;
        judge->seen = memory_resize(judge->seen, room * sizeof *judge->seen);
        memset(judge->seen + judge->seen_room, 0, (room - judge->seen_room) * sizeof *judge->seen);
        judge->seen_room = room;
    }
    return word;
}

static bool is_word(unsigned char c)
{
    return isalnum(c) || c >= 0x80;
}

/* Words of text, whatever stands between them. */
static size_t cut(struct judge *judge, const char *text, uint32_t *words, size_t room)
{
    size_t count = 0;
    while (*text && count < room) {
        size_t size = 0;
        while (is_word((unsigned char)text[size]))
            size++;
        if (size > 0)
            words[count++] = word_of(judge, text, size);
        text += size ? size : 1;
    }
    return count;
}

static void link_to(struct judge *judge, struct map *map, uint64_t key, uint32_t question)
{
    struct slot *slot = find(map, key);
    if (!slot->key) {
        *slot = (struct slot){key, 0};
        map->count++;
    }
    judge->same[question] = slot->value;
    slot->value = question + 1;
}

static bool of_words(enum question_class class)
{
    return class == ASK_WORDS || class == ASK_HARD_WORDS;
}

struct judge *judge_new(struct questions *questions)
{
    struct judge *judge = memory_new(sizeof *judge);
    judge->questions = questions;
    judge->arena = arena_new();
    judge->same = memory_new((questions->count + 1) * sizeof *judge->same);
    for (uint32_t i = 0; i < questions->count; i++) {
        struct question *question = &questions->at[i];
        uint32_t words[64];
        if (question->class >= ASK_SIX) {
            link_to(judge, &judge->keys, hash_of(question->key, strlen(question->key)), i);
            continue;
        }
        question->syllable_count = cut(judge, question->key, words, 64);
        question->syllables = arena_array(judge->arena, 64, sizeof *words);
        memcpy(question->syllables, words, sizeof words);
        if (of_words(question->class)) /* by its youngest word, most likely the rarest */
            for (size_t w = 1; w < question->syllable_count; w++)
                if (question->syllables[w] > question->syllables[0]) {
                    uint32_t swap = question->syllables[0];
                    question->syllables[0] = question->syllables[w];
                    question->syllables[w] = swap;
                }
        if (of_words(question->class))
            link_to(judge, &judge->rarest, question->syllables[0], i);
        else
            link_to(judge, &judge->first, hash_of(words, FIRST * sizeof *words), i);
    }
    return judge;
}

static void answer(struct question *question, uint32_t paper)
{
    size_t known = question->answer_count;
    if (known > 0 && known <= ANSWERS && question->answers[known - 1] == paper)
        return;
    if (known < ANSWERS)
        question->answers[known] = paper;
    if (known <= ANSWERS)
        question->answer_count++;
}

static void judge_key(struct judge *judge, const char *key, uint32_t paper, int from, int to)
{
    const struct slot *slot = find(&judge->keys, hash_of(key, strlen(key)));
    for (uint32_t next = slot->key ? slot->value : 0; next; next = judge->same[next - 1]) {
        struct question *question = &judge->questions->at[next - 1];
        if ((int)question->class >= from && (int)question->class <= to)
            answer(question, paper);
    }
}

static void judge_text(struct judge *judge, uint32_t paper)
{
    for (size_t i = 0; i < judge->count; i++)
        judge->seen[judge->paper[i]] = paper + 1;
    for (size_t i = 0; i < judge->count; i++) {
        const uint32_t *at = &judge->paper[i];
        const struct slot *slot = find(&judge->rarest, *at);
        for (uint32_t next = slot->key ? slot->value : 0; next; next = judge->same[next - 1]) {
            struct question *question = &judge->questions->at[next - 1];
            size_t there = 0;
            for (size_t w = 0; w < question->syllable_count; w++)
                there += judge->seen[question->syllables[w]] == paper + 1;
            if (there == question->syllable_count)
                answer(question, paper);
        }
        if (i + FIRST > judge->count)
            continue;
        slot = find(&judge->first, hash_of(at, FIRST * sizeof *at));
        for (uint32_t next = slot->key ? slot->value : 0; next; next = judge->same[next - 1]) {
            struct question *question = &judge->questions->at[next - 1];
            if (i + question->syllable_count <= judge->count &&
                memcmp(at, question->syllables, question->syllable_count * sizeof *at) == 0)
                answer(question, paper);
        }
    }
}

void judge_paper(struct judge *judge, const struct paper *paper)
{
    struct arena *arena = arena_new();
    judge->count = cut(judge, paper->clean, judge->paper, 4096);
    judge_text(judge, paper->number);
    for (size_t i = 0; i < paper->person_count && !paper->hard; i++) {
        const struct paper_person *person = &paper->persons[i];
        judge_key(judge, person->name, paper->number, ASK_NAME, ASK_NAME_TURNED);
        judge_key(judge, text_fold(arena, person->name), paper->number, ASK_NAME_BARE,
                  ASK_NAME_BARE);
        judge_key(judge, arena_printf(arena, "%s %s", person->name, person->birth), paper->number,
                  ASK_NAME_BORN, ASK_NAME_BORN);
    }
    for (size_t i = 0; i < paper->person_count; i++)
        judge_key(judge, paper->persons[i].digits, paper->number, ASK_IDENTIFIER, ASK_IDENTIFIER);
    judge_key(judge, paper->document.fields[FIELD_NUMBER].value, paper->number, ASK_NUMBER,
              ASK_NUMBER);
    if (paper->number % 100 == 50)
        judge_key(judge, arena_printf(arena, "%u", paper->number), paper->number,
                  ASK_OTHER_IDENTIFIER, ASK_OTHER_IDENTIFIER);
    arena_free(arena);
}

void judge_end(struct judge *judge)
{
    struct questions *list = judge->questions;
    size_t kept = 0, of_class[ASK_CLASSES] = {0};
    for (size_t i = 0; i < list->count; i++) {
        struct question *question = &list->at[i];
        bool phrase = question->class < ASK_SIX && !of_words(question->class);
        size_t most = phrase ? 3 : ANSWERS, least = question->class == ASK_ABSENT ? 0 : 1;
        most = question->class == ASK_ABSENT ? 0 : most;
        if (question->answer_count < least || question->answer_count > most ||
            of_class[question->class] == list->each)
            continue;
        of_class[question->class]++;
        list->at[kept++] = *question;
    }
    list->count = kept;
    for (size_t i = 0; i < kept; i++)
        list->at[i].syllables = NULL;
    free(judge->words.at);
    free(judge->first.at);
    free(judge->rarest.at);
    free(judge->keys.at);
    free(judge->same);
    free(judge->seen);
    arena_free(judge->arena);
    free(judge);
}

/* ---------------------------------------------------------------- kept */

void questions_save(const struct questions *questions, const char *path)
{
    FILE *file = fopen(path, "w");
    for (size_t i = 0; file && i < questions->count; i++) {
        const struct question *question = &questions->at[i];
        fprintf(file, "%d\t%s\t%s\t", (int)question->class, question->text, question->words);
        for (size_t a = 0; a < question->answer_count; a++)
            fprintf(file, "%u ", question->answers[a]);
        putc('\n', file);
    }
    if (file)
        fclose(file);
}

static struct question read_question(char *line, struct arena *arena)
{
    char *rest = NULL, *class = strtok_r(line, "\t\n", &rest);
    char *text = strtok_r(NULL, "\t\n", &rest), *words = strtok_r(NULL, "\t\n", &rest);
    struct question question = {.class = (enum question_class)strtol(class, NULL, 10),
                                .text = arena_strdup(arena, text),
                                .words = arena_strdup(arena, words)};
    for (char *one; question.answer_count < ANSWERS && (one = strtok_r(NULL, " \n", &rest));)
        question.answers[question.answer_count++] = (uint32_t)strtoul(one, NULL, 10);
    return question;
}

bool questions_load(const char *path, struct arena *arena, struct questions *out)
{
    FILE *file = fopen(path, "r");
    char line[4096];
    *out = (struct questions){0};
    while (file && fgets(line, sizeof line, file)) {
        struct question question = read_question(line, arena);
        *add(out, question.class) = question;
    }
    if (file)
        fclose(file);
    return file != NULL;
}
