/*
 * Inside ingest: the two halves of the scanner source.
 *
 *   source_scanner.c ── scanner_child.c ═══ socket ═══ scanner_sane.c, _profile.c, _options.c
 *   pages, names, disk    time, crashes                  SANE, in a process of its own
 *
 * SANE back ends are a hundred drivers of mixed care: they block in sane_read when the cable is
 * pulled, crash, leak, start threads, write to stdout. So all of SANE runs in a forked child that
 * only streams rows; a read that never returns ends with a SIGKILL by the parent, and a crash is
 * one more fault at a known sheet. (An alarm in one process could interrupt neither a driver that
 * retries on EINTR nor a crash.) The child asks for the next page only after the parent has said
 * that the last one is durable.
 */
#ifndef SOHOA_INGEST_SCANNER_H
#define SOHOA_INGEST_SCANNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "core/image.h"
#include "ingest/ingest.h"

#define SCANNER_DATA_MAX 65536 /* bytes of rows in one message */

/* Each message is one packet of the socket: its kind, then what the comment says. */
enum scanner_message {
    SCANNER_DEVICE, /* four texts, each with its 0: name, vendor, model, type */
    SCANNER_OPTION, /* four texts: name, title, values, now */
    SCANNER_READY,  /* four texts, only the first used: name of the device, now open and set */
    SCANNER_FRAME,  /* struct scanner_frame: rows of it follow */
    SCANNER_DATA,   /* bytes of rows */
    SCANNER_FRAME_END,
    SCANNER_PAGE_END, /* the child waits for scanner_go */
    SCANNER_END,      /* nothing more; the child tidies up and ends */
    SCANNER_TROUBLE   /* struct scanner_trouble; likewise */
};

enum scanner_channels { SCANNER_GRAY, SCANNER_RGB, SCANNER_RED, SCANNER_GREEN, SCANNER_BLUE };

struct scanner_frame {
    int32_t channels;                            /* enum scanner_channels */
    int32_t last;                                /* no further frame belongs to this page */
    int32_t width_px, lines, stride, depth_bits; /* lines -1: not known yet */
    double dpi_x, dpi_y;
};

enum scanner_fault {
    FAULT_SENTENCE, /* text is a whole sentence; no sheet is concerned */
    FAULT_JAM,
    FAULT_DOUBLE_FEED,
    FAULT_COVER_OPEN,
    FAULT_EMPTY,   /* no paper */
    FAULT_GONE,    /* the device answers with an I/O error, or no more */
    FAULT_DEVICE,  /* another word of SANE's; text is it */
    FAULT_TIMEOUT, /* the last ones are noticed by the parent */
    FAULT_CRASH,
    FAULT_BAD_PAGE, /* the rows are not what the frame announced */
    FAULT_STOPPED,  /* by the person */
    FAULT_KINDS
};

struct scanner_trouble {
    int32_t fault;  /* enum scanner_fault */
    int32_t status; /* enum status, of FAULT_SENTENCE */
    char text[480];
};

struct scanner_packet {
    int32_t kind; /* enum scanner_message */
    union {
        struct scanner_frame frame;
        struct scanner_trouble trouble;
        uint8_t bytes[SCANNER_DATA_MAX];
        char text[SCANNER_DATA_MAX];
    };
};
#define SCANNER_PACKET_HEAD offsetof(struct scanner_packet, bytes)

enum scanner_task { SCANNER_LIST, SCANNER_DESCRIBE, SCANNER_SCAN };

struct scanner_job {
    enum scanner_task task;
    const char *device;                 /* "": the first one found */
    const struct scan_profile *profile; /* of SCANNER_SCAN */
};

/* ------------------------------------------------------------ scanner_sane.c: the child's half */

/* Does the job, telling it to socket; returns when there is nothing more to do. */
void scanner_work(const struct scanner_job *job, int socket);

/* ------------------------------------------------------------ scanner_child.c: the parent's half
 */

struct scanner_child {
    pid_t pid; /* 0: none */
    int socket;
    bool finished; /* it has said so and is closing its device */
};

enum scanner_event {
    SCANNER_MESSAGE, /* packet holds one */
    SCANNER_TICK,    /* a tenth of a second went by without one */
    SCANNER_GONE     /* the child is dead */
};

enum status scanner_start(struct scanner_child *child, const struct scanner_job *job,
                          struct error *error);
/* size: bytes behind the kind. */
enum scanner_event scanner_next(struct scanner_child *child, struct scanner_packet *packet,
                                size_t *size);
void scanner_go(struct scanner_child *child); /* the page is safe: on with the next */
/* Ends the child: by asking, after two seconds by force. Once more is fine. */
void scanner_stop(struct scanner_child *child);
int64_t scanner_clock_ms(void); /* never goes back */

/* ------------------------------------------------------------ scanner_frames.c: rows -> image */

/* A page that is being put together from its frames. */
struct scanner_page {
    struct scanner_frame frame; /* the present one */
    struct image image;
    int rows_room;    /* rows that the image has memory for */
    int row;          /* rows of this frame that are whole */
    size_t row_bytes; /* of the row that is coming in */
    uint8_t *line;    /* that row: frame.stride bytes */
    int frames;       /* begun so far */
    unsigned seen;    /* of a three-pass page: bit 0 red, 1 green, 2 blue */
    int lines;        /* of the frames that are complete; -1 none */
};

/* False: what comes is no page (too large, frames that do not fit together, rows missing). */
bool scanner_page_frame(struct scanner_page *page, const struct scanner_frame *frame);
bool scanner_page_data(struct scanner_page *page, const uint8_t *bytes, size_t size);
bool scanner_page_frame_end(struct scanner_page *page);
bool scanner_page_end(struct scanner_page *page);           /* image is whole; its dpi are set */
double scanner_page_share(const struct scanner_page *page); /* 0..1, -1 unknown */
void scanner_page_clear(struct scanner_page *page);

#endif
