#include "archive/cms.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/pkcs7.h>

#include "archive/certificate.h"
#include "core/message.h"

/* ---------------------------------------------------------------- writing */

/* The attribute that ties the signature to one certificate (RFC 5035). */
static bool add_signing_certificate(PKCS7_SIGNER_INFO *info, X509 *certificate)
{
    unsigned char *der = NULL;
    ASN1_STRING *sequence = NULL;
    bool done = false;
    ESS_SIGNING_CERT_V2 *value =
        OSSL_ESS_signing_cert_v2_new_init(EVP_sha256(), certificate, NULL, 1);
    int size = value ? i2d_ESS_SIGNING_CERT_V2(value, &der) : 0;
    if (size <= 0)
        goto end;
    sequence = ASN1_STRING_new();
    if (!sequence || !ASN1_STRING_set(sequence, der, size))
        goto end;
    done = PKCS7_add_signed_attribute(info, NID_id_smime_aa_signingCertificateV2, V_ASN1_SEQUENCE,
                                      sequence);
    if (done)
        sequence = NULL; /* belongs to info now */
end:
    ASN1_STRING_free(sequence);
    OPENSSL_free(der);
    ESS_SIGNING_CERT_V2_free(value);
    return done;
}

static int by_encoding(const X509 *const *a, const X509 *const *b)
{
    unsigned char *first = NULL, *second = NULL;
    int first_size = i2d_X509(*a, &first), second_size = i2d_X509(*b, &second);
    int least = first_size < second_size ? first_size : second_size;
    int order = least > 0 ? memcmp(first, second, (size_t)least) : 0;
    OPENSSL_free(first);
    OPENSSL_free(second);
    return order ? order : first_size - second_size;
}

/* Signer's and chain's certificates in the order that DER asks of a SET; PKCS7 does not sort. */
static bool add_certificates(PKCS7 *blob, const struct signer *signer)
{
    STACK_OF(X509) *all = sk_X509_new(by_encoding);
    bool done = all && sk_X509_push(all, signer->certificate);
    for (int i = 0; done && i < sk_X509_num(signer->chain); i++)
        if (X509_cmp(sk_X509_value(signer->chain, i), signer->certificate) != 0)
            done = sk_X509_push(all, sk_X509_value(signer->chain, i));
    sk_X509_sort(all);
    for (int i = 0; done && i < sk_X509_num(all); i++)
        done = PKCS7_add_certificate(blob, sk_X509_value(all, i));
    sk_X509_free(all);
    return done;
}

static bool fill(PKCS7 *blob, const struct signer *signer, const uint8_t digest[HASH_SIZE])
{
    if (!PKCS7_set_type(blob, NID_pkcs7_signed) || !PKCS7_content_new(blob, NID_pkcs7_data) ||
        !PKCS7_set_detached(blob, 1))
        return false;
    PKCS7_SIGNER_INFO *info =
        PKCS7_add_signature(blob, signer->certificate, signer->key, EVP_sha256());
    return info && add_certificates(blob, signer) &&
           PKCS7_add_signed_attribute(info, NID_pkcs9_contentType, V_ASN1_OBJECT,
                                      OBJ_nid2obj(NID_pkcs7_data)) &&
           PKCS7_add1_attrib_digest(info, digest, HASH_SIZE) &&
           add_signing_certificate(info, signer->certificate) && PKCS7_SIGNER_INFO_sign(info);
}

enum status cms_write(const struct signer *signer, const uint8_t digest[HASH_SIZE],
                      struct buffer *out, struct error *error)
{
    enum status status = STATUS_OK;
    unsigned char *der = NULL;
    PKCS7 *blob = PKCS7_new();
    ERR_clear_error();
    int size = blob && fill(blob, signer, digest) ? i2d_PKCS7(blob, &der) : 0;
    if (size > 0)
        buffer_add(out, der, (size_t)size);
    else
        status = error_set(error, STATUS_RETRY,
                           _("The key did not sign (%s): if it is a token, plug it in again."),
                           certificate_fault());
    OPENSSL_free(der);
    PKCS7_free(blob);
    return status;
}

