#include "ocr/lattice.h"

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "ocr/confusion.h"
#include "ocr/letters.h"
#include "ocr/syllable.h"

#define CANDIDATES_MAX 16
#define READINGS_MAX 16 /* other readings of single letters */
#define WORDS_MAX 512   /* of a line; the rest of a longer one stays */
#define LANGUAGE 0.75   /* weight of the language against the letters */
#define MARGIN 1.6      /* by so much must a change be better */
#define IMPOSSIBLE 5.0  /* against a syllable that there is not */
#define CHANNEL_MAX 9.0
#define READING 0.5 /* a letter that the engine offers */
#define PHRASE 20   /* a pair seen so often is a fixed phrase */

enum letter_case { CASE_LOWER, CASE_TITLE, CASE_UPPER, CASE_OTHER };

struct candidate {
    int id; /* in the language, or LANGUAGE_UNKNOWN */
    double cost, best;
    int from; /* candidate of the word before on the best path */
};

/* One letter as the engine might have read it otherwise. */
struct reading {
    int at;
    uint32_t code;
    double cost;
};

struct cell {
    struct word *word;
    const char *core, *lower; /* without punctuation round it */
    size_t start;             /* bytes before the core */
    uint32_t letters[LANGUAGE_LETTERS];
    int length;  /* 0: no syllable: a number, a sign, a long word */
    int left;    /* what stands before it for the language: LANGUAGE_UNKNOWN or an id, when the
                    candidates of the word before do not say */
    bool joined; /* nothing but a blank stands between it and the word before */
    int class;   /* id of <n>, <p>, <x> where it is no syllable */
    enum letter_case letter_case;
    bool name;
    struct reading readings[READINGS_MAX];
    int reading_count;
    struct candidate candidates[CANDIDATES_MAX];
    int count, chosen;
};

/* ---------------------------------------------------------------- what was read */

static enum letter_case case_of(struct arena *arena, const char *core)
{
    size_t letters = 0, capitals = 0;
    bool first = false;
    const char *at = core, *low = text_lower(arena, core);
    for (uint32_t code; (code = text_next(&at));) {
        bool capital = code != text_next(&low);
        first = letters ? first : capital;
        capitals += capital;
        letters++;
    }
    if (capitals == 0)
        return CASE_LOWER;
    if (capitals == letters && letters > 1)
        return CASE_UPPER;
    return capitals == 1 && first ? CASE_TITLE : CASE_OTHER;
}

/* The engine's other readings differ in one letter each. */
static void take_reading(struct cell *cell, struct arena *arena, const struct alternative *other)
{
    const char *low = text_lower(arena, other->text), *own = text_lower(arena, cell->word->text);
    int at = -1, place = 0;
    uint32_t instead = 0;
    for (;;) {
        uint32_t a = text_next(&own), b = text_next(&low);
        if (!a || !b) {
            if (a != b)
                return;
            break;
        }
        if (a != b && at >= 0)
            return;
        if (a != b) {
            at = place;
            instead = b;
        }
        place++;
    }
    at -= (int)cell->start; /* punctuation before the core is ASCII */
    double ratio =
        other->confidence / (cell->word->confidence > 0.01 ? cell->word->confidence : 0.01);
    ratio = ratio < 0.001 ? 0.001 : ratio > 0.999 ? 0.999 : ratio;
    double cost = READING + fmax(0, -log(ratio / (1 - ratio)));
    if (at >= 0 && at < cell->length && cell->reading_count < READINGS_MAX)
        cell->readings[cell->reading_count++] = (struct reading){at, instead, cost};
}

static void split_core(struct cell *cell, struct arena *arena)
{
    const char *text = cell->word->text, *from = text, *at = text;
    const char *end = text;
    bool begun = false;
    for (uint32_t code; (code = text_next(&at));) {
        bool inside = text_is_letter(code) || (code >= '0' && code <= '9');
        if (inside && !begun)
            from = end;
        begun = begun || inside;
        if (!begun)
            end = at;
        if (!begun && code >= 0x80)
            return; /* a sign we do not know */
    }
    const char *last = from;
    at = from;
    for (uint32_t code; (code = text_next(&at));)
        if (text_is_letter(code) || (code >= '0' && code <= '9'))
            last = at;
    cell->start = (size_t)(from - text);
    cell->core = arena_strndup(arena, from, (size_t)(last - from));
}

