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
