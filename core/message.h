/*
 * The language people see: Vietnamese unless they ask for English.
 *
 * Sentences stand in the code in English inside _( ); xgettext collects them, po/vi.po holds the
 * Vietnamese, msgfmt makes a .mo of it, and the build puts that .mo into the binary. The lookup is
 * ours because glibc's gettext() never translates in the locale "C" (nor, in newer releases, in
 * "C.UTF-8"), the only ones a bare Debian has, and Vietnamese must not depend on installed locales.
 */
#ifndef SOHOA_CORE_MESSAGE_H
#define SOHOA_CORE_MESSAGE_H

#include "core/arena.h"

enum language { LANGUAGE_VIETNAMESE, LANGUAGE_ENGLISH };

/* Chooses by name ("vi", "vi_VN.UTF-8", "en", "en_US.UTF-8"; else Vietnamese). NULL: look at
 * SOHOA_LANG, LC_ALL, LC_MESSAGES, LANG in that order. The choice holds for the process. */
void message_use(const char *name);

enum language message_language(void);

/* The sentence in the chosen language; msgid itself when there is no translation. Lent, forever. */
const char *message(const char *msgid) __attribute__((format_arg(1)));

/* The sentence for a count: English has one for 1 and one for other numbers, Vietnamese has one for
 * all. Both take the number as %lld. Lent, forever. */
const char *message_count(const char *one, const char *many, long long count)
    __attribute__((format_arg(1), format_arg(2)));

/* A sentence that was written down earlier, perhaps in the other language, in the chosen one, with
 * what stands in it; several may be joined by "; ". What is no sentence of ours stays as it is. */
const char *message_again(struct arena *arena, const char *text);

/* Why the system refused something (errno), in the chosen language where an office may meet it;
 * else in the system's words. Lent, until the next call. */
const char *message_errno(int number);

/* A day or moment (ISO) as people write it: in Vietnamese 22/11/2026 or 22/11/2026 14:05. What is
 * none stays as it is. Lent from iso or from out. JSON, logs and files keep ISO. */
#define MESSAGE_DATE_SIZE 32
const char *message_date(const char *iso, char out[MESSAGE_DATE_SIZE]);

#define _(msgid) message(msgid)
#define N_(msgid) msgid /* mark for translation, translate later */

#endif
