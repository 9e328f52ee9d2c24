/* The catalogue and its reader: for message.c and its test, which hands the reader damaged ones. */
#ifndef SOHOA_CORE_MESSAGE_PRIVATE_H
#define SOHOA_CORE_MESSAGE_PRIVATE_H

#include <stddef.h>

/* po/vi.mo, embedded by the build. */
extern const unsigned char message_vi[];
extern const size_t message_vi_size;

/* The translation of msgid in the catalogue mo[size]; NULL when there is none or mo is damaged. */
const char *message_find(const unsigned char *mo, size_t size, const char *msgid);

/* Its entry i, with the translation; NULL: there are no more. */
const char *message_entry(const unsigned char *mo, size_t size, unsigned i,
                          const char **translation);

#endif
