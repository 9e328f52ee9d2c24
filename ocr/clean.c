#include "ocr/clean.h"

#include <math.h>

/* The background: tiles of 1/20 inch, counted as paper where lighter than PAPER_MIN; paper becomes
 * PAPER_WHITE. */
#define TILES_PER_INCH 20
#define PAPER_MIN 80
#define PAPER_WHITE 220

#define SAUVOLA_FACTOR 0.30F

#define SKEW_MIN_DEG 0.08
#define SKEW_MAX_DEG 7.0F
#define SKEW_SURE 2.5F

/* A stroke longer than this is a rule, not a letter. */
#define RULE_INCH 0.80 /* serifs that touch in a bad copy run on for half an inch */
#define WALL_INCH 0.30
#define STREAK_INCH 0.04    /* a copier's streak is thinner */
#define CROSSING_INCH 0.025 /* a rule that is crossed is thinner */

void clean_free(struct clean *clean)
{
    pixDestroy(&clean->gray);
    pixDestroy(&clean->binary);
}

static PIX *even_background(PIX *page, double dpi)
{
    int tile = (int)(dpi / TILES_PER_INCH);
    if (tile < 4)
        tile = 4;
    PIX *even = NULL;
    if (pixGetWidth(page) >= 2 * tile && pixGetHeight(page) >= 2 * tile)
        even = pixBackgroundNorm(page, NULL, NULL, tile, tile, PAPER_MIN, tile * tile / 3,
                                 PAPER_WHITE, 2, 2);
    return even ? even : pixCopy(NULL, page); /* a page that is dark all over has no background */
}

static PIX *binarise(PIX *gray, double dpi)
{
    int half = (int)(dpi / 12);
    int width = pixGetWidth(gray), height = pixGetHeight(gray);
    if (half < 8)
        half = 8;
    if (width < 2 * half + 3 || height < 2 * half + 3)
        return pixThresholdToBinary(gray, 128);
    PIX *binary = NULL;
    int columns = 1 + width / 1500, rows = 1 + height / 1500;
    pixSauvolaBinarizeTiled(gray, half, SAUVOLA_FACTOR, columns, rows, NULL, &binary);
    return binary;
}

/* Thin upright strokes: streaks of a copier, which run off the sheet and have letters hanging on
 * them. */
static PIX *find_streaks(PIX *binary, double dpi)
{
    PIX *upright = pixOpenCompBrick(NULL, binary, 1, (int)(dpi * WALL_INCH));
    PIX *thick = upright ? pixOpenBrick(NULL, upright, (int)(dpi * STREAK_INCH) + 1, 1) : NULL;
    if (upright && thick)
        pixSubtract(upright, upright, thick);
    pixDestroy(&thick);
    return upright;
}

/* What hangs on the edge of the picture is the scanner's lid or the next sheet. */
static bool border_off(struct clean *clean, double dpi)
{
    PIX *streaks = find_streaks(clean->binary, dpi);
    PIX *rest = streaks ? pixSubtract(NULL, clean->binary, streaks) : NULL;
    PIX *border = rest ? pixExtractBorderConnComps(rest, 8) : NULL;
    pixDestroy(&rest);
    pixDestroy(&streaks);
    if (!border)
        return false;
    pixSubtract(clean->binary, clean->binary, border);
    PIX *wide = pixDilateBrick(NULL, border, 3, 3);
    if (wide)
        pixSetMasked(clean->gray, wide, 255);
    pixDestroy(&wide);
    pixDestroy(&border);
    return true;
}

bool clean_page(PIX *page, double dpi, struct clean *out)
{
    *out = (struct clean){0};
    if (pixGetDepth(page) == 1) {
        out->binary = pixCopy(NULL, page);
        out->gray = pixConvert1To8(NULL, page, 255, 0);
    } else {
        out->gray = even_background(page, dpi);
        out->binary = out->gray ? binarise(out->gray, dpi) : NULL;
    }
    if (!out->gray || !out->binary || !border_off(out, dpi)) {
        clean_free(out);
        return false;
    }
    return true;
}

