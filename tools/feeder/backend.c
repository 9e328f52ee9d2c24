/*
 * The life of a scan, as chapter 4.4 of the SANE standard draws it:
 *
 *   open -> (options) -> start -> read ... EOF -> start -> ... NO_DOCS -> cancel -> close
 *                          one frame of a page      the next frame, side or sheet
 *
 * sane_cancel may come at any moment, from a signal handler too; so it only raises flags, and the
 * next call of another function tidies up (settle). A sheet that was not read to its end counts as
 * put back by the operator: it is fed again.
 */
#include "tools/feeder/feeder.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#include "core/file.h"

#define DEVICE_NAME "0"

static struct feeder {
    struct arena *arena;
    struct config config;
    struct options initial; /* as the configuration says; a fresh copy for each open */
    struct memory memory;
    bool unplugged;
    const SANE_Device *list[2];

    bool open;
    struct options options;
    struct stack stack;
    struct raster raster; /* of the page that is being scanned or was last */
    bool page_begun;      /* raster is valid, parameters are exact */
    _Atomic(struct stream *) stream;
    int side;           /* that comes next or is being read: 0 front, 1 back */
    int next_frame;     /* likewise, of a three-pass page: 0 to 2 */
    int frame;          /* that is being read or was last: programs may ask after its end */
    struct fault fault; /* that strikes while this page is read */
    bool swallows;      /* the next sheet goes through together with this one */
    SANE_Status ended;  /* what sane_read says when no frame is being read */
    atomic_bool cancelled;
} feeder;

static const SANE_Device device = {DEVICE_NAME, "Sohoa", "Feeder", "virtual device"};

#define EXPORTED __attribute__((visibility("default")))
SANE_Status sane_sohoafeeder_init(SANE_Int *version, SANE_Auth_Callback authorize);
void sane_sohoafeeder_exit(void);
SANE_Status sane_sohoafeeder_get_devices(const SANE_Device ***list, SANE_Bool local_only);
SANE_Status sane_sohoafeeder_open(SANE_String_Const name, SANE_Handle *handle);
void sane_sohoafeeder_close(SANE_Handle handle);
const SANE_Option_Descriptor *sane_sohoafeeder_get_option_descriptor(SANE_Handle handle,
                                                                     SANE_Int option);
SANE_Status sane_sohoafeeder_control_option(SANE_Handle handle, SANE_Int option, SANE_Action action,
                                            void *value, SANE_Int *info);
SANE_Status sane_sohoafeeder_get_parameters(SANE_Handle handle, SANE_Parameters *parameters);
SANE_Status sane_sohoafeeder_start(SANE_Handle handle);
SANE_Status sane_sohoafeeder_read(SANE_Handle handle, SANE_Byte *data, SANE_Int room,
                                  SANE_Int *length);
void sane_sohoafeeder_cancel(SANE_Handle handle);
SANE_Status sane_sohoafeeder_set_io_mode(SANE_Handle handle, SANE_Bool non_blocking);
SANE_Status sane_sohoafeeder_get_select_fd(SANE_Handle handle, SANE_Int *fd);

/* ---------------------------------------------------------------- the sheet under the head */

static bool from_flatbed(void)
{
    return feeder.options.words[OPTION_SOURCE] == FEEDER_FLATBED;
}

static int sheet_number(void)
{
    return from_flatbed() ? 1 : feeder.memory.next;
}

static const struct sheet *sheet_now(void)
{
    size_t index = (size_t)sheet_number() - 1;
    return index < feeder.stack.count ? &feeder.stack.sheets[index] : NULL;
}

static bool in_three_passes(void)
{
    return feeder.options.words[OPTION_MODE] == FEEDER_COLOR &&
           feeder.options.words[OPTION_THREE_PASS];
}

static int channel_now(void)
{
    return !in_three_passes() ? -1 : feeder.page_begun ? feeder.frame : feeder.next_frame;
}

/* The fault that strikes at this side of this sheet and has not struck before. */
static struct fault fault_now(void)
{
    const SANE_Word *words = feeder.options.words;
    struct fault asked = {(enum fault_kind)words[OPTION_FAULT], words[OPTION_FAULT_SHEET],
                          words[OPTION_FAULT_SIDE]};
    for (size_t i = 0; i <= feeder.config.fault_count; i++) {
        struct fault fault = i < feeder.config.fault_count ? feeder.config.faults[i] : asked;
        if (fault.kind != FAULT_NONE && fault.sheet == sheet_number() &&
            fault.side == feeder.side + 1 && !memory_has_fired(&feeder.memory, &fault))
            return fault;
    }
    return (struct fault){FAULT_NONE, 0, 0};
}

