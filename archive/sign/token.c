#include "archive/sign/token.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <libp11.h>
#include <openssl/err.h>

#include "archive/sign/pin.h"
#include "core/file.h"
#include "core/message.h"

/* PKCS#11 return values that get a sentence of their own. */
enum {
    CKR_PIN_INCORRECT = 0xA0,
    CKR_PIN_INVALID = 0xA1,
    CKR_PIN_LEN_RANGE = 0xA2,
    CKR_PIN_EXPIRED = 0xA3,
    CKR_PIN_LOCKED = 0xA4
};

#define LOOKS 4
#define LOOK_AGAIN_US 250000
#define TURN_TRIES 200 /* ten seconds */
#define TURN_US 50000

/* The attributes of an RFC 7512 URI that choose among tokens and keys; "" chooses all. */
struct token_uri {
    char token[64], serial[64], object[256];
    unsigned char id[128];
    size_t id_size;
};

struct token {
    PKCS11_CTX *context;
    PKCS11_SLOT *slots, *slot;
    unsigned slot_count;
    EVP_PKEY *key;
    bool loaded;
};

/* ---------------------------------------------------------------- the URI */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

/* Percent-decodes; false when it is malformed or has no room. */
static bool decode(const char *text, size_t length, unsigned char *out, size_t room, size_t *size)
{
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        int byte = (unsigned char)text[i];
        if (text[i] == '%') {
            if (i + 2 >= length || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0)
                return false;
            byte = hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]);
            i += 2;
        }
        if (used == room)
            return false;
        out[used++] = (unsigned char)byte;
    }
    *size = used;
    return true;
}

static bool decode_text(const char *text, size_t length, char *out, size_t room)
{
    size_t size = 0;
    if (!decode(text, length, (unsigned char *)out, room - 1, &size))
        return false;
    out[size] = '\0';
    return strlen(out) == size;
}

static bool parse_attribute(struct token_uri *uri, const char *name, size_t name_length,
                            const char *value, size_t length)
{
    if (name_length == 5 && memcmp(name, "token", 5) == 0)
        return decode_text(value, length, uri->token, sizeof uri->token);
    if (name_length == 6 && memcmp(name, "serial", 6) == 0)
        return decode_text(value, length, uri->serial, sizeof uri->serial);
    if (name_length == 6 && memcmp(name, "object", 6) == 0)
        return decode_text(value, length, uri->object, sizeof uri->object);
    if (name_length == 2 && memcmp(name, "id", 2) == 0)
        return decode(value, length, uri->id, sizeof uri->id, &uri->id_size);
    return name_length == 4 && memcmp(name, "type", 4) == 0; /* type=private adds nothing */
}

static enum status parse_uri(const char *key, struct token_uri *uri, struct error *error)
{
    for (const char *at = key + strlen("pkcs11:"); *at;) {
        size_t length = strcspn(at, ";");
        const char *equals = memchr(at, '=', length);
        if (length > 0 && (!equals || !parse_attribute(uri, at, (size_t)(equals - at), equals + 1,
                                                       length - (size_t)(equals + 1 - at))))
            return error_set(error, STATUS_REJECT,
                             _("archive.key has a part that is not understood: \"%.*s\". Known are "
                               "token, serial, object and id; a PIN must not stand there."),
                             equals ? (int)(equals - at) : (int)length, at);
        at += length + (at[length] == ';');
    }
    return STATUS_OK;
}

/* ---------------------------------------------------------------- module, token, login, key */

/* A login may rewrite what a token says of itself (SoftHSM empties its file and writes it anew),
 * and who loads the library in that moment sees none. So of all processes of ours one at a time
 * loads it or logs in: they lock the library's file. It is nothing but a turn: who is not given
 * it in time (a driver hangs in another process, a stranger holds the file) goes on without, once
 * and for all in this process, and find_slot looks again. -1: it was not given. */
static int lock_module(const char *path)
{
    static bool in_vain;
    int lock = open(path, O_RDONLY | O_CLOEXEC);
    for (int i = 0; lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) != 0; i++) {
        if (in_vain || i == TURN_TRIES) {
            in_vain = true;
            close(lock);
            return -1;
        }
        usleep(TURN_US);
    }
    return lock;
}

static void unlock_module(int lock)
{
    if (lock >= 0)
        close(lock);
}

static void unload_module(struct token *token)
{
    if (token->slots)
        PKCS11_release_all_slots(token->context, token->slots, token->slot_count);
    if (token->loaded)
        PKCS11_CTX_unload(token->context);
    if (token->context)
        PKCS11_CTX_free(token->context);
    *token = (struct token){0};
}

