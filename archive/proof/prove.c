/*
 * Raising the proofs of a signed PDF, each by an incremental update: a time-stamp over all there is
 * (B-T), the DSS (B-LT), a time-stamp over the DSS (B-LTA), and again and again for decades.
 */
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/sign/certificate.h"
#include "archive/sign/chain.h"
#include "archive/proof/dss.h"
#include "archive/sign/keys.h"
#include "archive/sign/room.h"
#include "archive/sign/signature.h"
#include "archive/proof/timestamp.h"
#include "archive/pdf/update.h"
#include "core/file.h"
#include "core/message.h"

struct prover {
    const struct archive_settings *settings; /* own */
    struct archive_settings own;
    double timeout_s; /* of the settings */
    X509_STORE *roots;
    struct revocation *revocation;
    struct rest *rest; /* authorities that do not answer */
};

enum status prover_open(const struct archive_settings *settings, struct prover **out,
                        struct error *error)
{
    struct prover *prover = memory_new(sizeof *prover);
    prover->own = *settings;
    prover->settings = &prover->own;
    prover->timeout_s = settings->tsa_timeout_s;
    prover->rest = rest_new();
    prover->revocation = revocation_new(settings->tsa_timeout_s, prover->rest);
    enum status status = chain_roots(archive_roots(settings), &prover->roots, error);
    if (status == STATUS_OK && !prover->roots)
        status = timestamp_no_roots(error);
    if (status == STATUS_OK)
        *out = prover;
    else
        prover_close(prover);
    return status;
}

void prover_close(struct prover *prover)
{
    if (!prover)
        return;
    X509_STORE_free(prover->roots);
    revocation_free(prover->revocation);
    rest_free(prover->rest);
    free(prover);
}

void prover_try(struct prover *prover, int tries)
{
    double wait_s = prover->timeout_s;
    for (int i = 1; i < tries && wait_s < prover->own.tsa_patience_s; i++)
        wait_s *= 2;
    if (wait_s > prover->own.tsa_patience_s && wait_s > prover->timeout_s)
        wait_s = prover->own.tsa_patience_s;
    prover->own.tsa_timeout_s = wait_s;
}

enum status prover_rests(const struct prover *prover, struct error *error)
{
    return timestamp_rests(prover->settings, prover->rest, error);
}

/* ---------------------------------------------------------------- one update each */

static enum status make_token(void *context, const uint8_t *digest, size_t size,
                              struct buffer *blob, struct error *error)
{
    const struct prover *prover = context;
    enum hash_kind kind = prover->settings->digest;
    (void)size;
    return timestamp_get(prover->settings, prover->rest, prover->revocation, kind, digest, blob,
                         error);
}

static enum status add_stamp(struct prover *prover, const char *from, const char *to,
                             struct error *error)
{
    struct update *update = NULL;
    struct file_writer *writer = NULL;
    struct buffer body = {0};
    enum status status = update_open(from, &update, error);
    if (status != STATUS_OK)
        return status;
    int64_t value = update_number(update);
    buffer_text(&body, "<< /Type /DocTimeStamp /Filter /Adobe.PPKLite /SubFilter /ETSI.RFC3161 ");
    room_keys(&body);
    buffer_text(&body, " >>");
    update_put(update, value, &body);
    buffer_clear(&body);
    status = update_add_field(update, "Timestamp", value, error);
    if (status == STATUS_OK)
        status = file_create(to, &writer, error);
    if (status == STATUS_OK) {
        update_write(update, file_stream(writer));
        enum hash_kind kind = prover->settings->digest;
        status = room_commit(writer, from, kind, make_token, prover, error);
    }
    update_close(update);
    return status;
}

static enum status add_dss(struct prover *prover, const char *from, const char *to,
                           struct error *error)
{
    struct dss dss = {0};
    struct update *update = NULL;
    struct file_writer *writer = NULL;
    enum status status = dss_collect(from, prover->roots, prover->revocation, &dss, error);
    if (status == STATUS_OK)
        status = update_open(from, &update, error);
    if (status == STATUS_OK)
        status = dss_add(update, &dss, error);
    if (status == STATUS_OK)
        status = file_create(to, &writer, error);
    if (status == STATUS_OK) {
        update_write(update, file_stream(writer));
        status = file_commit(writer, error);
    }
    update_close(update);
    dss_clear(&dss);
    return status;
}

/* ---------------------------------------------------------------- as far as it goes */

static void keep_first(void *context, const char *sentence)
{
    char *kept = context;
    if (!kept[0])
        snprintf(kept, 300, "%s", sentence);
}

