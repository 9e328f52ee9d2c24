# sohoa: one makefile, everything made goes below build/.
#
#   make              the program and the SANE feeder
#   make demo         the main job on the sample sheets, in ./demo
#   make test         all tests; ends with "N passed, N failed, N skipped"
#   make test-crash-all  every durable act of each command stopped and refused (hours); make test samples
#   make golden-update  take what the golden tests see now, showing the difference
#   make valgrind     unit tests under valgrind's memcheck
#   make lint         format, clang-tidy, layers and doors
#   make bench        tables of speed, memory and size, as ratios
#   make bench-catalog  owners, counts, pages and rebuild against plain SQL
#   make bench-search  finding papers: how often, how fast, against other engines
#   make bench-images CORPUS=folder  sizes of layered pages of your own, and whether the targets are met
#   make bench-strokes  pencil and pale ink on layered pages: what is seen, and what is shown
#   make bench-ocr CORPUS=folder  how well a corpus with its true text is read, and what that costs
#   make bench-conformance  what independent judges say of our PDFs
#   make teach        language data of our own, taught old paper (hours)
#   make install      into $(DESTDIR)$(PREFIX)
#
#   CC=clang                       another compiler        (made in build/clang)
#   SANITIZE=address,undefined     with sanitizers         (made in build/sanitize)
#   WERROR=1                       warnings are errors
#   V=1                            say every command in full
#   TESTS='unit/core* flow/*'      only these tests

VERSION := 0.1.0
PREFIX ?= /usr/local
DATADIR ?= $(PREFIX)/share/sohoa
MAKEFLAGS += --no-builtin-rules
Q := $(if $(V),,@)
say = @echo '  $(1) $@'

ifeq ($(origin CC),default)
CC := gcc
endif
B := build$(if $(findstring clang,$(CC)),/clang)$(if $(SANITIZE),/sanitize)

FOLDERS := core ingest ocr archive index account pipeline
PACKAGES := libutf8proc jansson libcrypto sqlite3 libtiff-4 libjpeg libpng sane-backends lept \
            tesseract libp11 zlib libcurl libzip libxml-2.0 xlsxwriter
goals := $(or $(MAKECMDGOALS),all)
ifneq ($(filter-out clean uninstall format,$(goals)),)
PACKAGE_CFLAGS := $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PACKAGE_LIBS := $(shell pkg-config --libs $(PACKAGES) 2>/dev/null) -lhpdf -lm
endif

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
            -Wformat=2 -Wundef -Wwrite-strings -Wno-format-nonliteral $(if $(WERROR),-Werror)
CFLAGS ?= -O2 -g
ALL_CFLAGS := -std=c17 -D_GNU_SOURCE -DSOHOA_VERSION='"$(VERSION)"' -DSOHOA_DATADIR='"$(DATADIR)"' \
              -fPIC -fno-common $(WARNINGS) -I. -I$(B) $(PACKAGE_CFLAGS) $(CFLAGS) \
              $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
ALL_LDFLAGS := $(LDFLAGS) $(if $(SANITIZE),-fsanitize=$(SANITIZE))

# ---------------------------------------------------------------- the program

