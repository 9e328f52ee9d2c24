/*
 * From the scanned image to the image in the PDF: what is held against what.
 *
 *   NNNN-S.page.json sha256 (at the scan)  =  master in the manifest  =  packing.json master_sha256
 *   packing.json streams[].sha256          =  the images of that page of document.pdf, no more,
 *                                             no less, as they stand there
 *   coding "faithful"                      :  that stream is the master, byte for byte
 *   coding "transcoded", "lossless"        :  both are decoded: the same pixels
 *   coding "encoded"                       :  the master is encoded again: the same bytes, or by
 *                                             another libjpeg, alike (again.h)
 *   coding "layered"                       :  the guard's figures are there and would pass; so
 *                                             do those of the layers in the PDF (trace_layers.h)
 *
 *   sohoa:mastersDigest in the signed PDF  =  the masters of the whole document (masters.h)
 *
 * Without packing.json a page is traced only when its master's bytes are the page's image.
 *
 * A copy for use (DIP) has no masters: there the hashes of packing.json stand for them, and nothing
 * is traced. The signed PDF still names the hash of them all.
 */
#ifndef SOHOA_ARCHIVE_TRACE_H
#define SOHOA_ARCHIVE_TRACE_H

#include "archive/package/bag.h"
#include "core/document.h"

struct trace_report {
    int pages;        /* of the document */
    int traced;       /* from the scan to the PDF */
    int same;         /* of those: the same bytes, or decoded now, the same pixels */
    int layered;      /* of those: in layers that the guard passed, then and now */
    int encoded;      /* of those: JPEG of a raster, encoded again to the same bytes */
    int alike;        /* the same, but to other bytes that show alike within again.h's tolerance */
    int elsewhere;    /* of a copy for use: the PDF shows the images that packing.json tells of */
    int untraced;     /* nothing in the package tells how their image was made; no fault */
    int damaged;      /* their master is not what the manifest says; told by bag_check already */
    int bound_faults; /* of the faults: PDFs that name another hash of the masters */
    int bound, unbound; /* PDFs that name the hash of the masters; those of before, or of others */
};

/* package: its folder, whose files were held against the manifest already; held: and are what it
 * says. If they are not, the masters are hashed once more: nothing is traced to a master that is
 * damaged or gone. copy: it is a copy for use. Faults go to finding(). */
void trace_check(const char *package, const struct document *document, bool held, bool copy,
                 struct trace_report *report, bag_finding *finding, void *context);

#endif