static bool straighten(struct clean *clean)
{
    l_float32 angle = 0, sure = 0;
    if (pixFindSkewSweepAndSearch(clean->binary, &angle, &sure, 4, 2, SKEW_MAX_DEG, 1.0F, 0.01F) ||
        sure < SKEW_SURE || fabsf(angle) < SKEW_MIN_DEG)
        return true;
    l_float32 radians = angle * (l_float32)(M_PI / 180);
    int width = pixGetWidth(clean->gray), height = pixGetHeight(clean->gray);
    PIX *gray = pixRotate(clean->gray, radians, L_ROTATE_AREA_MAP, L_BRING_IN_WHITE, width, height);
    PIX *binary =
        pixRotate(clean->binary, radians, L_ROTATE_SAMPLING, L_BRING_IN_WHITE, width, height);
    pixDestroy(&clean->gray);
    pixDestroy(&clean->binary);
    clean->gray = gray;
    clean->binary = binary;
    clean->skew_deg = angle;
    return gray && binary;
}

/* Rules of tables and underlines: long straight strokes. A gap of a few pixels (a damaged rule) is
 * bridged first. What is left of them beside the stroke goes as well. */
static PIX *find_rules(PIX *binary, double dpi, bool upright)
{
    int length = (int)(dpi * (upright ? WALL_INCH : RULE_INCH));
    int bridge = (int)(dpi / 60) + 1;
    PIX *closed = upright ? pixCloseSafeBrick(NULL, binary, 1, bridge)
                          : pixCloseSafeBrick(NULL, binary, bridge, 1);
    PIX *rules = NULL;
    if (closed)
        rules = upright ? pixOpenCompBrick(NULL, closed, 1, length)
                        : pixOpenCompBrick(NULL, closed, length, 1);
    pixDestroy(&closed);
    return rules;
}

/* Strokes that go on at both sides of a rule cross it: letters under a copier's streak, tails in an
 * underline. They are taken out of what goes. */
static bool keep_crossing(PIX *binary, PIX *rules, double dpi, bool upright)
{
    int across = (int)(dpi * CROSSING_INCH) + 2;
    PIX *beside = pixSubtract(NULL, binary, rules);
    PIX *joined = !beside   ? NULL
                  : upright ? pixCloseSafeBrick(NULL, beside, across, 1)
                            : pixCloseSafeBrick(NULL, beside, 1, across);
    if (joined)
        pixAnd(joined, joined, binary);
    bool fine = joined && pixSubtract(rules, rules, joined);
    pixDestroy(&joined);
    pixDestroy(&beside);
    return fine;
}

static void rules_off(struct clean *clean, double dpi, struct arena *arena)
{
    PIX *level = find_rules(clean->binary, dpi, false);
    PIX *upright = find_rules(clean->binary, dpi, true);
    if (upright)
        clean->rules.walls = pix_components(upright, arena, &clean->rules.wall_count);
    if (level)
        clean->rules.levels = pix_components(level, arena, &clean->rules.level_count);
    table_walls(&clean->rules, dpi, arena);
    for (int i = 0; i < 2; i++) {
        PIX *rules = i == 0 ? level : upright;
        l_int32 none = 1;
        if (!rules || pixZero(rules, &none) || none)
            continue;
        PIX *wide = i == 0 ? pixDilateBrick(NULL, rules, 1, 3) : pixDilateBrick(NULL, rules, 3, 1);
        if (wide && keep_crossing(clean->binary, wide, dpi, i == 1)) {
            pixSubtract(clean->binary, clean->binary, wide);
            pixSetMasked(clean->gray, wide, 255);
        }
        pixDestroy(&wide);
    }
    pixDestroy(&level);
    pixDestroy(&upright);
}

bool clean_turned(const struct clean *page, int quarters, double dpi, struct arena *arena,
                  struct clean *out)
{
    *out = (struct clean){0};
    out->gray = pixRotateOrth(page->gray, quarters);
    out->binary = pixRotateOrth(page->binary, quarters);
    if (!out->gray || !out->binary || !straighten(out)) {
        clean_free(out);
        return false;
    }
    rules_off(out, dpi, arena);
    return true;
}