/* ---------------------------------------------------------------- checking */

struct checking {
    void (*finding)(void *context, const char *sentence);
    void *context;
    bool good;
};

static void tell(struct checking *checking, const char *sentence)
{
    checking->good = false;
    checking->finding(checking->context, sentence);
}

static void check_content_type(CMS_SignerInfo *info, struct checking *checking)
{
    const ASN1_OBJECT *type =
        CMS_signed_get0_data_by_OBJ(info, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT);
    if (!type || OBJ_obj2nid(type) != NID_pkcs7_data)
        tell(checking, _("The signature does not say what kind of content it signs."));
}

static void check_digest(CMS_SignerInfo *info, const uint8_t digest[HASH_SIZE],
                         struct checking *checking)
{
    X509_ALGOR *algorithm = NULL;
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &algorithm, NULL);
    const ASN1_OBJECT *object = NULL;
    X509_ALGOR_get0(&object, NULL, NULL, algorithm);
    int nid = OBJ_obj2nid(object);
    if (nid != NID_sha256) {
        char sentence[200];
        snprintf(sentence, sizeof sentence,
                 nid == NID_sha1 || nid == NID_md5
                     ? _("The signature uses an old digest algorithm (%s).")
                     : _("The signature uses a digest algorithm that is not judged here (%s)."),
                 OBJ_nid2sn(nid));
        tell(checking, sentence);
        return;
    }
    const ASN1_OCTET_STRING *signed_digest = CMS_signed_get0_data_by_OBJ(
        info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
    if (!signed_digest || ASN1_STRING_length(signed_digest) != HASH_SIZE ||
        memcmp(ASN1_STRING_get0_data(signed_digest), digest, HASH_SIZE) != 0)
        tell(checking, _("The document was changed after it was signed: its digest is not the one "
                         "that was signed."));
}

/* Does signingCertificateV2 name this certificate as the first? */
static bool names_certificate(CMS_SignerInfo *info, X509 *certificate)
{
    const ASN1_STRING *value = CMS_signed_get0_data_by_OBJ(
        info, OBJ_nid2obj(NID_id_smime_aa_signingCertificateV2), -3, V_ASN1_SEQUENCE);
    if (!value)
        return false;
    const unsigned char *at = ASN1_STRING_get0_data(value);
    const unsigned char *end = at + ASN1_STRING_length(value);
    ESS_SIGNING_CERT_V2 *named = d2i_ESS_SIGNING_CERT_V2(NULL, &at, end - at);
    STACK_OF(X509) *chain = sk_X509_new_null();
    bool good = named && at == end && chain && sk_X509_push(chain, certificate) &&
                OSSL_ESS_check_signing_certs(NULL, named, chain, 0) == 1;
    sk_X509_free(chain);
    ESS_SIGNING_CERT_V2_free(named);
    return good;
}

/* The certificate that issuer and serial number of the signer info point to. */
static X509 *find_certificate(CMS_SignerInfo *info, STACK_OF(X509) * certificates)
{
    for (int i = 0; i < sk_X509_num(certificates); i++)
        if (CMS_SignerInfo_cert_cmp(info, sk_X509_value(certificates, i)) == 0)
            return sk_X509_value(certificates, i);
    return NULL;
}

static void check_signer(CMS_SignerInfo *info, const uint8_t digest[HASH_SIZE],
                         struct cms_reading *reading, struct checking *checking)
{
    check_content_type(info, checking);
    check_digest(info, digest, checking);
    X509 *certificate = find_certificate(info, reading->others);
    if (!certificate) {
        tell(checking, _("The signer's certificate is not in the signature."));
        return;
    }
    X509_up_ref(certificate);
    reading->certificate = certificate;
    CMS_SignerInfo_set1_signer_cert(info, certificate);
    if (CMS_SignerInfo_verify(info) != 1)
        tell(checking,
             _("The signature was not made by the key of its certificate, or was changed."));
    if (!names_certificate(info, certificate))
        tell(checking, _("The signature does not name its certificate (signingCertificateV2), or "
                         "names another one."));
}

