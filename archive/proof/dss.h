/*
 * The document security store (ETSI EN 319 142-1 5.4.2): what somebody needs to judge the
 * signatures of a PDF when their authorities are gone. Certificates of all chains, and for each of
 * them but the roots the proof that it was not revoked.
 */
#ifndef SOHOA_ARCHIVE_DSS_H
#define SOHOA_ARCHIVE_DSS_H

#include <openssl/x509.h>

#include "archive/proof/revocation.h"
#include "archive/pdf/update.h"

struct dss_list {
    struct buffer *items;
    size_t count, room;
};
struct dss {
    struct dss_list certificates, crls, ocsps; /* DER; none twice */
};
void dss_clear(struct dss *dss);

/* Everything about the signatures and time-stamps of path, asked for now. REJECT: one of the
 * certificates is revoked, or its chain does not end in roots; RETRY: an authority does not answer;
 * END: a certificate names nobody that could be asked, with the sentence. */
enum status dss_collect(const char *path, X509_STORE *roots, struct revocation *revocation,
                        struct dss *dss, struct error *error);
/* Puts what the file's DSS does not have yet into it, and the catalog's names for it. */
enum status dss_add(struct update *update, const struct dss *dss, struct error *error);

#endif