static void read_cell(const struct speech *language, struct cell *cell, struct arena *arena)
{
    split_core(cell, arena);
    const char *core = cell->core ? cell->core : "";
    cell->lower = text_lower(arena, core);
    cell->class = language_find(language, !*core                        ? "<p>"
                                          : strpbrk(core, "0123456789") ? "<n>"
                                                                        : "<x>");
    cell->letter_case = case_of(arena, core);
    const char *at = cell->lower;
    for (uint32_t code; (code = text_next(&at));) {
        if (!text_is_letter(code) || cell->length == LANGUAGE_LETTERS) {
            cell->length = 0;
            return;
        }
        cell->letters[cell->length++] = code;
    }
    for (size_t i = 0; i < cell->word->alternative_count; i++)
        take_reading(cell, arena, &cell->word->alternatives[i]);
}

/* ---------------------------------------------------------------- names */

static bool is_label(const char *lower)
{
    static const char labels[] = " ông bà anh chị cháu em tên họ xóm xã phường huyện tỉnh thôn ấp "
                                 "phố đường quận tổ trấn bản "
                                 "làng khóm buôn cụ tịch chồng vợ con cha mẹ ";
    size_t length = strlen(lower);
    const char *at = length ? strstr(labels, lower) : NULL;
    return at && at > labels && at[-1] == ' ' && at[length] == ' ';
}

static bool is_family(const char *lower)
{
    static const char families[] =
        " nguyễn trần lê phạm hoàng huỳnh phan vũ võ đặng bùi đỗ hồ ngô dương lý đinh đoàn lương "
        "mai trịnh trương cao tạ hà chu quách lò vàng giàng thào sùng nông triệu lục ma rơ siu "
        "ksor thạch kim danh tô đàm thái từ tôn kiều phùng quản lưu vi cầm nguyên trân pham đăng ";
    size_t length = strlen(lower);
    const char *at = length ? strstr(families, lower) : NULL;
    return at && at > families && at[-1] == ' ' && at[length] == ' ';
}

static bool capital(const struct cell *cell)
{
    return cell->letter_case != CASE_LOWER;
}

/* A run of capitals behind a label, or one that begins with a family name, is a name from there. */
static void mark_names(struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (!capital(&cells[i])) { /* the label itself stays before a capital */
            cells[i].name = i + 1 < count && capital(&cells[i + 1]) && is_label(cells[i].lower);
            continue;
        }
        bool labelled = i > 0 && is_label(cells[i - 1].lower);
        bool goes_on = i > 0 && capital(&cells[i - 1]) && cells[i - 1].name && cells[i].joined;
        bool family = cells[i].letter_case != CASE_LOWER && is_family(cells[i].lower) &&
                      i + 1 < count && capital(&cells[i + 1]);
        cells[i].name = labelled || goes_on || family;
    }
}

/* ---------------------------------------------------------------- candidates */

static double change_cost(const struct cell *cell, int at, uint32_t printed)
{
    if (cell->letters[at] == printed)
        return 0;
    double cost = confusion_cost(cell->letters[at], printed);
    for (int i = 0; i < cell->reading_count; i++)
        if (cell->readings[i].at == at && cell->readings[i].code == printed)
            cost = fmin(cost, cell->readings[i].cost);
    return cost;
}

/* Letters changed, left out and put in between what was read and what would have been printed. */
static double channel_cost(const struct cell *cell, const struct entry *entry)
{
    double row[LANGUAGE_LETTERS + 1];
    for (int j = 0; j <= entry->length; j++)
        row[j] = j * CONFUSION_LOST;
    for (int i = 0; i < cell->length; i++) {
        double corner = row[0], least = row[0] += CONFUSION_LOST;
        for (int j = 0; j < entry->length; j++) {
            double change = corner + change_cost(cell, i, entry->letters[j]);
            corner = row[j + 1];
            row[j + 1] = fmin(change, fmin(row[j + 1], row[j]) + CONFUSION_LOST);
            least = fmin(least, row[j + 1]);
        }
        if (least > CHANNEL_MAX)
            return INFINITY;
    }
    return row[entry->length];
}

