#include "archive/proof/dss.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/sign/cms.h"
#include "archive/sign/signature.h"
#include "archive/proof/timestamp.h"
#include "core/file.h"
#include "core/message.h"

#define PROOF_MAX (32 << 20)

static bool has(const struct dss_list *list, const void *bytes, size_t size)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].size == size && memcmp(list->items[i].data, bytes, size) == 0)
            return true;
    return false;
}

static void add(struct dss_list *list, const void *bytes, size_t size)
{
    if (has(list, bytes, size))
        return;
    if (list->count == list->room) {
        list->room = list->room ? 2 * list->room : 8;
        list->items = memory_resize(list->items, list->room * sizeof *list->items);
    }
    list->items[list->count] = (struct buffer){0};
    buffer_add(&list->items[list->count++], bytes, size);
}

static void clear_list(struct dss_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        buffer_clear(&list->items[i]);
    free(list->items);
    *list = (struct dss_list){0};
}

void dss_clear(struct dss *dss)
{
    clear_list(&dss->certificates);
    clear_list(&dss->crls);
    clear_list(&dss->ocsps);
}

/* ---------------------------------------------------------------- collecting */

struct collecting {
    X509_STORE *roots;
    struct revocation *revocation;
    struct dss *dss;
};

static void add_certificate(struct dss *dss, X509 *one)
{
    unsigned char *der = NULL;
    int size = i2d_X509(one, &der);
    if (size > 0)
        add(&dss->certificates, der, (size_t)size);
    OPENSSL_free(der);
}

static enum status add_proof(struct collecting *at, X509 *one, X509 *issuer, struct error *error)
{
    struct proof proof;
    char who[150];
    enum status status = revocation_ask(at->revocation, one, issuer, &proof, error);
    if (status == STATUS_OK)
        add(proof.ocsp ? &at->dss->ocsps : &at->dss->crls, proof.der.data, proof.der.size);
    buffer_clear(&proof.der);
    if (status != STATUS_END)
        return status;
    certificate_name(X509_get_subject_name(one), who, sizeof who);
    return error_set(error, STATUS_END,
                     _("The certificate of %s does not say where its revocation can be asked "
                       "about: level B-LT cannot be reached with it."),
                     who);
}

static enum status add_chain(struct collecting *at, X509 *one, STACK_OF(X509) * others,
                             struct error *error)
{
    STACK_OF(X509) *chain = NULL;
    enum status status = STATUS_OK;
    char iso[26], who[150];
    time_t now = 0;
    file_now(iso);
    certificate_seconds(iso, &now);
    certificate_name(X509_get_subject_name(one), who, sizeof who);
    bool over = X509_cmp_time(X509_get0_notAfter(one), &now) < 0;
    if (over) { /* it was fit when it was used: that, and its proofs, were judged before */
        certificate_time(X509_get0_notAfter(one), iso);
        certificate_seconds(iso, &now);
        now--;
    }
    int code = chain_build(at->roots, one, others, now, &chain);
    if (code != X509_V_OK)
        return error_set(error, STATUS_REJECT, _("The signer %s is not trusted: %s."), who,
                         chain_fault(code));
    int count = sk_X509_num(chain);
    for (int i = 0; i < count; i++)
        add_certificate(at->dss, sk_X509_value(chain, i));
    /* nobody answers for one that is over; what was answered before is in the file */
    for (int i = 0; i + 1 < count && !over && status == STATUS_OK; i++)
        status = add_proof(at, sk_X509_value(chain, i), sk_X509_value(chain, i + 1), error);
    sk_X509_pop_free(chain, X509_free);
    return status;
}

static void ignore(void *context, const char *sentence)
{
    (void)context;
    (void)sentence;
}

static enum status add_token(struct collecting *at, const uint8_t *bytes, size_t size,
                             struct error *error)
{
    struct timestamp_reading reading;
    uint8_t nothing[HASH_SIZE_MAX] = {0};
    enum status status = STATUS_OK;
    /* whether it holds was judged before; here its certificates are wanted */
    timestamp_check(bytes, size, HASH_SHA256, nothing, NULL, 0, &reading, ignore, NULL);
    if (reading.certificate)
        status = add_chain(at, reading.certificate, reading.others, error);
    timestamp_reading_clear(&reading);
    return status;
}

