#include "archive/sign/cms.h"

#include <string.h>

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/ess.h>
#include <openssl/pkcs7.h>
#include <openssl/rsa.h>

#include "archive/sign/algorithm.h"
#include "archive/sign/certificate.h"
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

static const EVP_MD *digest_of(enum hash_kind kind)
{
    return kind == HASH_SHA512 ? EVP_sha512() : kind == HASH_SHA384 ? EVP_sha384() : EVP_sha256();
}

/* AlgorithmIdentifier of RSASSA-PSS (RFC 4055): one digest everywhere, a salt of its length. */
static bool set_pss(X509_ALGOR *algorithm, const EVP_MD *digest)
{
    bool done = false;
    ASN1_STRING *packed = NULL;
    RSA_PSS_PARAMS *parameters = RSA_PSS_PARAMS_new();
    X509_ALGOR *mask = X509_ALGOR_new();
    if (!parameters || !mask)
        goto end;
    parameters->hashAlgorithm = X509_ALGOR_new();
    parameters->saltLength = ASN1_INTEGER_new();
    if (!parameters->hashAlgorithm || !parameters->saltLength)
        goto end;
    X509_ALGOR_set_md(parameters->hashAlgorithm, digest);
    ASN1_INTEGER_set(parameters->saltLength, EVP_MD_get_size(digest));
    packed = ASN1_item_pack(parameters->hashAlgorithm, ASN1_ITEM_rptr(X509_ALGOR), NULL);
    if (!packed || !X509_ALGOR_set0(mask, OBJ_nid2obj(NID_mgf1), V_ASN1_SEQUENCE, packed))
        goto end;
    packed = NULL;
    parameters->maskGenAlgorithm = mask;
    mask = NULL;
    packed = ASN1_item_pack(parameters, ASN1_ITEM_rptr(RSA_PSS_PARAMS), NULL);
    done =
        packed && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_rsassaPss), V_ASN1_SEQUENCE, packed);
    if (done)
        packed = NULL;
end:
    ASN1_STRING_free(packed);
    X509_ALGOR_free(mask);
    RSA_PSS_PARAMS_free(parameters);
    return done;
}

/* PKCS7_SIGNER_INFO_sign knows no PSS: signs the DER of the attributes itself. */
static bool sign_pss(PKCS7_SIGNER_INFO *info, EVP_PKEY *key, const EVP_MD *digest)
{
    unsigned char *der = NULL, *signature = NULL;
    size_t room = 0;
    bool done = false;
    EVP_PKEY_CTX *rules = NULL;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    int size = ASN1_item_i2d((ASN1_VALUE *)info->auth_attr, &der, ASN1_ITEM_rptr(PKCS7_ATTR_SIGN));
    if (!context || size <= 0 || !set_pss(info->digest_enc_alg, digest) ||
        EVP_DigestSignInit(context, &rules, digest, NULL, key) != 1 ||
        EVP_PKEY_CTX_set_rsa_padding(rules, RSA_PKCS1_PSS_PADDING) != 1 ||
        EVP_PKEY_CTX_set_rsa_pss_saltlen(rules, RSA_PSS_SALTLEN_DIGEST) != 1 ||
        EVP_DigestSignUpdate(context, der, (size_t)size) != 1 ||
        EVP_DigestSignFinal(context, NULL, &room) != 1)
        goto end;
    signature = OPENSSL_malloc(room);
    if (!signature || EVP_DigestSignFinal(context, signature, &room) != 1)
        goto end;
    ASN1_STRING_set0(info->enc_digest, signature, (int)room);
    signature = NULL;
    done = true;
end:
    OPENSSL_free(signature);
    OPENSSL_free(der);
    EVP_MD_CTX_free(context);
    return done;
}

static PKCS7_SIGNER_INFO *fill(PKCS7 *blob, const struct signer *signer, const uint8_t *digest,
                               size_t size)
{
    const EVP_MD *kind = digest_of(signer->digest);
    bool pss = signer->pss && EVP_PKEY_get_base_id(signer->key) == EVP_PKEY_RSA;
    if (!PKCS7_set_type(blob, NID_pkcs7_signed) || !PKCS7_content_new(blob, NID_pkcs7_data) ||
        !PKCS7_set_detached(blob, 1))
        return NULL;
    PKCS7_SIGNER_INFO *info = PKCS7_add_signature(blob, signer->certificate, signer->key, kind);
    bool done = info && add_certificates(blob, signer) &&
                PKCS7_add_signed_attribute(info, NID_pkcs9_contentType, V_ASN1_OBJECT,
                                           OBJ_nid2obj(NID_pkcs7_data)) &&
                PKCS7_add1_attrib_digest(info, digest, (int)size) &&
                add_signing_certificate(info, signer->certificate) &&
                (pss ? sign_pss(info, signer->key, kind) : PKCS7_SIGNER_INFO_sign(info));
    return done ? info : NULL;
}

