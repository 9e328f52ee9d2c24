/* The review policy, and what a person does with what is held. */
#include "tests/unit/pipeline_bench.h"

#include "pipeline/policy.h"

#define ACTOR "chị Hoa"

struct review {
    struct bench *bench;
    const char *batch, *id;
};

static struct field sure(const char *value)
{
    return (struct field){.value = value, .confidence = 0.98, .source = SOURCE_OCR, .page = -1};
}

static struct document certain(struct bench *bench, const char *batch)
{
    struct document document;
    document_init(&document, batch, "0001-1");
    document.fields[FIELD_TYPE] = sure("khai_sinh");
    document.fields[FIELD_NUMBER] = sure("12/2009");
    document.fields[FIELD_OWNER] = sure("Trần Thị Thử");
    document.fields[FIELD_DATE] = sure("2009-03-02");
    document.pages = arena_array(bench->arena, 2, sizeof *document.pages);
    document.pages[0] = (struct document_page){.name = "0001-1", .file = "0001-1.scan.tif"};
    document.pages[1] = (struct document_page){.name = "0001-2", .file = "0001-2.scan.tif"};
    document.page_count = 2;
    return document;
}

/* A document that the policy holds, because its date was not found. */
static struct review held_document(struct bench *bench)
{
    struct review review = {.bench = bench};
    review.batch = bench_batch(bench, "files", "");
    bench_take(bench, review.batch, "0001-1");
    bench_take(bench, review.batch, "0001-2");
    struct document document = certain(bench, review.batch);
    document.fields[FIELD_DATE] = (struct field){.page = -1};
    review.id = arena_strdup(bench->arena, document.id);
    GOOD(spool_write_document(&bench->warehouse, &document, &bench->error));
    GOOD(ledger_add(bench->db, "document", review.id, review.batch, "understood", &bench->error));
    GOOD(db_do(bench->db, &bench->error,
               "UPDATE ledger SET held = 1, why = 'no date' WHERE kind = 'document'", ""));
    GOOD(db_do(bench->db, &bench->error,
               "UPDATE ledger SET state = 'read', document = ? WHERE kind = 'page'", "s",
               review.id));
    return review;
}

static struct document as_written(const struct review *review)
{
    struct bench *bench = review->bench;
    struct document document;
    GOOD(spool_read_document(&bench->warehouse, review->batch, review->id, bench->arena, &document,
                             &bench->error));
    return document;
}

static enum status correct(const struct review *review, enum field_id field, const char *value)
{
    struct bench *bench = review->bench;
    return review_correct(&bench->warehouse, bench->db, review->id, field, value, ACTOR,
                          &bench->error);
}

static enum status approve(const struct review *review)
{
    struct bench *bench = review->bench;
    return review_approve(&bench->warehouse, bench->db, review->id, ACTOR, &bench->error);
}

static enum status send_back(const struct review *review, const char *id)
{
    struct bench *bench = review->bench;
    return review_send_back(&bench->warehouse, bench->db, id, ACTOR, &bench->error);
}

static void hold_page(const struct review *review, const char *page)
{
    struct bench *bench = review->bench;
    GOOD(db_do(bench->db, &bench->error,
               "UPDATE ledger SET state = 'inspected', held = 1, why = 'it is torn' WHERE id = ?",
               "s", spool_page_id(bench->arena, review->batch, page)));
}

static const char *page_state(const struct review *review, const char *page)
{
    return bench_state(review->bench, "page",
                       spool_page_id(review->bench->arena, review->batch, page));
}

static int64_t leases(struct bench *bench)
{
    return bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE owner <> '' AND kind <> 'batch'");
}

/* ---------------------------------------------------------------- the policy */

static enum status judge(struct bench *bench, const struct document *document,
                         const struct words *first)
{
    const struct words *words[2] = {first, NULL};
    bench->error.text[0] = '\0';
    return policy_judge(&bench->warehouse, document, words, NULL, &bench->error);
}

static void certain_document_needs_nobody(void **state)
{
    struct bench *bench = *state;
    struct document document = certain(bench, "b");
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
    document.fields[FIELD_OWNER] = (struct field){0}; /* its number finds it */
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
}

