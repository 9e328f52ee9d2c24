#include <stdio.h>

#include "archive/sign/certificate.h"
#include "archive/sign/signature_parts.h"

static const char *name_of(struct arena *arena, const X509_NAME *from,
                           void (*get)(const X509_NAME *name, char *out, size_t size))
{
    char name[256] = "";
    get(from, name, sizeof name);
    return arena_strdup(arena, name);
}

void signature_describe(struct archive_signature *one, struct arena *arena, X509 *certificate,
                        const char *signed_at)
{
    const X509_NAME *subject = X509_get_subject_name(certificate);
    one->signer = name_of(arena, subject, certificate_name);
    one->issuer = name_of(arena, X509_get_issuer_name(certificate), certificate_name);
    one->organization = name_of(arena, subject, certificate_organization);
    one->signed_at = arena_strdup(arena, signed_at);
    certificate_time(X509_get0_notBefore(certificate), one->certificate_from);
    certificate_time(X509_get0_notAfter(certificate), one->certificate_until);
}

void signature_describe_last(struct archive_verdict *verdict, const struct archive_signature *one,
                             X509 *certificate)
{
    snprintf(verdict->signer, sizeof verdict->signer, "%s", one->signer);
    snprintf(verdict->issuer, sizeof verdict->issuer, "%s", one->issuer);
    snprintf(verdict->organization, sizeof verdict->organization, "%s", one->organization);
    snprintf(verdict->signed_at, sizeof verdict->signed_at, "%s", one->signed_at);
    certificate_time(X509_get0_notBefore(certificate), verdict->certificate_from);
    certificate_time(X509_get0_notAfter(certificate), verdict->certificate_until);
}
