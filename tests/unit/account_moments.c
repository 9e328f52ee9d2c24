/* Figures as of an entry of the journal are those that were counted then, whatever came later:
 * documents, their new versions, counts that replace others, papers that are exempt, registers. */
#include "account/exempt.h"
#include "account/forecast.h"
#include "account/inventory.h"
#include "account/missing.h"
#include "account/progress.h"
#include "account/register.h"
#include "account/twins.h"
#include "core/buffer.h"
#include "index/procedures.h"
#include "tests/made_papers.h"
#include "tests/unit/index_rig.h"

enum { ACTS = 120, PAPERS = 60 };

static struct made_paper papers[PAPERS];
static int64_t sequence;
static uint64_t randomness;

static void at_day(int64_t entry, char day[11])
{
    char text[32];
    snprintf(text, sizeof text, "2026-%02d-%02d", 1 + (int)(entry / 28 % 12),
             1 + (int)(entry % 28));
    memcpy(day, text, 11);
    day[10] = '\0';
}

/* ---------------------------------------------------------------- acts */

static void put_paper(uint32_t i, int version)
{
    char day[11];
    struct document *document = &papers[i].document;
    document->version = version;
    if (version > 1) { /* corrected: it is of another year and unit now */
        document->fields[FIELD_DATE].value =
            arena_printf(arena, "%d-05-06", 1990 + (int)made_random(&randomness, 34));
        document->fields[FIELD_UNIT].value =
            made_random(&randomness, 2) ? "Xã Đông Hòa" : "Xã Đông Minh";
    }
    GOOD(db_begin(db, &error));
    GOOD(index_document(index_, document, "2026/x/v1", papers[i].text, &error));
    GOOD(db_commit(db, &error));
    at_day(++sequence, day);
    GOOD(account_place(db, document->id, version, sequence, day, &error));
}

static void enter(const char *kind, json_t *data, rig_rows *apply)
{
    char day[11];
    if (rig_record(kind, apply, data) == STATUS_OK) { /* else it was refused, as if never said */
        at_day(++sequence, day);
        GOOD(account_record(db, records, sequence, day, &error));
    }
}

static json_t *row_of(const char *unit, int year, int papers_there)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:i}", "unit", unit, "unit_key",
                     unit_key(unit, arena), "procedure", "Khai sinh", "procedure_key", "1.001193",
                     "year", year, "papers", papers_there, "pages", papers_there * 2);
}

static void count_papers(void)
{
    json_t *rows = json_array();
    for (int i = 0; i < 4; i++) {
        json_t *row =
            row_of(i % 2 ? "Xã Đông Hòa" : "Xã Đông Minh", 1990 + (int)made_random(&randomness, 34),
                   (int)made_random(&randomness, 9));
        if (made_random(&randomness, 2))
            json_put_text(row, "shelf", made_random(&randomness, 2) ? "K1" : "K2");
        if (made_random(&randomness, 2))
            json_put_number(row, "metres", (double)made_random(&randomness, 30) / 10, 3);
        json_array_append_new(rows, row);
    }
    enter(KIND_INVENTORY, json_pack("{s:s, s:o}", "file", "", "rows", rows), inventory_apply);
}

static void exempt_papers(void)
{
    json_t *row = row_of("Xã Đông Hòa", 1990 + (int)made_random(&randomness, 34), 1);
    json_put_text(row, "reason", "expired");
    json_put_text(row, "number", "");
    json_put_text(row, "note", "");
    enter(KIND_EXEMPT, json_pack("{s:s, s:[o]}", "file", "", "rows", row), exempt_apply);
}

static void register_paper(void)
{
    const struct document *document = &papers[made_random(&randomness, PAPERS)].document;
    json_t *row = json_object();
    json_put_text(row, "dossier",
                  arena_printf(arena, "H%u", (unsigned)made_random(&randomness, 20)));
    json_put_text(row, "number", document->fields[FIELD_NUMBER].value);
    json_put_text(row, "date", document->fields[FIELD_DATE].value);
    json_put_text(row, "owner", document->fields[FIELD_OWNER].value);
    enter(KIND_REGISTER, json_pack("{s:s, s:[o]}", "file", "", "rows", row), register_apply);
}

/* A sheet of an earlier paper, taken in again. */
static void put_twin(uint32_t i, uint32_t of)
{
    const struct document *first = &papers[of].document;
    memcpy(papers[i].document.fields, first->fields, sizeof first->fields);
    papers[i].document.owners = first->owners;
    papers[i].document.owner_count = first->owner_count;
    put_paper(i, 1);
}

static void say_of_twin(uint32_t i)
{
    bool same = made_random(&randomness, 3) == 0;
    enter(KIND_TWIN,
          json_pack("{s:s, s:b, s:s}", "document", papers[i].document.id, "same", (int)same,
                    "reason", "nhìn lại"),
          twin_apply);
}

/* ---------------------------------------------------------------- what is counted */

