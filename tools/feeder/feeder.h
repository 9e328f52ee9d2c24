/*
 * The feeder: a scanner made of a folder of page images. A SANE back end (libsane-sohoafeeder) that
 * any SANE program can use, and the test bench for what goes wrong at a real scanner.
 * How to set it up and use it by hand: docs/feeder.md.
 *
 *   backend.c   the sane_* functions and the life of a scan
 *   options.c   option descriptors and values
 *   config.c    sohoafeeder.conf and the environment
 *   stack.c     the sheets in the folder; what has been fed, kept over processes
 *   raster.c    a page image as the scanner's head sees it: window, resolution, mode
 *   stream.c    rows through a pipe at the pace of a scanner
 */
#ifndef SOHOA_TOOLS_FEEDER_FEEDER_H
#define SOHOA_TOOLS_FEEDER_FEEDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sane/sane.h>

#include "core/arena.h"
#include "core/image.h"
#include "core/status.h"

#define FEEDER_WIDTH_MM 297.0  /* A3 across the short side */
#define FEEDER_HEIGHT_MM 432.0 /* 11 x 17 inch */
#define FEEDER_DPI 300.0       /* of images that do not say */

/* ---------------------------------------------------------------- faults */

enum fault_kind {
    FAULT_NONE,
    FAULT_JAM,          /* JAMMED in the middle of the page */
    FAULT_DOUBLE_FEED,  /* JAMMED at the start; with detection off the next sheet is swallowed */
    FAULT_OUT_OF_PAPER, /* NO_DOCS though sheets are left */
    FAULT_COVER_OPEN,   /* COVER_OPEN at the start */
    FAULT_IO_ERROR,     /* IO_ERROR in the middle of the page */
    FAULT_UNPLUGGED,    /* the same, and so is every call after it in this process */
    FAULT_HANG,         /* sane_read never returns, not even after sane_cancel */
    FAULT_CRASH,        /* the back end crashes in the middle of the page */
    FAULT_KINDS
};
extern const SANE_String_Const fault_names[FAULT_KINDS + 1]; /* NULL at the end */
enum fault_kind fault_find(const char *name);                /* FAULT_KINDS when there is none */

struct fault {
    enum fault_kind kind;
    int sheet, side; /* from 1 */
};

/* ---------------------------------------------------------------- stack.c */

struct sheet {
    const char *sides[2]; /* path of the image; NULL: white paper */
};

struct stack {
    struct arena *arena;
    struct sheet *sheets;
    size_t count;
};

/* Reads the folder: NAME-1.* and NAME-2.* are the sides of one sheet, any other image is the front
 * of a sheet of its own; sheets in the byte order of their names. */
enum status stack_load(struct stack *stack, const char *folder, struct error *error);
void stack_clear(struct stack *stack);

#define FEEDER_FAULTS_MAX 64

/* What has happened: survives the process when path is set ("next 4", "fired jam 3 1" as lines). */
struct memory {
    const char *path; /* NULL: only for this process */
    int next;         /* number of the sheet on top of the stack, from 1 */
    struct fault fired[FEEDER_FAULTS_MAX];
    size_t fired_count;
    int lock_fd; /* held while the device is open; -1 */
};

enum status memory_open(struct memory *memory, struct error *error); /* RETRY: in use elsewhere */
void memory_close(struct memory *memory);
enum status memory_save(const struct memory *memory, struct error *error);
bool memory_has_fired(const struct memory *memory, const struct fault *fault);
void memory_fire(struct memory *memory, const struct fault *fault);

/* ---------------------------------------------------------------- options.c */

enum option {
    OPTION_COUNT,
    OPTION_GROUP_STANDARD,
    OPTION_SOURCE,
    OPTION_MODE,
    OPTION_DEPTH,
    OPTION_RESOLUTION,
    OPTION_THREE_PASS,
    OPTION_GROUP_GEOMETRY,
    OPTION_PAGE_SIZE,
    OPTION_AUTO_SIZE,
    OPTION_TL_X,
    OPTION_TL_Y,
    OPTION_BR_X,
    OPTION_BR_Y,
    OPTION_GROUP_FEEDER,
    OPTION_DOUBLE_FEED_DETECTION,
    OPTION_NEXT_SHEET,
    OPTION_UNKNOWN_HEIGHT,
    OPTION_PAGE_TIME,
    OPTION_GROUP_FAULTS,
    OPTION_FAULT,
    OPTION_FAULT_SHEET,
    OPTION_FAULT_SIDE,
    OPTION_GROUP_SENSORS,
    OPTION_PAGE_LOADED,
    OPTION_COVER_OPEN,
    OPTION_DOUBLE_FEED,
    OPTION_END
};
enum feeder_source { FEEDER_FLATBED, FEEDER_ADF, FEEDER_ADF_DUPLEX };
enum feeder_mode { FEEDER_LINEART, FEEDER_GRAY, FEEDER_COLOR };

/* A string option's word is its place in the list, so every value is one word. */
struct options {
    SANE_Option_Descriptor descriptors[OPTION_END];
    SANE_Word words[OPTION_END];
};

void options_init(struct options *options);
SANE_Status options_get(const struct options *options, int option, void *value);
SANE_Status options_set(struct options *options, int option, const void *value, SANE_Int *info);
/* For sohoafeeder.conf: by name, the value as text. False when there is no such option or value. */
bool options_set_text(struct options *options, const char *name, const char *value);

/* ---------------------------------------------------------------- config.c */

struct config {
    const char *folder; /* NULL: no scanner there */
    const char *state;  /* NULL: nothing is kept */
    struct fault faults[FEEDER_FAULTS_MAX];
    size_t fault_count;
};

/* Looks for sohoafeeder.conf where SANE looks for its files; SOHOA_FEEDER overrides the folder.
 * Sets the options that the file gives. Text lives in the arena. */
void config_read(struct config *config, struct options *options, struct arena *arena);
/* A line to stderr when SANE_DEBUG_SOHOAFEEDER is at least 1, as other back ends do. */
void feeder_debug(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* ---------------------------------------------------------------- raster.c */

/* One side of a sheet under the scanner's head. */
struct raster {
    struct image image;                       /* the paper; data NULL: white */
    int paper_width_px, paper_height_px;      /* at the scan's resolution */
    double step_x, step_y;                    /* image px for one scanned px */
    int left_px, top_px, width_px, height_px; /* the window, at the scan's resolution */
    enum feeder_mode mode;
    int depth_bits;
};

/* Sizes only (probes the file), or with read set also the pixels. side 0 front, 1 back. */
enum status raster_open(struct raster *raster, const struct sheet *sheet, int side,
                        const struct options *options, bool read, struct error *error);
void raster_clear(struct raster *raster);
/* Bytes of a row; channel -1: all that the mode has, 0..2: only red, green or blue (three-pass). */
size_t raster_stride(const struct raster *raster, int channel);
void raster_row(const struct raster *raster, int channel, int y, uint8_t *row);

/* ---------------------------------------------------------------- stream.c */

struct stream;

struct stream_plan {
    const struct raster *raster; /* must live as long as the stream */
    int channel;                 /* as in raster_row */
    int page_time_ms;            /* how long the frame takes; 0: as fast as it goes */
    int stop_row;                /* the row where the fault strikes; -1: none */
};

/* A thread that writes the frame's rows into a pipe. NULL when the system gives no pipe or
 * thread. */
struct stream *stream_open(const struct stream_plan *plan);
int stream_fd(const struct stream *stream);
void stream_cancel(struct stream *stream); /* only sets a flag: fine in a signal handler */
void stream_close(struct stream *stream);  /* NULL is fine */

#endif