static SANE_Status save(SANE_Status status)
{
    struct error error = {{0}};
    if (memory_save(&feeder.memory, &error) == STATUS_OK)
        return status;
    feeder_debug("%s", error.text);
    return SANE_STATUS_IO_ERROR;
}

/* The fault strikes: it is remembered, the sheet goes back on the stack. */
static SANE_Status strike(void)
{
    enum fault_kind kind = feeder.fault.kind;
    SANE_Status status = SANE_STATUS_IO_ERROR;
    memory_fire(&feeder.memory, &feeder.fault);
    feeder.fault.kind = FAULT_NONE;
    feeder.side = feeder.next_frame = 0;
    feeder.options.words[OPTION_COVER_OPEN] = kind == FAULT_COVER_OPEN;
    feeder.options.words[OPTION_DOUBLE_FEED] = kind == FAULT_DOUBLE_FEED;
    feeder.unplugged = kind == FAULT_UNPLUGGED;
    if (kind == FAULT_JAM || kind == FAULT_DOUBLE_FEED)
        status = SANE_STATUS_JAMMED;
    else if (kind == FAULT_OUT_OF_PAPER)
        status = SANE_STATUS_NO_DOCS;
    else if (kind == FAULT_COVER_OPEN)
        status = SANE_STATUS_COVER_OPEN;
    status = save(status);
    if (kind == FAULT_CRASH)
        raise(SIGSEGV);
    if (kind == FAULT_HANG)
        for (;;)
            pause();
    return status;
}

/* The frame has been read to its end. */
static SANE_Status frame_done(void)
{
    if (in_three_passes() && ++feeder.next_frame < 3)
        return SANE_STATUS_EOF;
    feeder.next_frame = 0;
    if (from_flatbed())
        return SANE_STATUS_EOF;
    if (feeder.options.words[OPTION_SOURCE] == FEEDER_ADF_DUPLEX && feeder.side == 0) {
        feeder.side = 1;
        return SANE_STATUS_EOF;
    }
    feeder.side = 0;
    feeder.memory.next += feeder.swallows ? 2 : 1;
    feeder.swallows = false;
    return save(SANE_STATUS_EOF);
}

static void end_stream(void)
{
    struct stream *stream = feeder.stream;
    feeder.stream = NULL;
    stream_close(stream);
}

/* Does what a cancel asked for. */
static void settle(void)
{
    if (!feeder.cancelled)
        return;
    end_stream();
    feeder.cancelled = false;
    feeder.side = feeder.next_frame = 0;
    feeder.swallows = false;
    feeder.page_begun = false;
    feeder.ended = SANE_STATUS_CANCELLED;
}

/* ---------------------------------------------------------------- the program and the device */

EXPORTED SANE_Status sane_sohoafeeder_init(SANE_Int *version, SANE_Auth_Callback authorize)
{
    (void)authorize;
    if (version)
        *version = SANE_VERSION_CODE(SANE_CURRENT_MAJOR, SANE_CURRENT_MINOR, 1);
    sane_sohoafeeder_exit();
    feeder.arena = arena_new();
    options_init(&feeder.initial);
    config_read(&feeder.config, &feeder.initial, feeder.arena);
    feeder.memory = (struct memory){.path = feeder.config.state,
                                    .next = feeder.initial.words[OPTION_NEXT_SHEET],
                                    .lock_fd = -1};
    return SANE_STATUS_GOOD;
}

EXPORTED void sane_sohoafeeder_exit(void)
{
    if (feeder.open)
        sane_sohoafeeder_close(&feeder);
    arena_free(feeder.arena);
    memset(&feeder, 0, sizeof feeder);
}

static bool is_there(void)
{
    return feeder.config.folder && file_is_folder(feeder.config.folder) && !feeder.unplugged;
}

EXPORTED SANE_Status sane_sohoafeeder_get_devices(const SANE_Device ***list, SANE_Bool local_only)
{
    (void)local_only;
    feeder.list[0] = is_there() ? &device : NULL;
    *list = feeder.list;
    return SANE_STATUS_GOOD;
}

