#include "archive/sign/algorithm.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

static int nid_of(const X509_ALGOR *algorithm, int *parameters)
{
    const ASN1_OBJECT *object = NULL;
    int kind = V_ASN1_UNDEF;
    X509_ALGOR_get0(&object, &kind, NULL, algorithm);
    if (parameters)
        *parameters = kind;
    return OBJ_obj2nid(object);
}

static bool has_no_parameters(const X509_ALGOR *algorithm)
{
    int kind = V_ASN1_UNDEF;
    nid_of(algorithm, &kind);
    return kind == V_ASN1_UNDEF || kind == V_ASN1_NULL;
}

bool algorithm_is_digest(const X509_ALGOR *digest)
{
    int nid = nid_of(digest, NULL);
    return (nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512) &&
           has_no_parameters(digest);
}

bool algorithm_is_old_digest(const X509_ALGOR *digest)
{
    int nid = nid_of(digest, NULL);
    return nid == NID_sha1 || nid == NID_md5;
}

/* The digest in the parameters of RSASSA-PSS; where none is named it is SHA-1 (RFC 4055). */
static int pss_digest(const X509_ALGOR *signature)
{
    int nid = NID_undef;
    RSA_PSS_PARAMS *parameters =
        signature->parameter
            ? ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), signature->parameter)
            : NULL;
    if (parameters)
        nid = parameters->hashAlgorithm ? nid_of(parameters->hashAlgorithm, NULL) : NID_sha1;
    RSA_PSS_PARAMS_free(parameters);
    ERR_clear_error();
    return nid;
}

bool algorithm_fits(const X509_ALGOR *signature, const X509_ALGOR *digest, const EVP_PKEY *key)
{
    int named = NID_undef, kind = NID_undef;
    int nid = nid_of(signature, NULL), wanted = nid_of(digest, NULL);
    int base = key ? EVP_PKEY_get_base_id(key) : NID_undef;
    bool rsa = base == EVP_PKEY_RSA || base == EVP_PKEY_RSA_PSS;
    if (nid == NID_rsassaPss)
        return rsa && pss_digest(signature) == wanted;
    if (!has_no_parameters(signature))
        return false;
    if (nid == NID_rsaEncryption || nid == NID_X9_62_id_ecPublicKey)
        return nid == base;
    return OBJ_find_sigid_algs(nid, &named, &kind) == 1 && named == wanted && kind == base;
}

bool algorithm_is_strong(const X509_ALGOR *signature)
{
    int nid = nid_of(signature, NULL), digest = NID_undef, kind = NID_undef;
    if (nid == NID_ED25519 || nid == NID_ED448)
        return true;
    if (nid == NID_rsassaPss)
        digest = pss_digest(signature);
    else if (OBJ_find_sigid_algs(nid, &digest, &kind) != 1)
        return false;
    switch (digest) {
    case NID_sha224:
    case NID_sha256:
    case NID_sha384:
    case NID_sha512:
    case NID_sha3_256:
    case NID_sha3_384:
    case NID_sha3_512:
        return true;
    default:
        return false;
    }
}