static enum status load_module(struct token *token, const char *path, struct error *error)
{
    if (!path || !*path)
        return error_set(error, STATUS_REJECT,
                         _("archive.pkcs11_module is not set: give the path of the token's library "
                           "(a .so file from its maker)."));
    if (!file_exists(path))
        return error_set(error, STATUS_REJECT,
                         _("The token's library %s is not there: install its software or correct "
                           "archive.pkcs11_module."),
                         path);
    int lock = lock_module(path);
    token->context = PKCS11_CTX_new();
    token->loaded = token->context && PKCS11_CTX_load(token->context, path) == 0;
    bool listed = token->loaded &&
                  PKCS11_enumerate_slots(token->context, &token->slots, &token->slot_count) == 0;
    unlock_module(lock);
    ERR_clear_error();
    if (!token->loaded)
        return error_set(
            error, STATUS_REJECT,
            _("%s cannot be loaded as a PKCS#11 library: correct archive.pkcs11_module."), path);
    return listed
               ? STATUS_OK
               : error_set(error, STATUS_RETRY,
                           _("The token is not plugged in: its library %s sees no reader."), path);
}

static bool wanted_token(const struct token_uri *uri, const PKCS11_TOKEN *token)
{
    return token && token->initialized &&
           (!uri->token[0] || strcmp(uri->token, token->label) == 0) &&
           (!uri->serial[0] || strcmp(uri->serial, token->serialnr) == 0);
}

static int count_slots(struct token *token, const struct token_uri *uri)
{
    int found = 0;
    for (unsigned i = 0; i < token->slot_count; i++)
        if (wanted_token(uri, token->slots[i].token)) {
            token->slot = &token->slots[i];
            found++;
        }
    return found;
}

/* Names as a person copies them into the settings: "one", "two". What does not fit is left out. */
struct names {
    char text[256];
    size_t size;
};
static void add_name(struct names *names, const char *name)
{
    const char *comma = names->size > 0 ? ", " : "";
    size_t size = strlen(comma) + strlen(name) + 2;
    if (!*name || size >= sizeof names->text - names->size)
        return;
    snprintf(names->text + names->size, size + 1, "%s\"%s\"", comma, name);
    names->size += size;
}

static enum status no_token(const struct token *token, const char *name, struct error *error)
{
    struct names names = {0};
    for (unsigned i = 0; i < token->slot_count; i++)
        if (token->slots[i].token && token->slots[i].token->label)
            add_name(&names, token->slots[i].token->label);
    if (names.size == 0)
        return error_set(error, STATUS_REJECT,
                         _("The token \"%s\" is not plugged in, or it has another name."), name);
    return error_set(
        error, STATUS_REJECT,
        _("The token \"%s\" is not plugged in, or it has another name. There are: %s."), name,
        names.text);
}

/* A token that was just plugged in, or that another program logs in to, may tell nothing of itself
 * for a moment, and a library may look for tokens only while it is loaded (SoftHSM does): it is
 * loaded anew and asked again before the token counts as gone. */
static enum status find_slot(struct token *token, const char *module, const struct token_uri *uri,
                             struct error *error)
{
    enum status status = STATUS_RETRY;
    int found = 0;
    for (int i = 0; i <= LOOKS && found == 0 && status != STATUS_REJECT; i++) {
        if (i > 0)
            usleep(LOOK_AGAIN_US);
        unload_module(token);
        status = load_module(token, module, error);
        found = status == STATUS_OK ? count_slots(token, uri) : 0;
    }
    if (status != STATUS_OK)
        return status;
    const char *name = uri->token[0] ? uri->token : uri->serial;
    if (found == 0)
        return no_token(token, name, error);
    if (found > 1)
        return error_set(error, STATUS_REJECT,
                         _("%d tokens answer to \"%s\": add serial=... to archive.key."), found,
                         name);
    return STATUS_OK;
}

static enum status refused_login(const char *name, struct error *error)
{
    int code = ERR_GET_REASON(ERR_peek_last_error());
    ERR_clear_error();
    if (code == CKR_PIN_LOCKED)
        return error_set(
            error, STATUS_REJECT,
            _("The PIN of the token \"%s\" is locked: unlock it with its own software."), name);
    if (code == CKR_PIN_EXPIRED)
        return error_set(
            error, STATUS_REJECT,
            _("The PIN of the token \"%s\" must be changed: do so with its own software."), name);
    if (code == CKR_PIN_INCORRECT || code == CKR_PIN_INVALID || code == CKR_PIN_LEN_RANGE)
        return error_set(
            error, STATUS_REJECT,
            _("The PIN of the token \"%s\" is wrong: do not try often, the token locks "
              "itself."),
            name);
    return error_set(error, STATUS_REJECT,
                     _("The token \"%s\" refuses the login (PKCS#11 code 0x%X)."), name, code);
}

