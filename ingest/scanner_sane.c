/* The child's half of the scanner source: everything that talks to SANE (see scanner.h). */
#include "ingest/scanner_sane.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/message.h"

/* Of SANE's next version; some back ends give them already. */
#define STATUS_WARMING_UP 12

static struct {
    int socket;
    SANE_Handle handle;
    const char *name; /* of the device that is open */
    volatile sig_atomic_t open, scanning, stopped;
} child;

/* SANE allows sane_cancel in a signal handler: it is the one way to end a read that blocks. */
static void on_stop(int number)
{
    (void)number;
    child.stopped = 1;
    if (child.open && child.scanning)
        sane_cancel(child.handle);
}

static void set_signals(void)
{
    struct sigaction stop = {.sa_handler = on_stop}; /* no SA_RESTART: calls shall notice */
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction plain = {.sa_handler = SIG_DFL};
    static const int inherited[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGALRM, SIGCHLD};
    sigset_t none;
    /* Handlers of the parent's would run its code here, in the wrong process. */
    for (size_t i = 0; i < sizeof inherited / sizeof *inherited; i++)
        sigaction(inherited[i], &plain, NULL);
    sigaction(SIGTERM, &stop, NULL);
    /* Ctrl-C and a closed terminal reach the whole group; what they mean is the parent's matter. */
    sigaction(SIGINT, &ignore, NULL);
    sigaction(SIGHUP, &ignore, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

/* ---------------------------------------------------------------- telling the parent */

/* False when the parent wants no more or is dead. */
static bool tell(struct scanner_packet *packet, enum scanner_message kind, size_t size)
{
    packet->kind = kind;
    while (!child.stopped) {
        if (send(child.socket, packet, SCANNER_PACKET_HEAD + size, MSG_NOSIGNAL) >= 0)
            return true;
        if (errno != EINTR && errno != ENOBUFS)
            return false;
    }
    return false;
}

static bool tell_word(enum scanner_message kind)
{
    static struct scanner_packet packet;
    return tell(&packet, kind, 0);
}

static void tell_trouble(enum scanner_fault fault, enum status status, const char *text)
{
    static struct scanner_packet packet;
    packet.trouble = (struct scanner_trouble){.fault = fault, .status = status};
    snprintf(packet.trouble.text, sizeof packet.trouble.text, "%s", text);
    tell(&packet, SCANNER_TROUBLE, sizeof packet.trouble);
}

static void tell_sentence(enum status status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void tell_sentence(enum status status, const char *format, ...)
{
    char text[480];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    tell_trouble(FAULT_SENTENCE, status, text);
}

/* Four texts with their zeroes, each cut to a quarter of the packet. */
static void tell_texts(enum scanner_message kind, const char *const texts[4])
{
    static struct scanner_packet packet;
    size_t size = 0;
    for (int i = 0; i < 4; i++) {
        const char *text = texts[i] ? texts[i] : "";
        size_t length = strnlen(text, SCANNER_DATA_MAX / 4 - 1);
        memcpy(packet.text + size, text, length);
        packet.text[size + length] = 0;
        size += length + 1;
    }
    tell(&packet, kind, size);
}

/* A scan went wrong with this status of SANE's. */
static void tell_status(SANE_Status status)
{
    enum scanner_fault fault = FAULT_DEVICE;
    switch ((int)status) {
    case SANE_STATUS_JAMMED:
        fault = scanner_options_double_feed(child.handle) ? FAULT_DOUBLE_FEED : FAULT_JAM;
        break;
    case SANE_STATUS_COVER_OPEN:
        fault = FAULT_COVER_OPEN;
        break;
    case SANE_STATUS_NO_DOCS:
        fault = FAULT_EMPTY;
        break;
    case SANE_STATUS_IO_ERROR:
    case SANE_STATUS_INVAL: /* drivers say so of a handle whose device was unplugged */
        fault = FAULT_GONE;
        break;
    case SANE_STATUS_CANCELLED:
        fault = FAULT_STOPPED;
        break;
    default:
        break;
    }
    tell_trouble(fault, STATUS_RETRY, sane_strstatus(status));
}

/* ---------------------------------------------------------------- devices */

static SANE_Status first_device(SANE_String_Const *name)
{
    const SANE_Device **list = NULL;
    SANE_Status status = sane_get_devices(&list, SANE_FALSE);
    *name = status == SANE_STATUS_GOOD && list ? list[0] ? list[0]->name : NULL : NULL;
    return status;
}

/* Opens the device, or tells why not. */
static bool open_device(const char *name)
{
    SANE_String_Const chosen = name;
    if (!name || !*name)
        first_device(&chosen);
    if (!chosen) {
        tell_sentence(STATUS_FATAL, _("No scanner was found. Connect it, switch it on and look "
                                      "whether it is listed; some need their driver installed."));
        return false;
    }
    SANE_Status status = sane_open(chosen, &child.handle);
    switch ((int)status) {
    case SANE_STATUS_GOOD:
        child.open = 1;
        child.name = chosen;
        return true;
    case SANE_STATUS_DEVICE_BUSY:
        tell_sentence(STATUS_RETRY,
                      _("The scanner %s is in use by another program. End that one "
                        "and try again."),
                      chosen);
        return false;
    case SANE_STATUS_ACCESS_DENIED:
        tell_sentence(STATUS_FATAL,
                      _("You may not use the scanner %s. Ask for membership in the "
                        "group \"scanner\"."),
                      chosen);
        return false;
    case SANE_STATUS_INVAL:
    case SANE_STATUS_UNSUPPORTED:
        tell_sentence(STATUS_FATAL,
                      _("There is no scanner %s. Look at the list of scanners; is it "
                        "connected and switched on?"),
                      chosen);
        return false;
    default:
        tell_sentence(STATUS_RETRY, _("The scanner %s does not answer (%s). Is it switched on?"),
                      chosen, sane_strstatus(status));
        return false;
    }
}

static void list_devices(void)
{
    const SANE_Device **list = NULL;
    SANE_Status status = sane_get_devices(&list, SANE_FALSE);
    if (status != SANE_STATUS_GOOD) {
        tell_sentence(STATUS_RETRY, _("The scanners could not be listed: %s."),
                      sane_strstatus(status));
        return;
    }
    for (; list && *list; list++)
        tell_texts(SCANNER_DEVICE, (const char *const[]){(*list)->name, (*list)->vendor,
                                                         (*list)->model, (*list)->type});
    tell_word(SCANNER_END);
}

static void tell_option(void *context, const char *name, const char *title, const char *values,
                        const char *now)
{
    (void)context;
    tell_texts(SCANNER_OPTION, (const char *const[]){name, title, values, now});
}

static void describe_device(const char *name)
{
    if (!open_device(name))
        return;
    scanner_options_each(child.handle, tell_option, NULL);
    tell_word(SCANNER_END);
}

/* ---------------------------------------------------------------- scanning */

/* A lamp that is still cold is waited for; the parent's clock runs. */
static SANE_Status start(void)
{
    SANE_Status status;
    while ((int)(status = sane_start(child.handle)) == STATUS_WARMING_UP && !child.stopped)
        usleep(500 * 1000);
    return status;
}

static enum scanner_channels channels_of(SANE_Frame format)
{
    switch (format) {
    case SANE_FRAME_RGB:
        return SCANNER_RGB;
    case SANE_FRAME_RED:
        return SCANNER_RED;
    case SANE_FRAME_GREEN:
        return SCANNER_GREEN;
    case SANE_FRAME_BLUE:
        return SCANNER_BLUE;
    default:
        return SCANNER_GRAY;
    }
}

/* Only after sane_start are the parameters true; before it they are a guess. */
static SANE_Status tell_frame(const struct scanner_setting *setting, bool *last)
{
    static struct scanner_packet packet;
    SANE_Parameters parameters = {0};
    SANE_Status status = sane_get_parameters(child.handle, &parameters);
    if (status != SANE_STATUS_GOOD)
        return status;
    if ((int)parameters.format > SANE_FRAME_BLUE)
        return SANE_STATUS_UNSUPPORTED; /* compressed or infra-red frames were never asked for */
    packet.frame = (struct scanner_frame){
        .channels = (int32_t)channels_of(parameters.format),
        .last = parameters.last_frame,
        .width_px = parameters.pixels_per_line,
        .lines = parameters.lines,
        .stride = parameters.bytes_per_line,
        .depth_bits = parameters.depth,
        .dpi_x = setting->dpi_x,
        .dpi_y = setting->dpi_y,
    };
    *last = parameters.last_frame;
    return tell(&packet, SCANNER_FRAME, sizeof packet.frame) ? SANE_STATUS_GOOD
                                                             : SANE_STATUS_CANCELLED;
}

/* Until EOF: a page is whole only when the back end has said so. */
static SANE_Status tell_rows(void)
{
    static struct scanner_packet packet;
    for (;;) {
        SANE_Int length = 0;
        SANE_Status status = sane_read(child.handle, packet.bytes, SCANNER_DATA_MAX, &length);
        if (child.stopped)
            return SANE_STATUS_CANCELLED;
        if (status == SANE_STATUS_EOF)
            return tell_word(SCANNER_FRAME_END) ? SANE_STATUS_GOOD : SANE_STATUS_CANCELLED;
        if (status != SANE_STATUS_GOOD)
            return status;
        if (length > 0 && !tell(&packet, SCANNER_DATA, (size_t)length))
            return SANE_STATUS_CANCELLED;
    }
}

static SANE_Status scan_page(const struct scanner_setting *setting)
{
    bool last = false;
    while (!last) {
        SANE_Status status = start();
        if (status == SANE_STATUS_GOOD)
            status = tell_frame(setting, &last);
        if (status == SANE_STATUS_GOOD)
            status = tell_rows();
        if (status != SANE_STATUS_GOOD)
            return status;
    }
    return SANE_STATUS_GOOD;
}

/* Waits until the parent says that the page is durable. */
static bool wait_go(void)
{
    char go;
    ssize_t got;
    do {
        got = recv(child.socket, &go, 1, 0);
    } while (got < 0 && errno == EINTR && !child.stopped);
    return got == 1 && !child.stopped;
}

static void scan(const struct scan_profile *profile)
{
    struct scanner_setting setting = {0};
    struct error error = {{0}};
    if (!open_device(profile->device))
        return;
    enum status set = scanner_profile_set(child.handle, profile, &setting, &error);
    if (set != STATUS_OK) {
        tell_sentence(set, "%s", error.text);
        return;
    }
    tell_texts(SCANNER_READY, (const char *const[]){child.name, "", "", ""});
    child.scanning = 1;
    SANE_Status status;
    bool go;
    do {
        status = scan_page(&setting);
        go = status == SANE_STATUS_GOOD && tell_word(SCANNER_PAGE_END) && wait_go();
    } while (go && profile->source != SCAN_FLATBED);
    child.scanning = 0;
    if (status == SANE_STATUS_NO_DOCS || (go && profile->source == SCAN_FLATBED))
        tell_word(SCANNER_END);
    else if (status != SANE_STATUS_GOOD)
        tell_status(status);
    sane_cancel(child.handle);
}

void scanner_work(const struct scanner_job *job, int socket)
{
    child.socket = socket;
    set_signals();
    SANE_Status status = sane_init(NULL, NULL);
    if (status != SANE_STATUS_GOOD) {
        tell_sentence(STATUS_FATAL, _("SANE, the scanner software, cannot be started: %s."),
                      sane_strstatus(status));
        return;
    }
    switch (job->task) {
    case SCANNER_LIST:
        list_devices();
        break;
    case SCANNER_DESCRIBE:
        describe_device(job->device);
        break;
    case SCANNER_SCAN:
        scan(job->profile);
        break;
    }
    if (child.open)
        sane_close(child.handle);
    child.open = 0;
    sane_exit();
}
