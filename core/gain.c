#include "core/gain.h"

#define MISSING_SURENESS 0.6 /* many papers do not print the field at all */
#define MISSING_DOUBTED 0.54 /* this one has a place for it */
#define TEXT_IMPORTANCE 1.0  /* of text that could hardly be read, by which it should be found */
#define OWNER_SHARE 0.5      /* one of many in a list matters less than the first */

/* Reading confidence against the share that was right: of 636 values, the other 620 kept back to
 * measure with (docs/reading.md). */
struct point {
    double confidence, right;
};
static const struct point digits[] = {{0, 0.02},    {0.5, 0.3},   {0.6, 0.55},  {0.75, 0.65},
                                      {0.85, 0.85}, {0.92, 0.96}, {0.96, 0.99}, {1, 0.995}};
/* A day that does not exist would not have been taken: what is a date is rarely wrong. */
static const struct point dates[] = {{0, 0.05},   {0.5, 0.4},   {0.65, 0.6},  {0.75, 0.75},
                                     {0.85, 0.9}, {0.92, 0.95}, {0.96, 0.99}, {1, 0.995}};
static const struct point names[] = {{0, 0.02},    {0.3, 0.1},   {0.5, 0.5},
                                     {0.6, 0.68},  {0.75, 0.78}, {0.85, 0.92},
                                     {0.92, 0.96}, {0.96, 0.98}, {1, 0.985}};
static const struct point texts[] = {{0, 0.05},    {0.5, 0.5},    {0.75, 0.7}, {0.85, 0.92},
                                     {0.92, 0.97}, {0.96, 0.985}, {1, 0.99}};

/* A doubt has lowered the confidence already where it speaks against the value. */
#define DOUBT_FACTOR 0.98

static const struct {
    const struct point *points;
    double importance;
} kinds[FIELD_COUNT] = {
    [FIELD_TYPE] = {texts, 0.8},       [FIELD_TITLE] = {texts, 0.1},
    [FIELD_PROCEDURE] = {texts, 0.3},  [FIELD_NUMBER] = {digits, 0.9},
    [FIELD_BOOK] = {digits, 0.4},      [FIELD_DATE] = {dates, 0.9},
    [FIELD_AGENCY] = {texts, 0.6},     [FIELD_UNIT] = {texts, 0.4},
    [FIELD_OWNER] = {names, 1},        [FIELD_OWNER_ID] = {digits, 1},
    [FIELD_BIRTH_DATE] = {dates, 0.7}, [FIELD_SIGNER] = {names, 0.5},
};

static double between(const struct point *points, double confidence)
{
    size_t i = 1;
    while (points[i].confidence < confidence && points[i].confidence < 1)
        i++;
    double width = points[i].confidence - points[i - 1].confidence;
    double part = (confidence - points[i - 1].confidence) / width;
    part = part < 0 ? 0 : part > 1 ? 1 : part;
    return points[i - 1].right + part * (points[i].right - points[i - 1].right);
}

double field_sureness(enum field_id id, const struct field *field)
{
    if (field->source == SOURCE_PERSON)
        return 1;
    if (!field->value)
        return field->doubt ? MISSING_DOUBTED : MISSING_SURENESS;
    return between(kinds[id].points, field->confidence) * (field->doubt ? DOUBT_FACTOR : 1);
}

double field_gain(enum field_id id, const struct field *field)
{
    return (1 - field_sureness(id, field)) * kinds[id].importance;
}

double document_gain(const struct document *document)
{
    double sum = 0;
    for (enum field_id id = 0; id < FIELD_COUNT; id++)
        sum += field_gain(id, &document->fields[id]);
    for (size_t i = 0; i < document->owner_count; i++) {
        const struct document_owner *owner = &document->owners[i];
        struct field field = {.value = owner->name,
                              .confidence = owner->confidence,
                              .source = SOURCE_OCR,
                              .doubt = owner->doubt};
        sum += OWNER_SHARE * field_gain(FIELD_OWNER, &field);
    }
    if (document->word_count > 0)
        sum += TEXT_IMPORTANCE * (double)document->doubtful_words / (double)document->word_count;
    return sum;
}