EXPORTED SANE_Status sane_sohoafeeder_open(SANE_String_Const name, SANE_Handle *handle)
{
    struct error error = {{0}};
    if (*name && strcmp(name, DEVICE_NAME) != 0)
        return SANE_STATUS_INVAL;
    if (!is_there())
        return SANE_STATUS_INVAL;
    if (feeder.open)
        return SANE_STATUS_DEVICE_BUSY;
    enum status status = memory_open(&feeder.memory, &error);
    if (status == STATUS_OK)
        status = stack_load(&feeder.stack, feeder.config.folder, &error);
    if (status != STATUS_OK) {
        bool busy = status == STATUS_RETRY && feeder.memory.lock_fd < 0;
        feeder_debug("%s", error.text);
        memory_close(&feeder.memory);
        stack_clear(&feeder.stack);
        return busy ? SANE_STATUS_DEVICE_BUSY : SANE_STATUS_IO_ERROR;
    }
    feeder.options = feeder.initial;
    feeder.side = feeder.next_frame = 0;
    feeder.swallows = feeder.page_begun = false;
    feeder.cancelled = false;
    feeder.ended = SANE_STATUS_INVAL;
    feeder.open = true;
    *handle = &feeder;
    return SANE_STATUS_GOOD;
}

EXPORTED void sane_sohoafeeder_close(SANE_Handle handle)
{
    (void)handle;
    end_stream();
    raster_clear(&feeder.raster);
    stack_clear(&feeder.stack);
    memory_close(&feeder.memory);
    feeder.open = false;
}

/* ---------------------------------------------------------------- options */

EXPORTED const SANE_Option_Descriptor *sane_sohoafeeder_get_option_descriptor(SANE_Handle handle,
                                                                              SANE_Int option)
{
    (void)handle;
    return option >= 0 && option < OPTION_END ? &feeder.options.descriptors[option] : NULL;
}

EXPORTED SANE_Status sane_sohoafeeder_control_option(SANE_Handle handle, SANE_Int option,
                                                     SANE_Action action, void *value,
                                                     SANE_Int *info)
{
    (void)handle;
    if (info)
        *info = 0;
    settle();
    if (option < 0 || option >= OPTION_END || !value)
        return SANE_STATUS_INVAL;
    feeder.options.words[OPTION_NEXT_SHEET] = feeder.memory.next;
    feeder.options.words[OPTION_PAGE_LOADED] =
        feeder.memory.next <= (int)feeder.stack.count ? SANE_TRUE : SANE_FALSE;
    if (action == SANE_ACTION_GET_VALUE)
        return options_get(&feeder.options, option, value);
    if (action != SANE_ACTION_SET_VALUE)
        return SANE_STATUS_INVAL; /* nothing here sets itself */
    if (feeder.stream || feeder.next_frame > 0)
        return SANE_STATUS_DEVICE_BUSY;
    SANE_Status status = options_set(&feeder.options, option, value, info);
    if (status == SANE_STATUS_GOOD && option == OPTION_NEXT_SHEET) {
        feeder.memory.next = feeder.options.words[OPTION_NEXT_SHEET];
        feeder.side = 0;
        status = save(status);
    }
    if (status == SANE_STATUS_GOOD)
        feeder.page_begun = false;
    return status;
}

EXPORTED SANE_Status sane_sohoafeeder_get_parameters(SANE_Handle handle,
                                                     SANE_Parameters *parameters)
{
    (void)handle;
    settle();
    struct raster guess = {0};
    const struct raster *raster = &feeder.raster;
    struct error error = {{0}};
    if (!feeder.page_begun) {
        /* Before the start it is a guess, from the sheet that lies on top or a white A4. */
        static const struct sheet none = {{NULL, NULL}};
        const struct sheet *sheet = sheet_now();
        raster = &guess;
        if (raster_open(&guess, sheet ? sheet : &none, feeder.side, &feeder.options, false,
                        &error) != STATUS_OK)
            return SANE_STATUS_IO_ERROR;
    }
    static const SANE_Frame passes[3] = {SANE_FRAME_RED, SANE_FRAME_GREEN, SANE_FRAME_BLUE};
    int channel = channel_now();
    parameters->format = channel >= 0                   ? passes[channel]
                         : raster->mode == FEEDER_COLOR ? SANE_FRAME_RGB
                                                        : SANE_FRAME_GRAY;
    parameters->last_frame = channel < 0 || channel == 2;
    parameters->pixels_per_line = raster->width_px;
    parameters->bytes_per_line = (SANE_Int)raster_stride(raster, channel);
    parameters->lines = feeder.options.words[OPTION_UNKNOWN_HEIGHT] ? -1 : raster->height_px;
    parameters->depth = raster->depth_bits;
    return SANE_STATUS_GOOD;
}

