/* Where the PIN of a token or the passphrase of a key file comes from. */
#ifndef SOHOA_ARCHIVE_PIN_H
#define SOHOA_ARCHIVE_PIN_H

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
void pin_wipe(char pin[PIN_SIZE]);
/* What pin_get gives in this process is copied here too (NULL: nowhere). */
void pin_keep(char pin[PIN_SIZE]);

#endif
