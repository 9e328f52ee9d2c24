#include "archive/pdf/places.h"

#include <stdlib.h>
#include <string.h>

#include "archive/check/check_text.h"
#include "core/text.h"

#define OWNERS "owners"
#define OWNERS_BIRTH "owners.birth_date"
#define OWNERS_ID "owners.id"
#define PAGES_MAX 5000
#define OWNERS_MAX 1000
#define TEXT_MAX 10000                            /* of a field, in bytes */
#define PLACES_MAX (FIELD_COUNT + 3 * OWNERS_MAX) /* whatever stands behind them is not read */

enum form {
    FORM_TEXT,
    FORM_BARE,
    FORM_WORDS,
    FORM_SIGN,
    FORM_NAME,
    FORM_AGENCY,
    FORM_DIGITS,
    FORM_DATE,
    FORM_COUNT
};
static const char *const form_names[FORM_COUNT] = {"text", "bare",   "words",  "sign",
                                                   "name", "agency", "digits", "date"};

/* ---------------------------------------------------------------- how words are read */

static const char *bare(struct arena *arena, const char *text)
{
    static const char marks[] = " .,:;()[]\"'-_*";
    text += strspn(text, marks);
    size_t size = strlen(text);
    while (size > 0 && strchr(marks, text[size - 1]) != NULL)
        size--;
    return arena_strndup(arena, text, size);
}

/* "TRÍCH LỤC (BẢN SAO)" -> "TRÍCH LỤC BẢN SAO" */
static const char *bare_words(struct arena *arena, const char *text)
{
    char *out = arena_alloc(arena, strlen(text) + 1), *to = out;
    *to = 0;
    for (const char *at = text; *at != 0; at += strspn(at, " ")) {
        size_t size = strcspn(at, " ");
        const char *word = bare(arena, arena_strndup(arena, at, size));
        if (*word != 0 && to > out)
            to = stpcpy(to, " ");
        to = stpcpy(to, word);
        at += size;
    }
    return out;
}

/* "ngày 12 tháng 3 năm 2010", "12/03/2010"; NULL: they are not three numbers. */
static const char *date(struct arena *arena, const char *text)
{
    char iso[11];
    struct buffer numbers = {0};
    size_t count = 0;
    for (const char *at = text; *at != 0;) {
        size_t digits = strspn(at, "0123456789");
        if (digits > 0) {
            buffer_printf(&numbers, "%s%.*s", count++ > 0 ? "/" : "", (int)digits, at);
            at += digits;
        } else {
            at++;
        }
    }
    bool good = count == 3 && text_date((const char *)numbers.data, iso);
    buffer_clear(&numbers);
    return good ? arena_strdup(arena, iso) : NULL;
}

/* Bytes of the name of a level of government that begins there; 0: none does. */
static size_t level_at(const char *at)
{
    static const char *const levels[] = {"xã",   "phường",    "thị trấn", "huyện",  "quận",
                                         "tỉnh", "thành phố", "thị xã",   "đặc khu"};
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        size_t size = strlen(levels[i]);
        if (strncmp(at, levels[i], size) == 0 && at[size] == ' ')
            return size;
    }
    return 0;
}

/* "UỶ BAN NHÂN DÂN XÃ ĐÔNG KHÊ" -> "Ủy ban nhân dân xã Đông Khê"; NULL: it names no unit. */
static const char *agency(struct arena *arena, const char *text)
{
    static const char old[] = "uỷ ban ", now[] = "ủy ban ";
    const char *lower = text_lower(arena, bare(arena, text));
    if (strncmp(lower, old, strlen(old)) == 0)
        lower = arena_printf(arena, "%s%s", now, lower + strlen(old));
    for (const char *at = strchr(lower, ' '); at != NULL; at = strchr(at + 1, ' ')) {
        size_t level = level_at(at + 1);
        if (level == 0)
            continue;
        const char *unit = at + 1 + level, *behind = lower;
        char first[5] = "";
        text_put(text_upper_letter(text_next(&behind)), first);
        return arena_printf(arena, "%s%.*s%s", first, (int)(unit - behind), behind,
                            text_title(arena, unit));
    }
    return NULL;
}

