# shellcheck shell=sh
# Sourced after tap.sh: our feeder as the only scanner, from a private SANE configuration.
#   feeder_load FOLDER [line...]     the sheets of FOLDER; further lines of sohoafeeder.conf
feeder_conf=$work/sane
mkdir -p "$feeder_conf"
cp "$BUILD/sane/dll.conf" "$feeder_conf/dll.conf"
SANE_CONFIG_DIR=$feeder_conf
LD_LIBRARY_PATH=$BUILD/sane${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
export SANE_CONFIG_DIR LD_LIBRARY_PATH

feeder_load() {
    printf 'folder %s\n' "$1" >"$feeder_conf/sohoafeeder.conf"
    shift
    for feeder_line in "$@"; do
        printf '%s\n' "$feeder_line" >>"$feeder_conf/sohoafeeder.conf"
    done
}
