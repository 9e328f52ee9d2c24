/* Where secrets come from: the PIN of a token, the passphrase of a key file; and, from sources of
 * its own, the passphrase of ZIP files, which must never be tried as a PIN: a token locks after a
 * few. */
#ifndef SOHOA_ARCHIVE_PIN_H
#define SOHOA_ARCHIVE_PIN_H

#include <stdbool.h>

#include "core/status.h"

#define PIN_SIZE 256 /* bytes with the 0 */

/* Gets the secret from the first that is there: given (may be NULL), the descriptor whose number
 * stands in the environment's variable (NULL: SOHOA_PIN_FD), the first line that command prints, a
 * prompt without echo on /dev/tty. what names the key in the prompt and in sentences. The caller
 * wipes out with pin_wipe. Of a command no more than the first line is read; one that goes on after
 * it is ended after a second. REJECT: none of them is there, empty or longer than PIN_SIZE - 1, the
 * command failed. FATAL: the command gave no line within limit_s seconds; it was ended. */
enum status pin_get(const char *given, const char *variable, const char *command, double limit_s,
                    const char *what, char out[PIN_SIZE], struct error *error);
/* The passphrase of ZIP files: the first line that command prints, the descriptor with this number,
 * the one whose number stands in SOHOA_PASSPHRASE_FD, a prompt (the first that is there; command
 * and descriptor may be NULL). SOHOA_PIN_FD is not looked at, and a descriptor that is the PIN's is
 * refused. twice: it will encrypt, so the prompt asks for it once more, and two that differ are
 * refused. Otherwise as pin_get. */
enum status pin_get_passphrase(const char *descriptor, const char *command, double limit_s,
                               bool twice, char out[PIN_SIZE], struct error *error);
void pin_wipe(char pin[PIN_SIZE]);
/* What pin_get gives in this process is copied here too (NULL: nowhere). */
void pin_keep(char pin[PIN_SIZE]);

#endif