/* NULL: they cannot be read so. */
static const char *read_as(struct arena *arena, enum form form, const char *text)
{
    const char *colon = strchr(text, ':');
    switch (form) {
    case FORM_TEXT:
        return text;
    case FORM_BARE:
        return bare(arena, text);
    case FORM_WORDS:
        return bare_words(arena, text);
    case FORM_SIGN:
        return colon == NULL ? NULL : bare(arena, colon + 1);
    case FORM_NAME:
        return text_title(arena, bare(arena, text));
    case FORM_AGENCY:
        return agency(arena, text);
    case FORM_DIGITS:
        return text_digits(arena, text);
    case FORM_DATE:
        return date(arena, text);
    default:
        return NULL;
    }
}

/* ---------------------------------------------------------------- writing them */

/* The words of a page as they are shown, by their numbers. */
struct shown_words {
    const char **texts;
    bool *covered; /* by the box of the field */
    size_t count;
    struct arena *arena;
};

static struct shown_words list_words(const struct words *words, const struct box *box,
                                     struct arena *arena)
{
    size_t room = words_count(words) + 1;
    struct shown_words out = {arena_array(arena, room, sizeof *out.texts),
                              arena_array(arena, room, sizeof *out.covered), 0, arena};
    for (size_t i = 0; i < words->line_count; i++)
        for (size_t j = 0; j < words->lines[i].word_count; j++) {
            const struct word *word = &words->lines[i].words[j];
            const char *said = shown_text(arena, word->text);
            if (*said == 0)
                continue;
            out.covered[out.count] = box_holds_middle(box, &word->box);
            out.texts[out.count++] = said;
        }
    return out;
}

/* The form in which the covered words are the value; FORM_COUNT: in none. */
static enum form form_of(const struct shown_words *words, const char *value)
{
    struct buffer text = {0};
    int form = 0;
    for (size_t i = 0; i < words->count; i++)
        if (words->covered[i])
            buffer_printf(&text, "%s%s", text.size > 0 ? " " : "", words->texts[i]);
    for (const char *read = NULL; text.size > 0 && form < FORM_COUNT; form++) {
        read = read_as(words->arena, (enum form)form, (const char *)text.data);
        if (read != NULL && strcmp(read, value) == 0)
            break;
    }
    form = text.size == 0 ? FORM_COUNT : form;
    buffer_clear(&text);
    return (enum form)form;
}

/* Covers n words from first on, and no others. */
static enum form form_of_run(const struct shown_words *words, size_t first, size_t n,
                             const char *value)
{
    for (size_t i = 0; i < words->count; i++)
        words->covered[i] = i >= first && i < first + n;
    return form_of(words, value);
}

/* The box of what stands in several lines is that of one: tries the words that follow one another
 * from the first covered one on, or up to the last, as many as the value has, or one less or more.
 */
static enum form form_around(const struct shown_words *words, const char *value)
{
    size_t first = 0, end = words->count, wanted = 1;
    enum form form = FORM_COUNT;
    while (first < words->count && !words->covered[first])
        first++;
    while (end > first && !words->covered[end - 1])
        end--;
    for (const char *at = strchr(value, ' '); at != NULL; at = strchr(at + 1, ' '))
        wanted++;
    for (size_t n = wanted > 1 ? wanted - 1 : 1; n <= wanted + 1 && form == FORM_COUNT; n++) {
        form = form_of_run(words, first, n, value);
        if (form == FORM_COUNT && n <= end)
            form = form_of_run(words, end - n, n, value);
    }
    return form;
}

/* What a person typed that has no place of its own may stand on the page all the same: the first
 * words that follow one another and are the value. */
static enum form form_anywhere(const struct shown_words *words, const char *value)
{
    size_t wanted = 1;
    enum form form = FORM_COUNT;
    for (const char *at = strchr(value, ' '); at != NULL; at = strchr(at + 1, ' '))
        wanted++;
    for (size_t first = 0; first + wanted <= words->count && form == FORM_COUNT; first++)
        form = form_of_run(words, first, wanted, value);
    return form;
}

/* What stands between may part them: a stamp or a copy block that was read into the letterhead. The
 * words of the value in their order, from the first on, among so many. */