static enum status login(struct token *token, const struct archive_settings *settings,
                         const char *pin, struct error *error)
{
    const PKCS11_TOKEN *card = token->slot->token;
    if (card->userPinLocked)
        return error_set(
            error, STATUS_REJECT,
            _("The PIN of the token \"%s\" is locked: unlock it with its own software."),
            card->label);
    if (card->userPinFinalTry)
        return error_set(
            error, STATUS_REJECT,
            _("The token \"%s\" has one try left before it locks itself: log in once with "
              "its own software first."),
            card->label);
    if (!card->loginRequired)
        return STATUS_OK;
    char text[PIN_SIZE];
    enum status status = pin_get(pin, settings->pin_variable, settings->pin_command,
                                 settings->pin_command_s, card->label, text, error);
    if (status == STATUS_OK) {
        int lock = lock_module(settings->pkcs11_module);
        bool good = PKCS11_login(token->slot, 0, text) == 0;
        unlock_module(lock);
        status = good ? STATUS_OK : refused_login(card->label, error);
    }
    pin_wipe(text);
    return status;
}

static bool wanted_key(const struct token_uri *uri, const PKCS11_KEY *key)
{
    return (!uri->object[0] || (key->label && strcmp(uri->object, key->label) == 0)) &&
           (!uri->id_size ||
            (key->id_len == uri->id_size && memcmp(key->id, uri->id, uri->id_size) == 0));
}

static enum status no_key(const PKCS11_KEY *keys, unsigned count, const char *object,
                          const char *label, struct error *error)
{
    struct names names = {0};
    for (unsigned i = 0; i < count; i++)
        if (keys[i].label)
            add_name(&names, keys[i].label);
    if (names.size == 0)
        return error_set(error, STATUS_REJECT,
                         _("There is no private key \"%s\" on the token \"%s\"."), object, label);
    return error_set(error, STATUS_REJECT,
                     _("There is no private key \"%s\" on the token \"%s\". There are: %s."),
                     object, label, names.text);
}

static enum status find_key(struct token *token, const struct token_uri *uri, X509 **certificate,
                            struct error *error)
{
    PKCS11_KEY *keys = NULL, *found = NULL;
    unsigned count = 0;
    int matches = 0;
    const char *label = token->slot->token->label;
    if (PKCS11_enumerate_keys(token->slot->token, &keys, &count) != 0) {
        ERR_clear_error();
        return error_set(error, STATUS_RETRY, _("The token \"%s\" cannot list its keys."), label);
    }
    for (unsigned i = 0; i < count; i++)
        if (wanted_key(uri, &keys[i])) {
            found = &keys[i];
            matches++;
        }
    if (matches == 0)
        return no_key(keys, count, uri->object, label, error);
    if (matches > 1)
        return error_set(
            error, STATUS_REJECT,
            _("%d keys on the token \"%s\" fit: add object=... or id=... to archive.key."), matches,
            label);
    token->key = PKCS11_get_private_key(found);
    if (!token->key) {
        ERR_clear_error();
        return error_set(error, STATUS_REJECT,
                         _("The key \"%s\" on the token \"%s\" cannot be used for signing."),
                         uri->object, label);
    }
    PKCS11_CERT *one = PKCS11_find_certificate(found);
    *certificate = one ? one->x509 : NULL;
    ERR_clear_error();
    return STATUS_OK;
}

enum status token_open(const struct archive_settings *settings, const char *pin, struct token **out,
                       EVP_PKEY **key, X509 **certificate, struct error *error)
{
    struct token *token = memory_new(sizeof *token);
    struct token_uri uri = {.token = ""};
    enum status status = parse_uri(settings->key, &uri, error);
    if (status == STATUS_OK)
        status = find_slot(token, settings->pkcs11_module, &uri, error);
    if (status == STATUS_OK)
        status = login(token, settings, pin, error);
    if (status == STATUS_OK)
        status = find_key(token, &uri, certificate, error);
    if (status != STATUS_OK) {
        token_close(token);
        return status;
    }
    *out = token;
    *key = token->key;
    return STATUS_OK;
}

void token_close(struct token *token)
{
    if (!token)
        return;
    EVP_PKEY_free(token->key);
    unload_module(token);
    free(token);
}
