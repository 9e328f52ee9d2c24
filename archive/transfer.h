/*
 * Packages that leave the store and come into one (OAIS: AIP, SIP, DIP).
 *
 *   AIP   the package as it is kept, byte for byte, all its versions that are kept here
 *   SIP   what another archive needs to take it in: the newest version, described as a SIP
 *   DIP   the copy for use: without masters and their facts
 *
 * Each becomes a folder or a ZIP named by its identifier with ':' as '_', as TT 05/2025/TT-BNV has
 * it ("urn_000_uuid_46C8588A-..."; a SIP "uuid-46C8588A-..."); an older version has ".v1" behind
 * it.
 *
 * The evidence record (RFC 4998) of an AIP goes with it: beside the folder, or in the ZIP beside
 * the folder's entries, under the package's name with ".er" behind it. It proves the package as it
 * is kept, so that a SIP or DIP, described anew, has none.
 */
#ifndef SOHOA_ARCHIVE_TRANSFER_H
#define SOHOA_ARCHIVE_TRANSFER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/hash.h"
#include "core/status.h"

enum export_kind { EXPORT_AIP, EXPORT_SIP, EXPORT_DIP };
const char *export_kind_name(enum export_kind kind); /* "AIP" */

struct export_wish {
    enum export_kind kind;
    const char *store, *config;
    const char *evidence; /* folder of the evidence records; NULL: none leave */
    const char *to;       /* folder that the packages go into; made when it is not there */
    bool zip;
    const char *passphrase; /* of the ZIP; NULL: open */
};

/* One package that is out. */
struct exported {
    const char *id; /* of the document */
    int version;
    const char *name; /* below to */
    int files;        /* of the package, tag files too */
    int pages;
    int64_t bytes;
    /* SHA-256 of the package's manifest, which names all its content; of the ZIP; "" none */
    char package_sha256[HASH_HEX_SIZE], zip_sha256[HASH_HEX_SIZE];
    bool there; /* was there already, whole: an export that goes on after an interruption */
    char record_sha256[HASH_HEX_SIZE]; /* of its evidence record; "": none leaves with it */
    const char *record_fault; /* why the one that is kept stays behind; NULL: nothing is wrong */
};

/* Takes one document out: visit gets each package (an AIP has one a version). Every file is held
 * against its manifest on the way out. What stands in `to` under that name already is taken as done
 * when it is the same, else REJECT. REJECT: no such document, a damaged package. */
enum status export_document(const struct export_wish *wish, const char *id,
                            enum status (*visit)(void *context, const struct exported *done,
                                                 struct error *error),
                            void *context, struct error *error);

/* The passphrase of a ZIP: the first line that command prints, the descriptor with this number, the
 * one whose number stands in SOHOA_PASSPHRASE_FD, a prompt (either may be NULL). Never an argument:
 * those are seen by everybody. Never the PIN's sources: a passphrase that is tried as a PIN locks a
 * token. encrypts: a person is asked twice, for nobody could open what a slip has locked. */
#define PASSPHRASE_SIZE 256
enum status export_passphrase(const char *descriptor, const char *command, double limit_s,
                              bool encrypts, char out[PASSPHRASE_SIZE], struct error *error);
/* REJECT: shorter than PASSPHRASE_LEAST characters. Of those that encrypt; what is encrypted
 * already is opened with the one it has. */
#define PASSPHRASE_LEAST 12
enum status export_passphrase_fits(const char *passphrase, struct error *error);
void export_wipe(char passphrase[PASSPHRASE_SIZE]);

struct import_wish {
    const char *store, *config;
    const char *evidence;      /* folder of the evidence records; NULL: none is kept */
    const char *passphrase;    /* NULL: none */
    const char *record_sha256; /* of the record that a list names for it; NULL or "": none */
    const char *turns; /* core/turn.h: the same package waits while another process has it in hand;
                          NULL: nobody else is at work */
    /* Asked when all of it was looked at, before it is decided whether it is there: the document's
     * id and the SHA-256 of each PDF. May wait. REJECT: it is not to be taken. NULL: all are. */
    enum status (*arrives)(void *context, const char *id, const char *const *sha256, size_t count,
                           struct error *error);
    void *context; /* of arrives */
};
struct imported {
    const char *id;
    int version;
    const char *path; /* of the package in the store */
    const char *kind; /* "AIP", "SIP" */
    int files;        /* of its content */
    int64_t bytes;
    int came_files, pages; /* as struct exported counts them */
    int64_t came_bytes;
    char package_sha256[HASH_HEX_SIZE]; /* of the manifest that came; "": it is no bag */
    bool there;                         /* the same package was in the store already */
    bool record;                        /* its evidence record came, too */
    bool unsaid; /* no signature binds what its document.json says of the paper */
};

/* Is this a package: a ZIP, or a folder with bagit.txt or METS.xml in it? */
bool import_is_package(const char *path);

/* A ZIP of which something is encrypted? */
bool import_is_encrypted(const char *zip);
/* False: one of which it is known that this passphrase is not its own. */
bool import_opens(const char *zip, const char *passphrase);
/* The package in a ZIP, for looking at it only: unpacked into folder, which is there and empty.
 * root: its folder. REJECT: faults, which finding() gets, a passphrase that is wrong or needed, no
 * package in it. */
enum status import_unpack(const char *zip, const char *folder, const char *passphrase,
                          void (*finding)(void *context, const char *sentence), void *context,
                          struct arena *arena, const char **root, struct error *error);

/* Takes a package into the store. All of it is looked at first: the bag, every file that METS names
 * with size and checksum, the counts, document.json, the PDF. finding() gets each fault; with one
 * it is refused as a whole (REJECT), and the store is as it was. What the store has already is told
 * when it is the same, and refused when it differs: nothing is overwritten. An evidence record that
 * came with it must prove it, and is kept. */
enum status import_package(const struct import_wish *wish, const char *from,
                           void (*finding)(void *context, const char *sentence), void *context,
                           struct arena *arena, struct imported *out, struct error *error);

#endif