static void what_is_missing_or_doubtful_is_named_without_its_value(void **state)
{
    struct bench *bench = *state;
    struct document document = certain(bench, "b");
    document.fields[FIELD_NUMBER] = (struct field){0};
    document.fields[FIELD_OWNER].confidence = 0.2;
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, field_label(FIELD_OWNER)));
    assert_null(strstr(bench->error.text, "Trần"));
    document.fields[FIELD_OWNER].source = SOURCE_PERSON;
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
    document.fields[FIELD_TYPE].doubt = "two types fit";
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, field_label(FIELD_TYPE)));
}

static void page_that_may_be_upside_down_is_doubtful(void **state)
{
    struct bench *bench = *state;
    struct document document = certain(bench, "b");
    struct line line = {0};
    struct words words = {.turn_confidence = 0.1, .lines = &line, .line_count = 1};
    assert_int_equal(judge(bench, &document, &words), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "0001-1"));
    words.turn_confidence = 0.9;
    assert_int_equal(judge(bench, &document, &words), STATUS_OK);
}

static void a_text_that_could_hardly_be_read_is_doubtful(void **state)
{
    struct bench *bench = *state;
    struct document document = certain(bench, "b");
    document.word_count = 100;
    document.doubtful_words = 15; /* ocr.doubt_words */
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
    document.doubtful_words = 16;
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "16 of 100"));
    document.word_count = document.doubtful_words = 3; /* so few say nothing */
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
}

static void a_document_shorter_than_the_count_is_doubtful(void **state)
{
    struct bench *bench = *state;
    struct batch batch = {.source = "scanner",
                          .device = "",
                          .profile = "",
                          .operator_name = "",
                          .box_code = "",
                          .shelf = "",
                          .separate = SEPARATE_COUNT,
                          .separate_count = 2};
    GOOD(pipeline_open_batch(&bench->warehouse, bench->db, &batch, bench->arena, &bench->error));
    struct document document = certain(bench, batch.id); /* two sides of one sheet */
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "sheets in it: 1, counted for each document: 2"));
    document.pages[1].name = "0002-1";
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
    bench->warehouse.pipeline.review = REVIEW_NONE;
    document.page_count = 1;
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
}

static void policy_all_asks_always_and_none_only_for_unread_pages(void **state)
{
    struct bench *bench = *state;
    struct document document = certain(bench, "b");
    bench->warehouse.pipeline.review = REVIEW_ALL;
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    bench->warehouse.pipeline.review = REVIEW_NONE;
    document.fields[FIELD_DATE] = (struct field){0};
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
    document.pages[1].held = "it is torn";
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "it is torn"));
}

static struct document with_act(struct bench *bench, struct document document, const char *what)
{
    document_add_act(
        &document, bench->arena,
        &(struct document_act){.at = "2026-11-22T14:05:09+07:00", .actor = "x", .what = what});
    return document;
}

static void what_was_held_stays_to_be_approved_by_a_person(void **state)
{
    struct bench *bench = *state;
    struct document document = with_act(bench, certain(bench, "b"), "hold");
    static const int policies[] = {REVIEW_DOUBTFUL, REVIEW_ALL, REVIEW_NONE};
    for (int i = 0; i < 3; i++) {
        bench->warehouse.pipeline.review = policies[i];
        assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
        assert_non_null(
            strstr(bench->error.text, policies[i] == REVIEW_ALL ? "Every" : "approve it"));
    }
    document = with_act(bench, document, "send_back");
    assert_int_equal(judge(bench, &document, NULL), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "Sent back"));
    assert_true(policy_awaits_approval(&document));
    document = with_act(bench, document, "approve");
    assert_false(policy_awaits_approval(&document));
    assert_int_equal(judge(bench, &document, NULL), STATUS_OK);
}

/* ---------------------------------------------------------------- looking */

static void held_things_are_listed_oldest_first(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    struct held_item *items = NULL;
    size_t count = 0;
    hold_page(&review, "0001-2");
    db_run(bench->db, "UPDATE ledger SET since = '2020-01-01T00:00:00+07:00' WHERE kind = 'page'",
           NULL);
    GOOD(review_list(&bench->warehouse, bench->db, bench->arena, &items, &count, &bench->error));
    assert_int_equal(count, 2);
    assert_string_equal(items[0].kind, "page");
    assert_string_equal(items[0].why, "it is torn");
    assert_true(file_exists(items[0].path));
    assert_string_equal(items[1].kind, "document");
    assert_string_equal(items[1].id, review.id);
    assert_string_equal(items[1].state, "understood");
    assert_true(file_exists(items[1].path));
}

