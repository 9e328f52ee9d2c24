/* The door to PKCS#11 tokens and HSMs: libp11. */
#ifndef SOHOA_ARCHIVE_TOKEN_H
#define SOHOA_ARCHIVE_TOKEN_H

#include <openssl/x509.h>

#include "archive/archive.h"

struct token;

/* Loads settings->pkcs11_module and logs in to the token that settings->key names by an RFC 7512
 * URI (attributes token, serial, object, id). One try: a wrong PIN is never sent twice. A token
 * whose next wrong PIN would lock it is not touched. The library's state must not cross a fork:
 * open in the process that signs. key and certificate are lent until token_close; *certificate is
 * NULL when the token holds none for the key. */
enum status token_open(const struct archive_settings *settings, const char *pin, struct token **out,
                       EVP_PKEY **key, X509 **certificate, struct error *error);
void token_close(struct token *token); /* NULL is fine */

#endif