/* Proofs are added only to what holds: a time-stamp over a broken signature would mislead. */
static enum status judge(struct prover *prover, const char *path, struct archive_verdict *verdict,
                         struct error *error)
{
    char fault[300] = "";
    enum status status =
        signature_check(path, archive_roots(prover->settings), verdict, keep_first, fault, error);
    if (status == STATUS_OK && verdict->signatures == 0)
        return error_set(error, STATUS_REJECT, _("%s is not signed."), file_name(path));
    if (status == STATUS_REJECT)
        return error_set(error, status, _("%s cannot be given proofs: %s"), file_name(path), fault);
    return status;
}

enum status archive_prove(struct prover *prover, const char *from, const char *to,
                          enum archive_level target, enum archive_level *reached, bool *wrote,
                          struct error *error)
{
    struct archive_verdict verdict;
    *wrote = false;
    enum status status = judge(prover, from, &verdict, error);
    *reached = verdict.level;
    while (status == STATUS_OK && *reached < target) {
        const char *source = *wrote ? to : from;
        status = *reached == ARCHIVE_B_T ? add_dss(prover, source, to, error)
                                         : add_stamp(prover, source, to, error);
        if (status != STATUS_OK)
            break;
        *wrote = true;
        enum archive_level before = *reached;
        status = judge(prover, to, &verdict, error);
        *reached = verdict.level;
        if (status == STATUS_OK && *reached <= before)
            status = error_set(error, STATUS_REJECT,
                               _("The authorities' answers do not prove every certificate of %s: "
                                 "its level cannot be raised."),
                               file_name(to));
    }
    return status;
}

enum status archive_renew(struct prover *prover, const char *from, const char *to,
                          struct error *error)
{
    struct archive_verdict verdict;
    enum status status = judge(prover, from, &verdict, error);
    if (status == STATUS_OK)
        status = add_dss(prover, from, to, error);
    if (status == STATUS_OK)
        status = add_stamp(prover, to, to, error);
    return status;
}

/* ---------------------------------------------------------------- the signer's own certificate */

enum status signer_check(struct prover *prover, const struct signer *signer, struct error *error)
{
    STACK_OF(X509) *chain = NULL;
    struct proof proof = {.ocsp = false};
    char iso[26], who[150];
    time_t now = 0;
    file_now(iso);
    certificate_seconds(iso, &now);
    enum status status = certificate_check(signer->certificate, iso, error);
    if (status != STATUS_OK)
        return status;
    int code = chain_build(prover->roots, signer->certificate, signer->chain, now, &chain);
    certificate_name(X509_get_subject_name(signer->certificate), who, sizeof who);
    if (code != X509_V_OK)
        return error_set(error, STATUS_RETRY, _("The signer %s is not trusted: %s."), who,
                         chain_fault(code));
    for (int i = 0; i + 1 < sk_X509_num(chain) && status == STATUS_OK; i++) {
        status = revocation_ask(prover->revocation, sk_X509_value(chain, i),
                                sk_X509_value(chain, i + 1), &proof, error);
        buffer_clear(&proof.der);
        if (status == STATUS_END) /* names nobody that could be asked */
            status = STATUS_OK;
    }
    sk_X509_pop_free(chain, X509_free);
    return status;
}

bool signer_is_trusted(const struct archive_settings *settings, const struct signer *signer)
{
    struct prover *prover = NULL;
    char iso[26];
    time_t now = 0;
    if (!*archive_roots(settings) || prover_open(settings, &prover, NULL) != STATUS_OK)
        return false;
    file_now(iso);
    certificate_seconds(iso, &now);
    bool is =
        chain_build(prover->roots, signer->certificate, signer->chain, now, NULL) == X509_V_OK;
    prover_close(prover);
    return is;
}

const char *signer_not_asked(void)
{
    return _("no trusted roots are set ([archive] trust, trust_public, trust_government)");
}

enum status signer_ask(const struct archive_settings *settings, const struct signer *signer,
                       struct error *warning, struct error *error)
{
    struct prover *prover = NULL;
    struct error why = {""};
    *warning = why;
    if (!*archive_roots(settings)) {
        error_set(warning, STATUS_RETRY, "%s", signer_not_asked());
        return STATUS_OK;
    }
    enum status status = prover_open(settings, &prover, error);
    if (status != STATUS_OK)
        return status;
    status = signer_check(prover, signer, &why);
    prover_close(prover);
    if (status == STATUS_RETRY)
        *warning = why;
    else if (status != STATUS_OK && error)
        *error = why;
    return status == STATUS_RETRY ? STATUS_OK : status;
}