static enum form form_apart(const struct shown_words *words, const char *value)
{
    enum { AMONG_MAX = 60 };
    struct arena *arena = words->arena;
    enum form form = FORM_COUNT;
    const char **folded = arena_array(arena, words->count + 1, sizeof *folded);
    for (size_t i = 0; i < words->count; i++)
        folded[i] = text_fold(arena, bare(arena, words->texts[i]));
    for (size_t first = 0; first < words->count && form == FORM_COUNT; first++) {
        char *wanted = text_fold(arena, bare_words(arena, value)), *save = NULL;
        const char *next = strtok_r(wanted, " ", &save);
        if (next == NULL || strcmp(folded[first], next) != 0)
            continue;
        for (size_t i = 0; i < words->count; i++) {
            bool is =
                next != NULL && i >= first && i - first < AMONG_MAX && strcmp(folded[i], next) == 0;
            words->covered[i] = is;
            next = is ? strtok_r(NULL, " ", &save) : next;
        }
        form = next == NULL ? form_of(words, value) : FORM_COUNT;
    }
    return form;
}

static void add_ranges(struct buffer *out, const struct shown_words *words)
{
    const char *between = "";
    for (size_t i = 0; i < words->count; i++) {
        size_t first = i;
        while (i < words->count && words->covered[i])
            i++;
        if (i == first)
            continue;
        buffer_printf(out, "%s%zu-%zu", between, first + 1, i);
        between = "+";
    }
}

/* box: NULL when the field has none. */
static void add_place(struct buffer *out, const char *name, const char *value,
                      const struct box *box, size_t number, const struct words *words,
                      struct arena *arena)
{
    static const struct box nowhere;
    struct shown_words shown = list_words(words, box != NULL ? box : &nowhere, arena);
    enum form form = box != NULL ? form_of(&shown, value) : form_anywhere(&shown, value);
    if (form == FORM_COUNT && box != NULL)
        form = form_around(&shown, value);
    if (form == FORM_COUNT)
        form = form_apart(&shown, value);
    if (form == FORM_COUNT)
        return;
    buffer_printf(out, "%s%s %zu:", out->size > 0 ? "; " : "", name, number);
    add_ranges(out, &shown);
    buffer_printf(out, " %s", form_names[form]);
}

/* What else is known of the person stands somewhere on the page; told only behind the name. */
static void add_person(struct buffer *out, const struct document_owner *owner, size_t number,
                       const struct words *words, struct arena *arena)
{
    size_t before = out->size;
    add_place(out, OWNERS, owner->name, &owner->box, number, words, arena);
    if (out->size == before)
        return;
    if (owner->birth_date != NULL)
        add_place(out, OWNERS_BIRTH, owner->birth_date, NULL, number, words, arena);
    if (owner->id != NULL)
        add_place(out, OWNERS_ID, owner->id, NULL, number, words, arena);
}

void places_add(struct buffer *out, const struct document *document, size_t page, size_t number,
                const struct words *words, struct arena *arena)
{
    if (words == NULL)
        return;
    for (int id = 0; id < FIELD_COUNT; id++) {
        const struct field *field = &document->fields[id];
        const char *name = field_name((enum field_id)id);
        bool loose = field->page < 0 && field->source == SOURCE_PERSON &&
                     (out->size == 0 || !places_tell((const char *)out->data, name));
        if (field->value != NULL && (loose || field->page == (int)page))
            add_place(out, name, field->value, loose ? NULL : &field->box, number, words, arena);
    }
    for (size_t i = 0; i < document->owner_count; i++) {
        const struct document_owner *owner = &document->owners[i];
        if (owner->name != NULL && owner->page == (int)page)
            add_person(out, owner, number, words, arena);
    }
}

bool places_tell(const char *places, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = places; at != NULL && *at != 0;) {
        if (strncmp(at, name, length) == 0 && at[length] == ' ')
            return true;
        at = strstr(at, "; ");
        at = at == NULL ? NULL : at + 2;
    }
    return false;
}

/* ---------------------------------------------------------------- reading them */

struct taking {
    struct pdf_file *file;
    const struct pdf_value **pages;
    size_t page_count, page; /* the one whose words are here, from 1; 0: none */
    const struct shown *words;
    size_t word_count;
    struct document *document;
    struct arena *arena;
};

