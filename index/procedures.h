/* The catalogue of procedures (code, name), and the keys by which units and procedures of the
 * inventory and of the papers meet. */
#ifndef SOHOA_INDEX_PROCEDURES_H
#define SOHOA_INDEX_PROCEDURES_H

#include <stdbool.h>

#include "core/db.h"

/* config/procedures.csv into catalog_procedure, when the file changed. Absent file: what is there
 * stays. */
enum status procedures_load(struct db *db, const char *path, struct error *error);

/* NULL when code is NULL or not known. */
enum status procedure_name(struct db *db, const char *code, struct arena *arena, const char **name,
                           struct error *error);

/* "1.001193", also with the suffix of a local system. */
bool procedure_is_code(const char *text);

/* All procedures in memory, for many look-ups. */
struct procedures;
enum status procedures_read(struct db *db, struct arena *arena, struct procedures **out,
                            struct error *error);
/* The key of a procedure given by code or name ("Thủ tục đăng ký khai sinh", "khai sinh"): its
 * code when it is known, else the folded name; "" for nothing. */
const char *procedures_key(const struct procedures *procedures, const char *text,
                           struct arena *arena);
/* What the type of paper of that key, its slug's ("trich sao dc"), is called: the key of its name
 * ("trich sao so dia chinh"), by which an inventory may count it. NULL: no such type. */
const char *procedures_type_key(const struct procedures *procedures, const char *key);
/* Name for people of a key; NULL when unknown. */
const char *procedures_label(const struct procedures *procedures, const char *key);

/* "UBND xã Đông Hòa" -> "xa4 đông hoa1": case and the place of the tone do not count, marks do, for
 * communes differ in nothing else (xã Minh Quân, xã Minh Quán). */
const char *unit_key(const char *name, struct arena *arena);
/* For names that lost their marks: "xa dong hoa". */
const char *unit_key_folded(const char *name, struct arena *arena);
/* Either key without the kind of unit: "đông hoa1", "dong hoa". Lent from key. */
const char *unit_bare(const char *key);

#endif