static bool plain_algorithm(const X509_ALGOR *algorithm)
{
    const ASN1_OBJECT *object = NULL;
    int kind = V_ASN1_UNDEF;
    X509_ALGOR_get0(&object, &kind, NULL, algorithm);
    return kind == V_ASN1_UNDEF || kind == V_ASN1_NULL || kind == V_ASN1_SEQUENCE;
}

/* Version numbers and algorithm lists outside the signed attributes: nothing signs them, so they
 * are held against the one value they can have. A signer named by key identifier (version 3) cannot
 * be read through PKCS7 and is let pass. */
static bool frame_is_sound(const uint8_t *bytes, size_t size)
{
    const unsigned char *at = bytes;
    PKCS7 *frame = d2i_PKCS7(NULL, &at, (long)size);
    bool sound = true;
    if (frame && PKCS7_type_is_signed(frame)) {
        const PKCS7_SIGNED *body = frame->d.sign;
        sound = ASN1_INTEGER_get(body->version) == 1 && sk_X509_ALGOR_num(body->md_algs) == 1;
        for (int i = 0; sound && i < sk_PKCS7_SIGNER_INFO_num(body->signer_info); i++) {
            PKCS7_SIGNER_INFO *info = sk_PKCS7_SIGNER_INFO_value(body->signer_info, i);
            const X509_ALGOR *listed = sk_X509_ALGOR_value(body->md_algs, 0);
            sound = ASN1_INTEGER_get(info->version) == 1 &&
                    X509_ALGOR_cmp(listed, info->digest_alg) == 0 &&
                    plain_algorithm(info->digest_alg) && plain_algorithm(info->digest_enc_alg);
        }
    }
    PKCS7_free(frame);
    return sound;
}

/* Every byte of the blob must be as DER has it: else some could be changed without a trace. */
static bool is_canonical(CMS_ContentInfo *blob, const uint8_t *bytes, size_t size)
{
    unsigned char *again = NULL;
    int length = i2d_CMS_ContentInfo(blob, &again);
    bool same = length > 0 && (size_t)length == size && memcmp(again, bytes, size) == 0;
    OPENSSL_free(again);
    return same;
}

bool cms_check(const uint8_t *bytes, size_t size, const uint8_t digest[HASH_SIZE],
               struct cms_reading *reading, void (*finding)(void *context, const char *sentence),
               void *context)
{
    struct checking checking = {.finding = finding, .context = context, .good = true};
    memset(reading, 0, sizeof *reading);
    const unsigned char *at = bytes;
    CMS_ContentInfo *blob = d2i_CMS_ContentInfo(NULL, &at, (long)size);
    STACK_OF(CMS_SignerInfo) *signers = NULL;
    if (!blob || OBJ_obj2nid(CMS_get0_type(blob)) != NID_pkcs7_signed) {
        tell(&checking, _("The signature is not readable: it is damaged or of another kind."));
        goto end;
    }
    reading->size = (size_t)(at - bytes);
    if (!is_canonical(blob, bytes, reading->size) || !frame_is_sound(bytes, reading->size))
        tell(&checking, _("The signature is not encoded as it must be (DER)."));
    if (CMS_is_detached(blob) != 1 || OBJ_obj2nid(CMS_get0_eContentType(blob)) != NID_pkcs7_data)
        tell(&checking, _("The signature brings its own content instead of signing the document."));
    reading->others = CMS_get1_certs(blob);
    signers = CMS_get0_SignerInfos(blob);
    if (sk_CMS_SignerInfo_num(signers) != 1)
        tell(&checking, _("The signature must have exactly one signer."));
    else
        check_signer(sk_CMS_SignerInfo_value(signers, 0), digest, reading, &checking);
end:
    CMS_ContentInfo_free(blob);
    ERR_clear_error();
    return checking.good;
}

void cms_reading_clear(struct cms_reading *reading)
{
    X509_free(reading->certificate);
    sk_X509_pop_free(reading->others, X509_free);
    memset(reading, 0, sizeof *reading);
}