static void document_is_shown_with_its_reason(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    struct document document;
    const char *why = NULL, *path = NULL;
    GOOD(review_document(&bench->warehouse, bench->db, review.id, bench->arena, &document, &why,
                         &path, &bench->error));
    assert_string_equal(why, "no date");
    assert_string_equal(document.fields[FIELD_OWNER].value, "Trần Thị Thử");
    assert_true(file_is_folder(path));
    assert_int_equal(review_document(&bench->warehouse, bench->db, "no-such-id", bench->arena,
                                     &document, &why, &path, &bench->error),
                     STATUS_REJECT);
}

/* ---------------------------------------------------------------- acting */

static void correction_is_recorded_and_the_document_waits_on(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    GOOD(correct(&review, FIELD_DATE, "02/03/2009"));
    struct document document = as_written(&review);
    assert_string_equal(document.fields[FIELD_DATE].value, "2009-03-02");
    assert_int_equal(document.fields[FIELD_DATE].source, SOURCE_PERSON);
    assert_int_equal(document.act_count, 1);
    assert_string_equal(document.acts[0].what, "correct");
    assert_string_equal(document.acts[0].actor, ACTOR);
    assert_string_equal(document.acts[0].field, "date");
    assert_string_equal(document.acts[0].to, "2009-03-02");
    assert_int_equal(strlen(document.acts[0].at), 25);
    assert_string_equal(bench_state(bench, "document", review.id), "understood held");
    assert_non_null(strstr(bench_why(bench, review.id), "approve"));
    assert_int_equal(leases(bench), 0);
}

static void wrong_correction_changes_nothing(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    assert_int_equal(correct(&review, FIELD_DATE, "31/6/2025"), STATUS_REJECT);
    struct document document = as_written(&review);
    assert_null(document.fields[FIELD_DATE].value);
    assert_int_equal(document.act_count, 0);
    assert_string_equal(bench_why(bench, review.id), "no date");
    assert_int_equal(leases(bench), 0);
}

static void approved_document_goes_on_in_the_name_of_who_approved(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    hold_page(&review, "0001-2");
    GOOD(approve(&review));
    struct document document = as_written(&review);
    assert_string_equal(document.approved_by, ACTOR);
    assert_string_equal(document.acts[0].what, "approve");
    assert_string_equal(bench_state(bench, "document", review.id), "approved");
    assert_string_equal(page_state(&review, "0001-2"), "read"); /* it stays unread */
    assert_int_equal(leases(bench), 0);
    assert_int_equal(approve(&review), STATUS_REJECT);
    assert_int_equal(bench_number(bench, "SELECT COUNT(*) FROM ledger WHERE held = 1"), 0);
}

static void document_sent_back_is_understood_again_with_its_held_pages(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    hold_page(&review, "0001-2");
    GOOD(send_back(&review, review.id));
    assert_string_equal(bench_state(bench, "document", review.id), "formed");
    assert_string_equal(page_state(&review, "0001-1"), "read");
    assert_string_equal(page_state(&review, "0001-2"), "inspected");
    assert_string_equal(as_written(&review).acts[0].what, "send_back");
}

static void page_sent_back_is_read_again_and_its_document_waits_for_it(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    struct ledger *ledger = NULL;
    struct task task;
    GOOD(send_back(&review, spool_page_id(bench->arena, review.batch, "0001-1")));
    assert_string_equal(page_state(&review, "0001-1"), "inspected");
    assert_string_equal(bench_state(bench, "document", review.id), "formed");
    GOOD(ledger_open(bench->db, &pipeline_table, 3, 60, &ledger, &bench->error));
    GOOD(ledger_claim(ledger, "w", ledger_now() + 1000, bench->arena, &task, &bench->error));
    assert_string_equal(task.kind, "page");
    assert_int_equal(
        ledger_claim(ledger, "w", ledger_now() + 1000, bench->arena, &task, &bench->error),
        STATUS_END);
    ledger_close(ledger);
}

static void page_without_a_document_is_tried_again(void **state)
{
    struct bench *bench = *state;
    struct review review = {.bench = bench, .batch = bench_batch(bench, "files", "")};
    bench_take(bench, review.batch, "0001-1");
    hold_page(&review, "0001-1");
    GOOD(send_back(&review, spool_page_id(bench->arena, review.batch, "0001-1")));
    assert_string_equal(page_state(&review, "0001-1"), "inspected");
    assert_int_equal(send_back(&review, spool_page_id(bench->arena, review.batch, "0001-1")),
                     STATUS_REJECT); /* it is not held any more */
}