static enum status add_row(void *context, const struct progress_row *row, struct error *problem)
{
    (void)problem;
    buffer_printf(context, "%s|%s|%s %lld/%lld-%lld %lld %lld %lld %lld/%lld %.3f/%.3f %.6f\n",
                  row->band ? row->band : "", row->unit ? row->unit : "",
                  row->procedure ? row->procedure : "", (long long)row->papers_done,
                  (long long)row->papers_planned, (long long)row->papers_exempt,
                  (long long)row->papers_outside, (long long)row->pages_done,
                  (long long)row->pages_planned, (long long)row->sheets_done,
                  (long long)row->sheets_planned, row->metres_done, row->metres_planned,
                  row->percent);
    return STATUS_OK;
}

static enum status add_forecast(void *context, const struct forecast *one, struct error *problem)
{
    (void)problem;
    buffer_printf(context, "%s %lld %.4f %.4f %.4f %s %d\n", one->band ? one->band : "",
                  (long long)one->left, one->rate, one->low, one->high, one->finish,
                  (int)one->state);
    return STATUS_OK;
}

/* All figures of a moment as one text. */
static const char *count_all(const struct account_at *at)
{
    struct buffer text = {0};
    struct missing_sum sum;
    for (int by = 0; by < 4; by++)
        GOOD(progress_each(db, &roadmap, at, by, add_row, &text, &error));
    GOOD(forecast_each(db, &roadmap, at, add_forecast, &text, &error));
    GOOD(missing_each(db, at, NULL, NULL, &sum, &error));
    buffer_printf(&text, "%lld %lld %lld %lld\n", (long long)sum.expected, (long long)sum.found,
                  (long long)sum.doubtful, (long long)sum.never);
    const char *copy = arena_strdup(arena, (const char *)text.data);
    buffer_clear(&text);
    return copy;
}

static void figures_of_a_moment_do_not_change(void **state)
{
    (void)state;
    const char *told[ACTS];
    int64_t when[ACTS];
    uint32_t next = 0;
    int acts = 0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        randomness = seed;
        for (int i = 0; i < ACTS / 3; i++) {
            uint32_t dice = made_random(&randomness, 14);
            if (dice >= 12 && next > 0)
                say_of_twin(made_random(&randomness, next));
            else if (dice >= 10 && next > 0 && next < PAPERS) {
                put_twin(next, made_random(&randomness, next));
                next++;
            } else if (dice < 4 && next < PAPERS)
                put_paper(next++, 1);
            else if (dice < 6 && next > 0) {
                uint32_t which = made_random(&randomness, next);
                put_paper(which, papers[which].document.version + 1);
            } else if (dice < 8)
                count_papers();
            else if (dice == 8)
                exempt_papers();
            else
                register_paper();
            struct account_at now = {.sequence = INT64_MAX, .record = INT64_MAX};
            at_day(sequence, now.day);
            when[acts] = sequence;
            told[acts++] = count_all(&now);
        }
    }
    int changed = 0;
    for (int i = 0; i < acts; i++) {
        struct account_at at = {.sequence = when[i]};
        at_day(when[i], at.day);
        GOOD(account_find_record(db, &at, &error));
        const char *again = count_all(&at);
        if (strcmp(again, told[i]) != 0)
            fail_msg("act %d (entry %lld):\nthen\n%s\nagain\n%s", i, (long long)when[i], told[i],
                     again);
        changed += i > 0 && strcmp(told[i], told[i - 1]) != 0;
    }
    assert_true(changed > ACTS / 2); /* there was something to be got wrong */
}

static void a_version_counts_from_its_own_entry_on(void **state)
{
    (void)state;
    struct account_at before = {.sequence = sequence}, after;
    struct document *document = &papers[0].document;
    struct db_query *query = NULL;
    put_paper(0, document->version + 1);
    after = (struct account_at){.sequence = sequence};
    GOOD(account_place(db, document->id, document->version, sequence + 50, "2026-12-01", &error));
    GOOD(db_prepare(db, "SELECT sequence FROM account_place WHERE document_id = ? AND version = ?",
                    &query, &error));
    db_bind_text(query, 1, document->id);
    db_bind_int(query, 2, document->version);
    GOOD(db_step(query, &error));
    assert_int_equal(db_int(query, 0), after.sequence); /* a later entry about it moves nothing */
    db_finish(query);
    assert_true(after.sequence > before.sequence);
}

static void what_no_entry_names_counts_always(void **state)
{
    (void)state;
    struct document document;
    struct document_page page = {.name = "0001-1", .file = "0001-1.scan.tif"};
    const char *text = "";
    const struct account_at start = {.sequence = 0};
    const char *before = count_all(&start);
    document_init(&document, "of-before", "0001-1");
    document.version = 1;
    document.pages = &page;
    document.page_count = 1;
    GOOD(index_document(index_, &document, "2026/x/v1", &text, &error));
    assert_string_not_equal(count_all(&start), before);
}

static int begin(void **state)
{
    if (rig_begin(state) != 0)
        return -1;
    GOOD(account_tables(db, &error));
    for (uint32_t i = 0; i < PAPERS; i++)
        made_paper(4, i, MADE_CLEAN, arena, &papers[i]);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_of_a_moment_do_not_change),
        cmocka_unit_test(a_version_counts_from_its_own_entry_on),
        cmocka_unit_test(what_no_entry_names_counts_always),
    };
    return cmocka_run_group_tests(tests, begin, rig_end);
}