# Stages do not know each other; the order on the link line is that of the drawing in docs/design.md.
LIBS := $(patsubst %,$(B)/lib%.a,pipeline ingest ocr archive account index core)
objects = $(patsubst %.c,$(B)/%.o,$(1))
FOLDER_SOURCES = $(filter-out core/fault%,$(wildcard $(1)/*.c $(1)/*/*.c))
TOOL_OBJECTS := $(call objects,$(wildcard tools/*.c))
MESSAGE_OBJECTS := $(B)/po/vi.o

all: $(B)/sohoa $(B)/test/sohoa feeder

$(B)/sohoa: $(TOOL_OBJECTS) $(LIBS) $(B)/core/fault_none.o $(MESSAGE_OBJECTS)
	$(call say,link)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(TOOL_OBJECTS) -Wl,--start-group $(LIBS) -Wl,--end-group \
	    $(B)/core/fault_none.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)

# The same program with the fault points in, for the crash tests.
$(B)/test/sohoa: $(TOOL_OBJECTS) $(LIBS) $(B)/core/fault.o $(MESSAGE_OBJECTS)
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(TOOL_OBJECTS) -Wl,--start-group $(LIBS) -Wl,--end-group \
	    $(B)/core/fault.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)

define folder_rule
$(B)/lib$(1).a: $(call objects,$(call FOLDER_SOURCES,$(1)))
	@mkdir -p $$(@D) && rm -f $$@
	@ar rcs $$@ $$^
endef
$(foreach folder,$(FOLDERS),$(eval $(call folder_rule,$(folder))))

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo '  cc   $<'
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# ---------------------------------------------------------------- the feeder (a SANE back end)

FEEDER := $(B)/sane/libsane-sohoafeeder.so.1
feeder: $(FEEDER) $(B)/sane/dll.conf
$(FEEDER): $(call objects,$(wildcard tools/feeder/*.c)) $(B)/libcore.a $(B)/core/fault_none.o $(MESSAGE_OBJECTS) tools/feeder/exports.map
	@mkdir -p $(@D)
	$(call say,link)
	$(Q)$(CC) $(ALL_LDFLAGS) -shared -Wl,-soname,libsane-sohoafeeder.so.1 -Wl,-Bsymbolic \
	    -Wl,--version-script=tools/feeder/exports.map -o $@ $(filter %.o,$^) $(B)/libcore.a \
	    $(shell pkg-config --libs libtiff-4 libjpeg libpng libutf8proc libcrypto jansson sqlite3) -lm
$(B)/sane/dll.conf:
	@mkdir -p $(@D)
	@echo sohoafeeder > $@

# ---------------------------------------------------------------- messages

# Under C.UTF-8, and with a header that names the charset: some messages quote Vietnamese. Without
# the header's date the catalogue changes only when a message does.
$(B)/po/sohoa.pot: $(wildcard $(addsuffix /*.c,$(FOLDERS) $(addsuffix /*,$(FOLDERS)) tools tools/feeder))
	@mkdir -p $(@D)
	$(Q)LC_ALL=C.UTF-8 xgettext --language=C --from-code=UTF-8 --keyword=_ --keyword=N_ \
	    --keyword=message_count:1,2 --keyword=terminal_count:2,3 --sort-output \
	    --no-location --package-name=sohoa -o $@.part $(sort $^)
	@sed -e '/^"POT-Creation-Date:/d' -e '/^# /d' -e '/^#$$/d' $@.part >$@ && rm $@.part
po-update: $(B)/po/sohoa.pot
	LC_ALL=C.UTF-8 msgmerge --quiet --no-fuzzy-matching --update --backup=none po/vi.po $<
	@LC_ALL=C.UTF-8 msgattrib --no-obsolete -o po/vi.po po/vi.po
	@LC_ALL=C.UTF-8 msgfmt --check-format --statistics -o /dev/null po/vi.po
$(B)/po/vi.mo: po/vi.po
	@mkdir -p $(@D)
	$(Q)msgfmt --check-format -o $@ $<
$(B)/po/vi.c: $(B)/po/vi.mo
	@{ printf '#include <stddef.h>\nextern const unsigned char message_vi[];\nextern const size_t message_vi_size;\nconst unsigned char message_vi[] = {\n'; \
	  od -An -v -tx1 $< | sed 's/ \([0-9a-f][0-9a-f]\)/0x\1,/g'; \
	  printf '};\nconst size_t message_vi_size = sizeof message_vi;\n'; } > $@
$(B)/po/vi.o: $(B)/po/vi.c
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---------------------------------------------------------------- tests

# unit/FOLDER_name.c links libFOLDER.a and libcore.a only: a stage is testable on its own.
UNIT_TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/unit/*.c tests/contract/*.c tests/golden/*.c))
FUZZ_TESTS := $(patsubst tests/%.c,$(B)/tests/%,$(wildcard tests/fuzz/*.c))
SCRIPT_TESTS := $(wildcard tests/unit/*.sh tests/contract/*.sh tests/flow/*.sh tests/crash/*.sh tests/golden/*.sh tests/house/*.sh)
TEST_HELPERS := $(call objects,$(wildcard tests/*.c))

stage_of = $(firstword $(subst _, ,$(notdir $(1))))
$(B)/tests/%: tests/%.c $(LIBS) $(B)/core/fault.o $(MESSAGE_OBJECTS) $(TEST_HELPERS)
	@mkdir -p $(@D)
	@echo '  test $<'
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(TEST_HELPERS) \
	    $(if $(filter pipeline,$(call stage_of,$*)),-Wl$(comma)--start-group $(LIBS) -Wl$(comma)--end-group,$(B)/lib$(call stage_of,$*).a $(if $(filter account,$(call stage_of,$*)),$(B)/libindex.a) $(B)/libcore.a) \
	    $(B)/core/fault.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS) -lcmocka -ldl
# A fuzz test and the driver that runs it the same way every time.
$(FUZZ_TESTS): $(B)/tests/fuzz/%: tests/fuzz/%.c $(B)/tests/fuzz/driver/main.o $(LIBS) $(B)/core/fault.o $(MESSAGE_OBJECTS) $(TEST_HELPERS)
	@mkdir -p $(@D)
	@echo '  fuzz $<'
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $< $(B)/tests/fuzz/driver/main.o $(TEST_HELPERS) \
	    $(B)/lib$(call stage_of,$*).a $(if $(filter account,$(call stage_of,$*)),$(B)/libindex.a) $(B)/libcore.a $(B)/core/fault.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)
comma := ,

test: all $(UNIT_TESTS) $(FUZZ_TESTS)
	@BUILD=$(abspath $(B)) SANITIZE=$(SANITIZE) tests/run $(or $(TESTS),'unit/*' 'contract/*' 'golden/*' 'fuzz/*' 'house/*' 'flow/*' 'crash/*')

# make test takes every few acts of a long row; this takes each one.
test-crash-all: all
	@BUILD=$(abspath $(B)) STEP=1 TEST_TIMEOUT=36000 tests/run 'crash/*'

# Unit tests and one short flow under memcheck. Not those that recognise pages, make RSA keys or try
# thousands of queries, which take many minutes each there: the sanitizers see them. No part of
# make test.
VALGRIND_SLOW := $(addprefix $(B)/tests/unit/,ocr_read pipeline_leaks archive_sign archive_store archive_keys index_query)
valgrind: all $(filter-out $(VALGRIND_SLOW),$(filter $(B)/tests/unit/%,$(UNIT_TESTS)))
	@BUILD=$(abspath $(B)) UNDER="valgrind --quiet --error-exitcode=99 --leak-check=full \
	    --errors-for-leak-kinds=definite --num-callers=20 --suppressions=$(abspath tests/valgrind/libraries.supp)" \
	    tests/run $(or $(TESTS),$(patsubst $(B)/tests/%,%,$(filter $(B)/tests/unit/%,$^)) 'valgrind/*')

# Golden files (tests/golden/expected) are renewed only by this, which shows what changes.
golden-update: all $(filter $(B)/tests/golden/%,$(UNIT_TESTS))
	@for test in $(filter $(B)/tests/golden/%,$(UNIT_TESTS)) $(wildcard tests/golden/*.sh); do \
	    [ ! -x $$test ] || GOLDEN_UPDATE=1 BUILD=$(abspath $(B)) $$test >/dev/null || exit 1; done

demo: all
	@BUILD=$(abspath $(B)) tools/dev/demo

# Programs behind the tables; they may use every stage and the invented papers of the tests.
BENCHES := $(patsubst bench/%.c,$(B)/bench/%,$(wildcard bench/*.c))
$(B)/bench/search: $(call objects,$(wildcard bench/finding/*.c))
$(B)/bench/score: $(call objects,$(wildcard bench/reading/*.c))
BENCH_HELPERS := $(B)/tests/made_papers.o $(B)/tests/pencil.o $(B)/tests/sample_pages.o $(B)/tests/sample_pdf.o
$(BENCHES): $(B)/bench/%: bench/%.c $(BENCH_HELPERS) $(LIBS) $(B)/core/fault_none.o $(MESSAGE_OBJECTS)
	@mkdir -p $(@D)
	@echo '  bench $<'
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$(filter-out $(B)/core/fault_none.o $(MESSAGE_OBJECTS),$^)) \
	    -Wl,--start-group $(LIBS) -Wl,--end-group $(B)/core/fault_none.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)

bench: all $(BENCHES)
	@BUILD=$(abspath $(B)) bench/run

bench-catalog: all $(B)/bench/catalog
	@BUILD=$(abspath $(B)) bench/catalog.sh
# Search alone, against plain FTS5, PostgreSQL and Xapian: bench/search.sh says how to ask for more.
bench-search: all $(B)/bench/search
	@BUILD=$(abspath $(B)) bench/search.sh
# Layered pages against the targets: CORPUS=folder, its *.jpg instead of the samples.
bench-images: all $(B)/bench/images
	@BUILD=$(abspath $(B)) CORPUS="$(CORPUS)" bench/images.sh

# Pale strokes on layered pages: how well an eye sees them, and what is shown of them.
bench-strokes: all $(B)/bench/strokes
	@$(B)/bench/strokes table 300
	@$(B)/bench/strokes table 200

# What is read of a corpus against the tesseract command line: bench/ocr.sh says what a corpus is.
bench-ocr: all $(B)/bench/read_corpus $(B)/bench/score $(B)/bench/fields
	@BUILD=$(abspath $(B)) CORPUS="$(CORPUS)" bench/ocr.sh

# Every profile, signature level and judge: bench/conformance.sh says how to ask for less.
bench-conformance: all $(B)/bench/conformance $(B)/tests/contract/archive_defects
	@BUILD=$(abspath $(B)) bench/conformance.sh

# ---------------------------------------------------------------- teaching the reader (teach/README.md)

TEACH_CFLAGS = $(shell pkg-config --cflags pangocairo)
TEACH_LIBS = $(shell pkg-config --libs pangocairo)
teach-programs: $(B)/teach/convert $(B)/teach/lines
$(B)/teach/convert: teach/convert.c $(B)/libcore.a $(B)/core/fault_none.o $(MESSAGE_OBJECTS)
	@mkdir -p $(@D)
	@echo '  teach $<'
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(B)/libcore.a $(B)/core/fault_none.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)
$(B)/teach/counts: teach/counts.c $(LIBS) $(B)/core/fault_none.o $(MESSAGE_OBJECTS)
	@mkdir -p $(@D)
	@echo '  teach $<'
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(B)/libocr.a $(B)/libcore.a \
	    $(B)/core/fault_none.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)
# What engines read for each letter, by pages and their truth: make confusions READ='latin FOLDER TRUTH vn FOLDER TRUTH'
$(B)/teach/confusions: teach/confusions.c $(B)/libcore.a $(B)/core/fault_none.o $(MESSAGE_OBJECTS)
	@mkdir -p $(@D)
	@echo '  teach $<'
	$(Q)$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(B)/libcore.a $(B)/core/fault_none.o \
	    $(MESSAGE_OBJECTS) $(PACKAGE_LIBS)
confusions: $(B)/teach/confusions
	$< $(READ) >config/language/confusions.tsv.part
	mv config/language/confusions.tsv.part config/language/confusions.tsv
# The counts of the language, of texts and forms in this repository.
language: $(B)/teach/counts
	$< teach/texts/syllables.tsv teach/texts/bigrams.tsv config/forms config/language/counts.tsv
$(B)/teach/lines: $(filter-out teach/convert.c teach/counts.c teach/confusions.c,$(wildcard teach/*.c)) $(wildcard teach/*.h) $(LIBS) $(B)/core/fault_none.o $(MESSAGE_OBJECTS)
	@mkdir -p $(@D)
	@echo '  teach $@'
	$(Q)$(CC) $(ALL_CFLAGS) $(TEACH_CFLAGS) $(ALL_LDFLAGS) -o $@ $(filter teach/%.c,$^) $(B)/libocr.a \
	    $(B)/libcore.a $(B)/core/fault_none.o $(MESSAGE_OBJECTS) $(PACKAGE_LIBS) $(TEACH_LIBS)
teach: all teach-programs $(B)/bench/read_corpus
	@BUILD=$(abspath $(B)) teach/run

# ---------------------------------------------------------------- lint

SOURCES := $(wildcard $(addsuffix /*.[ch],$(FOLDERS) $(addsuffix /*,$(FOLDERS)) tools tools/feeder tests tests/unit tests/contract tests/contract/token tests/golden tests/fuzz tests/fuzz/driver bench bench/finding bench/reading))
format:
	clang-format -i $(SOURCES)
lint:
	@tools/dev/lint $(SOURCES) -- $(ALL_CFLAGS)

# ---------------------------------------------------------------- install

SANEDIR ?= $(shell pkg-config --variable=libdir sane-backends 2>/dev/null)/sane
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/man/man1 \
	    $(DESTDIR)$(PREFIX)/share/man/vi/man1 $(DESTDIR)$(DATADIR)/config/profiles \
	    $(DESTDIR)$(DATADIR)/config/forms $(DESTDIR)$(DATADIR)/config/language \
	    $(DESTDIR)$(DATADIR)/config/catalogues \
	    $(DESTDIR)$(DATADIR)/timers $(DESTDIR)$(DATADIR)/tessdata
	install -m 755 $(B)/sohoa $(DESTDIR)$(PREFIX)/bin/sohoa
	install -m 644 docs/sohoa.1 $(DESTDIR)$(PREFIX)/share/man/man1/sohoa.1
	install -m 644 docs/vi/sohoa.1 $(DESTDIR)$(PREFIX)/share/man/vi/man1/sohoa.1
	install -m 644 $(wildcard config/*.conf config/*.csv config/*.tsv) $(DESTDIR)$(DATADIR)/config
	install -m 644 $(wildcard config/profiles/*.conf) $(DESTDIR)$(DATADIR)/config/profiles
	install -m 644 $(wildcard config/forms/*.form) $(DESTDIR)$(DATADIR)/config/forms
	install -m 644 $(wildcard config/language/*.tsv) $(DESTDIR)$(DATADIR)/config/language
	install -m 644 $(wildcard config/catalogues/*) $(DESTDIR)$(DATADIR)/config/catalogues
	$(if $(wildcard tessdata/*),install -m 644 $(wildcard tessdata/*) $(DESTDIR)$(DATADIR)/tessdata)
	install -m 644 $(wildcard config/timers/*) $(DESTDIR)$(DATADIR)/timers
uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/sohoa $(DESTDIR)$(PREFIX)/share/man/man1/sohoa.1 \
	    $(DESTDIR)$(PREFIX)/share/man/vi/man1/sohoa.1
	rm -rf $(DESTDIR)$(DATADIR)

clean:
	rm -rf build demo

.PHONY: bench-catalog bench-images bench-ocr bench-search bench-strokes test-crash-all language teach teach-programs bench-conformance all feeder po-update test valgrind golden-update demo bench format lint install uninstall clean
.SECONDARY:
-include $(shell find build -name '*.d' 2>/dev/null)
