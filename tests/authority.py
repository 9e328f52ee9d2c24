#!/usr/bin/env python3
"""A time-stamp authority, an OCSP responder and a CRL for the tests, and their liars.

authority.py FOLDER PORTFILE: FOLDER holds tsa.cnf, the certificates and keys that
tests/authority.sh made. Serves on a free port of the loopback, written to PORTFILE.

/tsa          as it should be            /tsa/slow     answers after 20 seconds
/tsa/late     good, after 3 seconds
/tsa/refuse   HTTP 503                   /tsa/garbage  no time-stamp at all
/tsa/nonce    of another nonce             /tsa/imprint  stamps other bytes
/tsa/stranger of a CA that nobody trusts /tsa/reject   a well-formed refusal
/tsa/long     good, by a certificate for eight years
/tsa/some     good every fourth time, else as refuse
/tsa/as/NAME  good, by the section NAME of tsa.cnf
/tsa/md5      signs by MD5               /tsa/sha1     signs by SHA-1
/ocsp  /crl   of the CA;                 /gone         404
/crl/NAME     the list NAME.crl.der in FOLDER

The files ocsp.mode and crl.mode in FOLDER make liars of the last two: slow, refuse, garbage, absent,
stranger (signed by somebody else), other (about another certificate; OCSP), old (a list of last year;
CRL), or the name of another list in FOLDER (NAME.crl.der).
"""
import http.server
import os
import subprocess
import sys
import tempfile
import threading
import time

folder, port_file = sys.argv[1], sys.argv[2]


def run(command, data=b""):
    return subprocess.run(command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          cwd=folder, check=False).stdout


def temporary(data):
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as out:
        out.write(data)
    return out.name


stamping = threading.Lock()  # openssl ts writes its serial number without one of its own


def stamp(query, section="tsa"):
    name = temporary(query)
    with stamping:
        answer = run(["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", section,
                      "-queryfile", name])
    os.unlink(name)
    return answer


def other_bytes(query):
    """The same question with one byte of the digest changed: what a liar would stamp."""
    at = query.index(b"\x04\x20") + 2
    return query[:at] + bytes([query[at] ^ 1]) + query[at + 1:]


asked = []


def mode(what):
    try:
        with open(os.path.join(folder, what + ".mode"), encoding="ascii") as told:
            return told.read().strip()
    except FileNotFoundError:
        return ""


def ocsp(query, signer="ocsp"):
    name, out = temporary(query), temporary(b"")
    run(["openssl", "ocsp", "-index", "index.txt", "-CA", "ca.crt", "-rsigner", signer + ".crt",
         "-rkey", signer + ".key", "-reqin", name, "-respout", out, "-ndays", "1"])
    with open(out, "rb") as answer:
        data = answer.read()
    os.unlink(name)
    os.unlink(out)
    return data


def ocsp_of_other():
    out = temporary(b"")
    run(["openssl", "ocsp", "-issuer", "ca.crt", "-cert", "tsa.crt", "-reqout", out])
    with open(out, "rb") as question:
        query = question.read()
    os.unlink(out)
    return ocsp(query)


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_):
        pass

    def give(self, data, kind, code=200):
        try:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)
        except OSError:
            pass  # who asked did not wait

    def lie(self, how):
        """True: it was answered."""
        if how == "slow":
            time.sleep(20)
        elif how == "refuse":
            self.give(b"", "text/plain", 503)
        elif how == "absent":
            self.give(b"", "text/plain", 404)
        elif how == "garbage":
            self.give(b"<html>no such page</html>", "text/html")
        else:
            return False
        return how != "slow"

    def do_GET(self):
        if self.path == "/crl":
            how = mode("crl")
            if self.lie(how):
                return
            name = how + ".crl.der" if how else "ca.crl.der"
            with open(os.path.join(folder, name), "rb") as crl:
                self.give(crl.read(), "application/pkix-crl")
        elif self.path.startswith("/crl/"):
            with open(os.path.join(folder, os.path.basename(self.path) + ".crl.der"), "rb") as crl:
                self.give(crl.read(), "application/pkix-crl")
        else:
            self.give(b"", "text/plain", 404)

    def do_POST(self):
        query = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        kind = "application/timestamp-reply"
        if self.path == "/ocsp":
            how = mode("ocsp")
            if not self.lie(how):
                self.give(ocsp_of_other() if how == "other" else
                          ocsp(query, "stranger" if how == "stranger" else "ocsp"),
                          "application/ocsp-response")
        elif self.path == "/tsa":
            self.give(stamp(query), kind)
        elif self.path in ("/tsa/slow", "/tsa/late"):
            time.sleep(20 if self.path == "/tsa/slow" else 3)
            self.give(stamp(query), kind)
        elif self.path == "/tsa/nonce":
            # the nonce's last byte stands before certReq, which ends the question
            self.give(stamp(query[:-4] + bytes([query[-4] ^ 1]) + query[-3:]), kind)
        elif self.path == "/tsa/imprint":
            self.give(stamp(other_bytes(query)), kind)
        elif self.path == "/tsa/long":
            self.give(stamp(query, "long"), kind)
        elif self.path in ("/tsa/md5", "/tsa/sha1"):
            self.give(stamp(query, self.path.rpartition("/")[2]), kind)
        elif self.path.startswith("/tsa/as/"):
            self.give(stamp(query, self.path.rpartition("/")[2]), kind)
        elif self.path == "/tsa/some":
            asked.append(1)
            if len(asked) % 4:
                self.give(b"", "text/plain", 503)
            else:
                self.give(stamp(query, "long"), kind)
        elif self.path == "/tsa/stranger":
            self.give(stamp(query, "stranger"), kind)
        elif self.path == "/tsa/reject":
            self.give(stamp(query[:-3]), kind)
        elif self.path == "/tsa/garbage":
            self.give(b"<html>no such page</html>", "text/html")
        elif self.path == "/tsa/refuse":
            self.give(b"", "text/plain", 503)
        else:
            self.give(b"", "text/plain", 404)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(port_file + ".part", "w", encoding="ascii") as out:
    out.write(str(server.server_address[1]))
os.rename(port_file + ".part", port_file)
server.serve_forever()