static void add_candidate(struct cell *cell, int id, double cost)
{
    int at = cell->count;
    if (at == CANDIDATES_MAX && cell->candidates[at - 1].cost <= cost)
        return;
    if (at == CANDIDATES_MAX)
        at--;
    else
        cell->count++;
    for (; at > 1 && cell->candidates[at - 1].cost > cost; at--)
        cell->candidates[at] = cell->candidates[at - 1];
    cell->candidates[at] = (struct candidate){.id = id, .cost = cost};
}

/* The first candidate is what was read. */
static void find_candidates(const struct speech *language, struct cell *cell, struct arena *arena)
{
    int own = cell->length ? language_find(language, cell->lower) : cell->class;
    bool known = own >= 0 || !cell->length || syllable_possible(cell->lower);
    cell->candidates[0] = (struct candidate){.id = own, .cost = known ? 0 : IMPOSSIBLE};
    cell->count = 1;
    bool exception = own >= 0 && cell->length && !syllable_possible(cell->lower);
    if (cell->length < 2 || cell->name || exception || cell->letter_case == CASE_OTHER)
        return;
    double wrong = confusion_of_word(cell->word->confidence);
    const char *sound = text_tone_last(arena, cell->lower);
    uint32_t bases = 0;
    for (int i = 0; i < cell->length; i++) {
        int tone = 0;
        bases |= 1u << (syllable_base(syllable_letter(cell->letters[i], &tone)) % 32);
    }
    for (int id = 0; id < language_size(language); id++) {
        const struct entry *entry = language_entry(language, id);
        int more = entry->length - cell->length;
        if (entry->length < 1 || more > 1 || more < -1 || entry->count <= 0 || id == own ||
            __builtin_popcount(entry->bases ^ bases) > 2)
            continue;
        double cost = channel_cost(cell, entry);
        if (cost <= CHANNEL_MAX && strcmp(text_tone_last(arena, entry->text), sound) != 0)
            add_candidate(cell, id, wrong + cost + MARGIN);
    }
}

/* ---------------------------------------------------------------- the best path */

static void find_path(const struct speech *language, struct cell *cells, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (int k = 0; k < cells[i].count; k++) {
            struct candidate *now = &cells[i].candidates[k];
            now->best = INFINITY;
            int before = i > 0 && cells[i].joined ? cells[i - 1].count : 1;
            for (int j = 0; j < before; j++) {
                bool tied = i > 0 && cells[i].joined;
                int left = tied ? cells[i - 1].candidates[j].id : cells[i].left;
                double cost = LANGUAGE * language_cost(language, left, now->id) + now->cost;
                if (tied)
                    cost += cells[i - 1].candidates[j].best;
                if (cost < now->best) {
                    now->best = cost;
                    now->from = j;
                }
            }
        }
    int next = -1;
    for (size_t i = count; i-- > 0;) {
        struct cell *cell = &cells[i];
        if (next >= 0) {
            cell->chosen = next;
        } else {
            cell->chosen = 0;
            for (int k = 1; k < cell->count; k++)
                if (cell->candidates[k].best < cell->candidates[cell->chosen].best)
                    cell->chosen = k;
        }
        next = cell->joined ? cell->candidates[cell->chosen].from : -1;
    }
}

/* A word with a capital is changed only into a fixed phrase with its neighbour. */
static bool makes_phrase(const struct speech *language, const struct cell *cells, size_t count,
                         size_t i)
{
    int id = cells[i].candidates[cells[i].chosen].id, own = cells[i].candidates[0].id;
    double seen = 0, was = 0;
    if (i > 0 && cells[i].joined && !cells[i - 1].name) {
        int left = cells[i - 1].candidates[cells[i - 1].chosen].id;
        seen += language_pair(language, left, id);
        was += language_pair(language, left, own);
    }
    if (i + 1 < count && cells[i + 1].joined && !cells[i + 1].name) {
        int right = cells[i + 1].candidates[cells[i + 1].chosen].id;
        seen += language_pair(language, id, right);
        was += language_pair(language, own, right);
    }
    return seen >= PHRASE && was * 10 <= seen;
}