/* A number from 1 on, up to most; 0: there is none. */
static size_t take_number(const char **at, size_t most)
{
    char *end = NULL;
    if (**at < '1' || **at > '9')
        return 0;
    unsigned long number = strtoul(*at, &end, 10);
    *at = end;
    return number <= most ? number : 0;
}

static bool turn_to(struct taking *taking, size_t page)
{
    if (taking->page == page)
        return true;
    if (page < taking->page) /* places follow the pages, so each is taken out once at most */
        return false;
    taking->page = page;
    taking->word_count = 0;
    return shown_page(taking->file, taking->pages[page - 1], taking->arena, &taking->words,
                      &taking->word_count);
}

/* The words of "12-15+20-20", a blank between them; NULL: no such ranges. */
static const char *words_of(const struct taking *taking, const char **at)
{
    struct buffer text = {0};
    const char *out = NULL;
    bool good = true;
    for (bool more = true; more && good; *at += more) {
        size_t first = take_number(at, taking->word_count), last = 0;
        good = first > 0 && **at == '-';
        if (good) {
            ++*at;
            last = take_number(at, taking->word_count);
            good = last >= first;
        }
        for (size_t i = first; good && i <= last; i++) {
            buffer_printf(&text, "%s%s", text.size > 0 ? " " : "", taking->words[i - 1].text);
            good = text.size < TEXT_MAX;
        }
        more = good && **at == '+';
    }
    if (good && text.size > 0)
        out = arena_strndup(taking->arena, (const char *)text.data, text.size);
    buffer_clear(&text);
    return out;
}

static const char *value_at(struct taking *taking, const char *at)
{
    size_t page = take_number(&at, taking->page_count < PAGES_MAX ? taking->page_count : PAGES_MAX);
    if (page == 0 || *at++ != ':' || !turn_to(taking, page))
        return NULL;
    const char *text = words_of(taking, &at);
    if (text == NULL || *at++ != ' ')
        return NULL;
    for (int form = 0; form < FORM_COUNT; form++)
        if (strcmp(at, form_names[form]) == 0)
            return read_as(taking->arena, (enum form)form, text);
    return NULL;
}

static void add_owner(struct taking *taking, const char *name)
{
    struct document *document = taking->document;
    if (document->owner_count == OWNERS_MAX)
        return;
    if (document->owners == NULL)
        document->owners = arena_array(taking->arena, OWNERS_MAX, sizeof *document->owners);
    document->owners[document->owner_count++] =
        (struct document_owner){.name = name, .confidence = 1, .page = -1};
}

static void take_place(struct taking *taking, const char *place)
{
    size_t length = strcspn(place, " ");
    const char *name = arena_strndup(taking->arena, place, length);
    enum field_id id = field_find(name);
    const char *value = place[length] == ' ' ? value_at(taking, place + length + 1) : NULL;
    if (value == NULL || *value == 0)
        return;
    struct document *document = taking->document;
    struct document_owner *last =
        document->owner_count > 0 ? &document->owners[document->owner_count - 1] : NULL;
    if (strcmp(name, OWNERS) == 0)
        add_owner(taking, value);
    else if (strcmp(name, OWNERS_BIRTH) == 0 && last != NULL)
        last->birth_date = value;
    else if (strcmp(name, OWNERS_ID) == 0 && last != NULL)
        last->id = value;
    else if (id < FIELD_COUNT && (id == FIELD_TITLE || document->fields[id].value == NULL))
        document->fields[id] =
            (struct field){.value = value, .confidence = 1, .source = SOURCE_PERSON, .page = -1};
}

void places_take(struct pdf_file *file, const char *places, struct document *document,
                 struct arena *arena)
{
    struct taking taking = {.file = file, .document = document, .arena = arena};
    taking.pages = pdf_pages(file, &taking.page_count);
    const char *at = places;
    for (int i = 0; i < PLACES_MAX && at != NULL && *at != 0; i++) {
        const char *end = strstr(at, "; ");
        take_place(&taking, end == NULL ? at : arena_strndup(arena, at, (size_t)(end - at)));
        at = end == NULL ? NULL : end + 2;
    }
}