static enum status add_stamp(PKCS7_SIGNER_INFO *info, cms_stamp_fn *stamp, void *context,
                             struct error *error)
{
    struct buffer token = {0};
    ASN1_STRING *value = NULL;
    enum status status = stamp(context, ASN1_STRING_get0_data(info->enc_digest),
                               (size_t)ASN1_STRING_length(info->enc_digest), &token, error);
    if (status != STATUS_OK || token.size == 0)
        goto end;
    value = ASN1_STRING_new();
    if (value && ASN1_STRING_set(value, token.data, (int)token.size) &&
        PKCS7_add_attribute(info, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, value))
        value = NULL; /* belongs to info now */
    else
        status = error_set(error, STATUS_RETRY, _("The time-stamp could not be put in (%s)."),
                           certificate_fault());
end:
    ASN1_STRING_free(value);
    buffer_clear(&token);
    return status;
}

enum status cms_write(const struct signer *signer, const uint8_t *digest, size_t size,
                      cms_stamp_fn *stamp, void *context, struct buffer *out, struct error *error)
{
    enum status status = STATUS_OK;
    unsigned char *der = NULL;
    PKCS7 *blob = PKCS7_new();
    ERR_clear_error();
    PKCS7_SIGNER_INFO *info = blob ? fill(blob, signer, digest, size) : NULL;
    if (info && stamp)
        status = add_stamp(info, stamp, context, error);
    int length = info && status == STATUS_OK ? i2d_PKCS7(blob, &der) : 0;
    if (length > 0)
        buffer_add(out, der, (size_t)length);
    else if (status == STATUS_OK)
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
    bool good, plain;
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

static void check_digest(CMS_SignerInfo *info, enum hash_kind kind, const uint8_t *digest,
                         struct checking *checking)
{
    size_t size = hash_kind_size(kind);
    const ASN1_OCTET_STRING *signed_digest = CMS_signed_get0_data_by_OBJ(
        info, OBJ_nid2obj(NID_pkcs9_messageDigest), -3, V_ASN1_OCTET_STRING);
    if (!signed_digest || ASN1_STRING_length(signed_digest) != (int)size ||
        memcmp(ASN1_STRING_get0_data(signed_digest), digest, size) != 0)
        tell(checking, _("The document was changed after it was signed: its digest is not the one "
                         "that was signed."));
}

/* Nothing signs the unsigned attributes: only a time-stamp, which proves itself, may stand there.
 */
static void check_unsigned(CMS_SignerInfo *info, struct cms_reading *reading,
                           struct checking *checking)
{
    int count = CMS_unsigned_get_attr_count(info);
    for (int i = 0; i < count; i++) {
        X509_ATTRIBUTE *one = CMS_unsigned_get_attr(info, i);
        int nid = OBJ_obj2nid(X509_ATTRIBUTE_get0_object(one));
        const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(one, 0);
        if (nid != NID_id_smime_aa_timeStampToken && checking->plain)
            continue;
        if (nid != NID_id_smime_aa_timeStampToken || X509_ATTRIBUTE_count(one) != 1 ||
            reading->token.size || !value || value->type != V_ASN1_SEQUENCE) {
            tell(checking, _("The signature carries something beside itself that nobody signed."));
            return;
        }
        buffer_add(&reading->token, ASN1_STRING_get0_data(value->value.sequence),
                   (size_t)ASN1_STRING_length(value->value.sequence));
    }
    const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(info);
    buffer_add(&reading->signature, ASN1_STRING_get0_data(signature),
               (size_t)ASN1_STRING_length(signature));
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

static void check_signer(CMS_SignerInfo *info, enum hash_kind kind, const uint8_t *digest,
                         struct cms_reading *reading, struct checking *checking)
{
    X509_ALGOR *by = NULL, *algorithm = NULL;
    X509_NAME *issuer = NULL;
    check_content_type(info, checking);
    check_digest(info, kind, digest, checking);
    check_unsigned(info, reading, checking);
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
    CMS_SignerInfo_get0_algs(info, NULL, NULL, &by, &algorithm);
    CMS_SignerInfo_get0_signer_id(info, NULL, &issuer, NULL);
    if (!checking->plain && issuer && !certificate_is_issued_by(certificate, issuer))
        tell(checking, _("The signature is not encoded as it must be (DER)."));
    if (!algorithm_fits(algorithm, by, X509_get0_pubkey(certificate)))
        tell(checking, _("The signature names another algorithm than the one it was made by."));
    bool named = CMS_signed_get_attr_by_NID(info, NID_id_smime_aa_signingCertificateV2, -1) >= 0;
    if ((named || !checking->plain) && !names_certificate(info, certificate))
        tell(checking, _("The signature does not name its certificate (signingCertificateV2), or "
                         "names another one."));
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
                    algorithm_is_digest(info->digest_alg);
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

static const X509_ALGOR *digest_algorithm(CMS_SignerInfo *signer)
{
    X509_ALGOR *algorithm = NULL;
    CMS_SignerInfo_get0_algs(signer, NULL, NULL, &algorithm, NULL);
    return algorithm;
}

static int digest_nid(CMS_SignerInfo *signer)
{
    const ASN1_OBJECT *object = NULL;
    X509_ALGOR_get0(&object, NULL, NULL, digest_algorithm(signer));
    return OBJ_obj2nid(object);
}

bool cms_is_old(const uint8_t *bytes, size_t size)
{
    const unsigned char *at = bytes;
    CMS_ContentInfo *blob = d2i_CMS_ContentInfo(NULL, &at, (long)size);
    STACK_OF(CMS_SignerInfo) *signers = blob && OBJ_obj2nid(CMS_get0_type(blob)) == NID_pkcs7_signed
                                            ? CMS_get0_SignerInfos(blob)
                                            : NULL;
    bool old = false;
    for (int i = 0; i < sk_CMS_SignerInfo_num(signers); i++)
        old |= algorithm_is_old_digest(digest_algorithm(sk_CMS_SignerInfo_value(signers, i)));
    CMS_ContentInfo_free(blob);
    ERR_clear_error();
    return old;
}

bool cms_digest(const uint8_t *bytes, size_t size, enum hash_kind *kind,
                void (*finding)(void *context, const char *sentence), void *context)
{
    struct checking checking = {.finding = finding, .context = context, .good = true};
    const unsigned char *at = bytes;
    int nid = NID_undef;
    CMS_ContentInfo *blob = d2i_CMS_ContentInfo(NULL, &at, (long)size);
    STACK_OF(CMS_SignerInfo) *signers = blob ? CMS_get0_SignerInfos(blob) : NULL;
    if (!blob || OBJ_obj2nid(CMS_get0_type(blob)) != NID_pkcs7_signed) {
        tell(&checking, _("The signature is not readable: it is damaged or of another kind."));
    } else if (sk_CMS_SignerInfo_num(signers) != 1) {
        tell(&checking, _("The signature must have exactly one signer."));
    } else {
        nid = digest_nid(sk_CMS_SignerInfo_value(signers, 0));
        *kind = nid == NID_sha512 ? HASH_SHA512 : nid == NID_sha384 ? HASH_SHA384 : HASH_SHA256;
        if (nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512) {
            char sentence[200];
            snprintf(sentence, sizeof sentence,
                     nid == NID_sha1 || nid == NID_md5
                         ? _("The signature uses an old digest algorithm (%s).")
                         : _("The signature uses a digest algorithm that is not judged here (%s)."),
                     OBJ_nid2sn(nid));
            tell(&checking, sentence);
        }
    }
    CMS_ContentInfo_free(blob);
    ERR_clear_error();
    return checking.good;
}

bool cms_check(const uint8_t *bytes, size_t size, enum cms_profile profile, enum hash_kind kind,
               const uint8_t *digest, struct cms_reading *reading,
               void (*finding)(void *context, const char *sentence), void *context)
{
    struct checking checking = {
        .finding = finding, .context = context, .good = true, .plain = profile == CMS_PLAIN};
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
        check_signer(sk_CMS_SignerInfo_value(signers, 0), kind, digest, reading, &checking);
end:
    CMS_ContentInfo_free(blob);
    ERR_clear_error();
    return checking.good;
}

void cms_reading_clear(struct cms_reading *reading)
{
    X509_free(reading->certificate);
    sk_X509_pop_free(reading->others, X509_free);
    buffer_clear(&reading->signature);
    buffer_clear(&reading->token);
    memset(reading, 0, sizeof *reading);
}