/* ---------------------------------------------------------------- the result */

static char *with_case(struct arena *arena, const struct cell *cell, const char *text)
{
    char *out = arena_alloc(arena, 4 * strlen(text) + 1), *end = out;
    bool first = true;
    for (uint32_t code; (code = text_next(&text)); first = false) {
        bool up = cell->letter_case == CASE_UPPER || (first && cell->letter_case == CASE_TITLE);
        end += text_put(up ? text_upper_letter(code) : code, end);
    }
    return out;
}

static void change_word(struct cell *cell, const char *syllable, struct arena *arena)
{
    struct word *word = cell->word;
    const char *text = arena_printf(arena, "%.*s%s%s", (int)cell->start, word->text,
                                    with_case(arena, cell, syllable),
                                    word->text + cell->start + strlen(cell->core));
    struct alternative *all = arena_array(arena, word->alternative_count + 1, sizeof *all);
    size_t count = 0;
    all[count++] = (struct alternative){word->text, word->confidence};
    for (size_t i = 0; i < word->alternative_count; i++)
        if (strcmp(word->alternatives[i].text, text) != 0)
            all[count++] = word->alternatives[i];
    word->text = text;
    word->alternatives = all;
    word->alternative_count = count;
    word->changed = "language";
}

/* What the language sees before each word where no word of the line stands right before it. */
static void tie(const struct speech *language, struct cell *cells, size_t count,
                const struct word *before, struct arena *arena)
{
    struct cell last = {.word = (struct word *)before};
    if (before)
        read_cell(language, &last, arena);
    for (size_t i = 0; i < count; i++) {
        const struct cell *previous = i ? &cells[i - 1] : &last;
        if (!previous->word) {
            cells[i].left = language_find(language, "<s>");
            continue;
        }
        const char *text = previous->word->text;
        size_t end = previous->start + strlen(previous->core ? previous->core : text);
        bool sign = text[end] != 0 || cells[i].start > 0;
        cells[i].joined = i > 0 && !sign;
        cells[i].left = sign               ? language_find(language, "<p>")
                        : previous->length ? language_find(language, previous->lower)
                                           : previous->class;
    }
}

void lattice_correct(const struct speech *language, struct line *line, const struct word *before,
                     struct arena *arena)
{
    struct arena *work = arena_new();
    size_t count = line->word_count < WORDS_MAX ? line->word_count : WORDS_MAX;
    struct cell *cells = arena_array(work, count + 1, sizeof *cells);
    for (size_t i = 0; i < count; i++) {
        cells[i].word = &line->words[i];
        read_cell(language, &cells[i], work);
    }
    tie(language, cells, count, before, work);
    mark_names(cells, count);
    for (size_t i = 0; i < count; i++)
        find_candidates(language, &cells[i], work);
    find_path(language, cells, count);
    for (size_t i = 0; i < count; i++)
        if (cells[i].chosen && capital(&cells[i]) && !makes_phrase(language, cells, count, i))
            cells[i].chosen = 0;
    for (size_t i = 0; i < count; i++)
        if (cells[i].chosen) {
            int id = cells[i].candidates[cells[i].chosen].id;
            change_word(&cells[i], language_entry(language, id)->text, arena);
        }
    arena_free(work);
}

bool lattice_impossible(const struct speech *language, const struct word *word, struct arena *arena)
{
    struct cell cell = {.word = (struct word *)word};
    split_core(&cell, arena);
    for (const char *at = cell.core ? cell.core : ""; *at;) {
        uint32_t code = text_next(&at);
        if (!text_is_letter(code))
            return false;
    }
    return cell.core && *cell.core && !language_has(language, cell.core);
}
