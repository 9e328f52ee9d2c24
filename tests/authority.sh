# shellcheck shell=sh
# A certification authority with all that goes with it, for tests: sourced after tap.sh.
#   authority_start FOLDER   makes CA, TSA, OCSP responder, signers; serves them; sets $authority to
#                            the URL and $authority_pid
#   authority_here           the same in $work/ca, which it calls $ca; the test ends when it does not start
#   authority_stop           which tap.sh does at the end
#   authority_revoke NAME    of signer, officer, revoked
# FOLDER gets ca.crt (the root), NAME.pem (key and certificate chain) of signer, officer; index.txt.

authority_config() { # FOLDER PORT
    cat >"$1/ca.cnf" <<EOF
[ca]
default_ca = own
[own]
dir = $1
database = $1/index.txt
serial = $1/serial
crlnumber = $1/crlnumber
new_certs_dir = $1
certificate = $1/ca.crt
private_key = $1/ca.key
default_md = sha256
default_days = 800
default_startdate = 20250101000000Z
default_crl_days = 30
policy = any
unique_subject = no
[any]
commonName = supplied
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
authorityInfoAccess = OCSP;URI:http://127.0.0.1:$2/ocsp
crlDistributionPoints = URI:http://127.0.0.1:$2/crl
[mute]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[crlonly]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://127.0.0.1:$2/crl
[tsa]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
crlDistributionPoints = URI:http://127.0.0.1:$2/crl
[ocsp]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,OCSPSigning
noCheck = ignored
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
EOF
    for section in tsa long stranger; do
        cat <<EOF
[$section]
serial = $1/tsa.serial
signer_cert = $1/$section.crt
signer_key = $1/$section.key
certs = $1/$section.ca.crt
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256,sha384,sha512
accuracy = secs:1
ordering = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
EOF
    done >"$1/tsa.cnf"
    for section in md5 sha1; do
        sed -n '/^\[tsa\]/,/^ess_cert_id_alg/p' "$1/tsa.cnf" | sed "s/^\[tsa\]/[$section]/; s/^signer_digest = .*/signer_digest = $section/"
    done >"$1/old.cnf"
    cat "$1/old.cnf" >>"$1/tsa.cnf"
}

authority_issue() { # FOLDER NAME EXTENSIONS [ca options]: NAME.key, NAME.crt, NAME.pem
    ai_folder=$1 ai_name=$2 ai_extensions=$3
    shift 3
    [ -e "$ai_folder/$ai_name.key" ] ||
        openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out "$ai_folder/$ai_name.key"
    openssl req -new -key "$ai_folder/$ai_name.key" -subj "/CN=test $ai_name" \
        -out "$ai_folder/$ai_name.csr" &&
        openssl ca -batch -config "$ai_folder/ca.cnf" -extensions "$ai_extensions" -notext \
            -in "$ai_folder/$ai_name.csr" -out "$ai_folder/$ai_name.crt" "$@" &&
        cat "$ai_folder/$ai_name.key" "$ai_folder/$ai_name.crt" "$ai_folder/ca.crt" \
            >"$ai_folder/$ai_name.pem"
}

authority_crl() { # FOLDER
    openssl ca -config "$1/ca.cnf" -gencrl -out "$1/ca.crl" &&
        openssl crl -in "$1/ca.crl" -outform DER -out "$1/ca.crl.der"
}

authority_revoke() { # FOLDER NAME
    { openssl ca -config "$1/ca.cnf" -revoke "$1/$2.crt" && authority_crl "$1"; } >/dev/null 2>&1
}

authority_make() { # FOLDER PORT
    authority_config "$1" "$2"
    : >"$1/index.txt"
    echo 1000 >"$1/serial"
    echo 01 >"$1/crlnumber"
    echo 01 >"$1/tsa.serial"
    openssl req -new -newkey rsa:2048 -nodes -keyout "$1/ca.key" -out "$1/ca.csr" \
        -subj "/CN=test root" &&
        openssl ca -batch -selfsign -keyfile "$1/ca.key" -config "$1/ca.cnf" -extensions root \
            -notext -days 3650 -in "$1/ca.csr" -out "$1/ca.crt" || return 1
    authority_issue "$1" tsa tsa && authority_issue "$1" ocsp ocsp &&
        authority_issue "$1" long tsa -days 3000 && authority_issue "$1" signer signer && authority_issue "$1" officer crlonly || return 1
    openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-384 -out "$1/ec.key" &&
        authority_issue "$1" ec signer || return 1
    cp "$1/ca.crt" "$1/tsa.ca.crt"
    cp "$1/ca.crt" "$1/long.ca.crt"
    openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1/stranger.key" -out "$1/stranger.crt" \
        -days 365 -subj "/CN=a stranger" -addext basicConstraints=critical,CA:FALSE \
        -addext extendedKeyUsage=critical,timeStamping || return 1
    cp "$1/stranger.crt" "$1/stranger.ca.crt"
    authority_lists "$1" && authority_crl "$1"
}

authority_lists() { # FOLDER: lists that nobody should believe: of last year; of a CA of the same name
    openssl ca -config "$1/ca.cnf" -gencrl -crl_lastupdate 20250101000000Z \
        -crl_nextupdate 20250201000000Z -out "$1/old.crl" &&
        openssl crl -in "$1/old.crl" -outform DER -out "$1/old.crl.der" &&
        openssl req -x509 -newkey rsa:2048 -nodes -keyout "$1/false.key" -out "$1/false.crt" \
            -days 365 -subj "/CN=test root" &&
        openssl ca -config "$1/ca.cnf" -gencrl -keyfile "$1/false.key" -cert "$1/false.crt" \
            -out "$1/stranger.crl" &&
        openssl crl -in "$1/stranger.crl" -outform DER -out "$1/stranger.crl.der"
}

authority_start() { # FOLDER
    mkdir -p "$1"
    python3 "${root:-$(dirname "$0")/../..}/tests/authority.py" "$1" "$1/port" &
    authority_pid=$!
    while [ ! -e "$1/port" ]; do
        kill -0 "$authority_pid" 2>/dev/null || return 1
        sleep 0.1
    done
    authority=http://127.0.0.1:$(cat "$1/port")
    authority_make "$1" "$(cat "$1/port")" >"$1/made" 2>&1 || {
        sed 's/^/# /' "$1/made"
        return 1
    }
}

authority_here() {
    ca=$work/ca
    authority_start "$ca" || exit 1
}

authority_stop() {
    kill "$authority_pid" 2>/dev/null
    wait "$authority_pid" 2>/dev/null
}

# authority_settings WAREHOUSE NAME VALUE...: writes them into its sohoa.conf. A value may be empty.
authority_settings() {
    authority_conf=$1/sohoa.conf
    shift
    while [ $# -gt 0 ]; do
        sed -i "s|^$1 =.*|$1 = $2|" "$authority_conf"
        shift 2
    done
}