/* ---------------------------------------------------------------- scanning */

static SANE_Status begin_page(void)
{
    struct error error = {{0}};
    const struct sheet *sheet = sheet_now();
    raster_clear(&feeder.raster);
    feeder.page_begun = false;
    feeder.options.words[OPTION_COVER_OPEN] = feeder.options.words[OPTION_DOUBLE_FEED] = SANE_FALSE;
    if (!sheet)
        return SANE_STATUS_NO_DOCS;
    feeder.fault = fault_now();
    if (feeder.fault.kind == FAULT_DOUBLE_FEED &&
        !feeder.options.words[OPTION_DOUBLE_FEED_DETECTION]) {
        memory_fire(&feeder.memory, &feeder.fault);
        feeder.fault.kind = FAULT_NONE;
        feeder.swallows = true;
    }
    if (feeder.fault.kind == FAULT_DOUBLE_FEED || feeder.fault.kind == FAULT_OUT_OF_PAPER ||
        feeder.fault.kind == FAULT_COVER_OPEN)
        return strike();
    if (raster_open(&feeder.raster, sheet, feeder.side, &feeder.options, true, &error) !=
        STATUS_OK) {
        feeder_debug("sheet %d: %s", sheet_number(), error.text);
        return SANE_STATUS_IO_ERROR;
    }
    feeder.page_begun = true;
    return SANE_STATUS_GOOD;
}

EXPORTED SANE_Status sane_sohoafeeder_start(SANE_Handle handle)
{
    (void)handle;
    settle();
    if (feeder.stream)
        return SANE_STATUS_DEVICE_BUSY;
    SANE_Status status = SANE_STATUS_GOOD;
    if (feeder.unplugged)
        status = SANE_STATUS_IO_ERROR;
    else if (feeder.next_frame == 0)
        status = begin_page();
    feeder.ended = status == SANE_STATUS_GOOD ? SANE_STATUS_IO_ERROR : status;
    if (status != SANE_STATUS_GOOD) {
        feeder.side = feeder.next_frame = 0;
        return status;
    }
    feeder.frame = feeder.next_frame;
    struct stream_plan plan = {&feeder.raster, channel_now(),
                               feeder.options.words[OPTION_PAGE_TIME],
                               feeder.fault.kind ? feeder.raster.height_px / 2 : -1};
    feeder.stream = stream_open(&plan);
    return feeder.stream ? SANE_STATUS_GOOD : SANE_STATUS_NO_MEM;
}

EXPORTED SANE_Status sane_sohoafeeder_read(SANE_Handle handle, SANE_Byte *data, SANE_Int room,
                                           SANE_Int *length)
{
    (void)handle;
    *length = 0;
    settle();
    if (!feeder.stream)
        return feeder.ended;
    if (room <= 0)
        return SANE_STATUS_INVAL;
    ssize_t got;
    do {
        got = read(stream_fd(feeder.stream), data, (size_t)room);
    } while (got < 0 && errno == EINTR && !feeder.cancelled);
    if (feeder.cancelled) {
        settle();
        return SANE_STATUS_CANCELLED;
    }
    if (got < 0 && errno == EAGAIN)
        return SANE_STATUS_GOOD;
    if (got > 0) {
        *length = (SANE_Int)got;
        return SANE_STATUS_GOOD;
    }
    end_stream();
    feeder.ended = got < 0 ? SANE_STATUS_IO_ERROR : feeder.fault.kind ? strike() : frame_done();
    return feeder.ended;
}

EXPORTED void sane_sohoafeeder_cancel(SANE_Handle handle)
{
    (void)handle;
    struct stream *stream = feeder.stream;
    feeder.cancelled = true;
    if (stream)
        stream_cancel(stream);
}

EXPORTED SANE_Status sane_sohoafeeder_set_io_mode(SANE_Handle handle, SANE_Bool non_blocking)
{
    (void)handle;
    settle();
    if (!feeder.stream)
        return SANE_STATUS_INVAL;
    return fcntl(stream_fd(feeder.stream), F_SETFL, non_blocking ? O_NONBLOCK : 0) == 0
               ? SANE_STATUS_GOOD
               : SANE_STATUS_IO_ERROR;
}

EXPORTED SANE_Status sane_sohoafeeder_get_select_fd(SANE_Handle handle, SANE_Int *fd)
{
    (void)handle;
    settle();
    if (!feeder.stream)
        return SANE_STATUS_INVAL;
    *fd = stream_fd(feeder.stream);
    return SANE_STATUS_GOOD;
}