static void unsigned_document_is_packed_again_with_another_moment(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    struct document document = as_written(&review);
    document.signed_at = "2020-01-01T00:00:00+07:00";
    GOOD(spool_write_document(&bench->warehouse, &document, &bench->error));
    db_run(bench->db, "UPDATE ledger SET state = 'packed' WHERE kind = 'document'", NULL);
    GOOD(send_back(&review, review.id));
    assert_string_equal(bench_state(bench, "document", review.id), "approved");
    assert_null(as_written(&review).signed_at);
}

static void later_document_is_tried_again_from_where_it_stopped(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    db_run(bench->db, "UPDATE ledger SET state = 'signed', tries = 3 WHERE kind = 'document'",
           NULL);
    GOOD(send_back(&review, review.id));
    assert_string_equal(bench_state(bench, "document", review.id), "signed");
    assert_int_equal(bench_number(bench, "SELECT tries FROM ledger WHERE kind = 'document'"), 0);
    assert_int_equal(send_back(&review, review.id), STATUS_REJECT);
}

static void stored_document_is_not_changed_any_more(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    db_run(bench->db, "UPDATE ledger SET state = 'indexed', held = 0 WHERE kind = 'document'",
           NULL);
    assert_int_equal(correct(&review, FIELD_OWNER, "Lê Văn Khác"), STATUS_REJECT);
    assert_int_equal(approve(&review), STATUS_REJECT);
    assert_int_equal(send_back(&review, review.id), STATUS_REJECT);
    assert_string_equal(as_written(&review).fields[FIELD_OWNER].value, "Trần Thị Thử");
    assert_int_equal(leases(bench), 0);
}

static void document_in_a_workers_hand_is_not_touched(void **state)
{
    struct bench *bench = *state;
    struct review review = held_document(bench);
    GOOD(db_do(bench->db, &bench->error,
               "UPDATE ledger SET held = 0, owner = 'w', lease_until = ? WHERE kind = 'document'",
               "i", ledger_now() + 60000));
    assert_int_equal(correct(&review, FIELD_OWNER, "Lê Văn Khác"), STATUS_RETRY);
    assert_int_equal(approve(&review), STATUS_RETRY);
    assert_string_equal(as_written(&review).fields[FIELD_OWNER].value, "Trần Thị Thử");
}

static void unknown_id_is_told(void **state)
{
    struct bench *bench = *state;
    struct review review = {.bench = bench, .id = "no-such-document"};
    assert_int_equal(approve(&review), STATUS_REJECT);
    assert_non_null(strstr(bench->error.text, "no-such-document"));
    assert_int_equal(send_back(&review, "b/no-such-page"), STATUS_REJECT);
    assert_int_equal(send_back(&review, "no-such-document"), STATUS_REJECT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, bench_set_up, bench_tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(certain_document_needs_nobody),
        TEST(what_is_missing_or_doubtful_is_named_without_its_value),
        TEST(page_that_may_be_upside_down_is_doubtful),
        TEST(a_text_that_could_hardly_be_read_is_doubtful),
        TEST(a_document_shorter_than_the_count_is_doubtful),
        TEST(policy_all_asks_always_and_none_only_for_unread_pages),
        TEST(what_was_held_stays_to_be_approved_by_a_person),
        TEST(held_things_are_listed_oldest_first),
        TEST(document_is_shown_with_its_reason),
        TEST(correction_is_recorded_and_the_document_waits_on),
        TEST(wrong_correction_changes_nothing),
        TEST(approved_document_goes_on_in_the_name_of_who_approved),
        TEST(document_sent_back_is_understood_again_with_its_held_pages),
        TEST(page_sent_back_is_read_again_and_its_document_waits_for_it),
        TEST(page_without_a_document_is_tried_again),
        TEST(unsigned_document_is_packed_again_with_another_moment),
        TEST(later_document_is_tried_again_from_where_it_stopped),
        TEST(stored_document_is_not_changed_any_more),
        TEST(document_in_a_workers_hand_is_not_touched),
        TEST(unknown_id_is_told),
    };
    return cmocka_run_group_tests_name("pipeline_review", tests, NULL, NULL);
}