static enum status add_signature(void *context, const char *sub_filter, const uint8_t *bytes,
                                 size_t size, struct error *error)
{
    struct collecting *at = context;
    struct cms_reading reading;
    uint8_t nothing[HASH_SIZE_MAX] = {0};
    enum status status = STATUS_OK;
    if (strcmp(sub_filter, "ETSI.RFC3161") == 0)
        return add_token(at, bytes, size, error);
    cms_check(bytes, size, CMS_BASELINE, HASH_SHA256, nothing, &reading, ignore, NULL);
    if (reading.certificate)
        status = add_chain(at, reading.certificate, reading.others, error);
    if (status == STATUS_OK && reading.token.size)
        status = add_token(at, reading.token.data, reading.token.size, error);
    cms_reading_clear(&reading);
    return status;
}

enum status dss_collect(const char *path, X509_STORE *roots, struct revocation *revocation,
                        struct dss *dss, struct error *error)
{
    struct collecting at = {roots, revocation, dss};
    return signature_each(path, add_signature, &at, error);
}

/* ---------------------------------------------------------------- writing */

/* "/Certs [5 0 R 6 0 R ...]": what is there, and a new stream for each that is not. */
static void put_list(struct update *update, const struct pdf_value *dss, const char *key,
                     const struct dss_list *list, struct buffer *body)
{
    struct pdf_file *file = update_file(update);
    const struct pdf_value *there = pdf_get(file, dss, key);
    struct dss_list known = {0};
    size_t count = 0;
    for (size_t i = 0; there->kind == PDF_ARRAY && i < there->size; i++) {
        struct buffer bytes = {0};
        if (pdf_stream_decoded(file, pdf_resolve(file, &there->items[i]), PROOF_MAX, &bytes))
            add(&known, bytes.data, bytes.size);
        buffer_clear(&bytes);
        buffer_printf(body, count++ ? " " : " /%s [", key);
        update_value(body, &there->items[i]);
    }
    for (size_t i = 0; i < list->count; i++) {
        if (has(&known, list->items[i].data, list->items[i].size))
            continue;
        int64_t number = update_number(update);
        update_put_stream(update, number, list->items[i].data, list->items[i].size);
        buffer_printf(body, count++ ? " " : " /%s [", key);
        buffer_printf(body, "%" PRId64 " 0 R", number);
    }
    if (count)
        buffer_text(body, "]");
    clear_list(&known);
}

enum status dss_add(struct update *update, const struct dss *dss, struct error *error)
{
    static const char *const ours[] = {"Certs", "CRLs", "OCSPs", NULL};
    static const char *const catalog_keys[] = {"DSS", "Extensions", NULL};
    static const char *const extension[] = {"ESIC", NULL};
    struct pdf_file *file = update_file(update);
    struct buffer body = {0};
    int64_t catalog_number = 0;
    enum status status = update_catalog(update, &catalog_number, error);
    if (status != STATUS_OK)
        return status;
    const struct pdf_value *catalog = pdf_object_at(file, catalog_number);
    const struct pdf_value *raw = pdf_raw(catalog, "DSS");
    const struct pdf_value *there = pdf_resolve(file, raw);
    int64_t number = raw->kind == PDF_REF ? raw->number : update_number(update);
    update_dictionary(&body, there, ours);
    put_list(update, there, "Certs", &dss->certificates, &body);
    put_list(update, there, "CRLs", &dss->crls, &body);
    put_list(update, there, "OCSPs", &dss->ocsps, &body);
    buffer_text(&body, " >>");
    update_put(update, number, &body);
    buffer_clear(&body);
    if (raw->kind != PDF_REF) {
        update_dictionary(&body, catalog, catalog_keys);
        buffer_printf(&body, " /DSS %" PRId64 " 0 R /Extensions ", number);
        update_dictionary(&body, pdf_get(file, catalog, "Extensions"), extension);
        buffer_text(&body, " /ESIC << /BaseVersion /1.7 /ExtensionLevel 1 >> >> >>");
        update_put(update, catalog_number, &body);
        buffer_clear(&body);
    }
    return STATUS_OK;
}
